import { createReadStream, readFileSync } from 'node:fs'
import { readAnchor } from '../ledger/anchor.ts'
import { verifyBundle } from '../proof/check/bundle/verify.ts'
import { timed } from './figures.ts'

// Verifies a bundle in a process of its own: verifying.child.ts <bundle> <anchor>. Answers with seconds, megabytes, and whether it passed.
const [bundle = '', anchor = ''] = process.argv.slice(2)
const { seconds, result } = await timed(() => verifyBundle(createReadStream(bundle, { highWaterMark: 1 << 20 }), readAnchor(readFileSync(anchor, 'utf8'))))
process.send?.({ seconds, megabytes: process.resourceUsage().maxRSS / 1024, passed: result.faults.length === 0 })
