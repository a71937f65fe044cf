import { openEmbedded } from '../chain/embedded.ts'
import { timed } from './figures.ts'

// Opens one journal in a process of its own: start.child.ts <journal>. Tells the seconds and the peak of memory in MB.
const { seconds } = await timed(() => openEmbedded({ file: process.argv[2] ?? '' }))
process.send?.({ seconds, peakMb: process.resourceUsage().maxRSS / 1024 }, () => process.exit(0))
