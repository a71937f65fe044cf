import { MEASUREMENTS, type MeasurementName } from './measurements.ts'

// One measurement, in the process that bench.ts gave it: child.ts <name> <folder>.
const [name = '', folder = ''] = process.argv.slice(2)
const { title, limit, measure } = MEASUREMENTS[name as MeasurementName]
const figures = await measure(folder)
const peak = { what: `${title}: peak memory`, figure: process.resourceUsage().maxRSS / 1024, unit: 'MB', limit }
await new Promise((resolve) => process.send?.([...figures, peak], resolve))
process.exit(0)
