import { fork } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableOf, type Figure } from './figures.ts'
import { machineOf } from './machine.ts'
import { MEASUREMENTS, type MeasurementName } from './measurements.ts'

// npm run bench [-- name…]: measures, prints the table, appends it to results.md. Each measurement has a process of its
// own, so that its memory is its own too.
const RESULTS = join(import.meta.dirname, 'results.md')

const chosen = process.argv.slice(2)
const names = Object.keys(MEASUREMENTS) as MeasurementName[]
const unknown = chosen.filter((name) => !Object.hasOwn(MEASUREMENTS, name))
if (unknown.length > 0) {
  console.error(`no such measurement: ${unknown.join(', ')}. There are: ${names.join(', ')}`)
  process.exit(2)
}

const machine = machineOf()
const folder = mkdtempSync(join(tmpdir(), 'mz-bench-'))
const figures: Figure[] = []
const failed: string[] = []
try {
  for (const name of chosen.length > 0 ? names.filter((name) => chosen.includes(name)) : names) {
    console.error(`${name}: ${MEASUREMENTS[name].title} …`)
    try {
      figures.push(...(await runIn(name, folder)))
    } catch (error) {
      failed.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

const report = [`## ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`, machine, tableOf(figures), ...failed]
console.log(`\n${report.join('\n\n')}`)
if (!existsSync(RESULTS)) appendFileSync(RESULTS, '# Measured\n\nEvery run of `npm run bench`, the newest last.\n')
if (figures.length > 0) appendFileSync(RESULTS, `\n${report.join('\n\n')}\n`)
process.exit(failed.length > 0 ? 1 : 0)

function runIn(name: MeasurementName, folder: string): Promise<Figure[]> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'child.ts'), [name, folder], { execArgv: ['--import', 'tsx'] })
    let figures: Figure[] | undefined
    child.on('message', (message) => (figures = message as Figure[]))
    child.on('error', reject)
    child.on('exit', (code) => {
      if (figures && code === 0) resolve(figures)
      else reject(new Error(`the measurement ended with code ${code}`))
    })
  })
}
