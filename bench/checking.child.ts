import { readFileSync } from 'node:fs'
import { readAnchor } from '../ledger/anchor.ts'
import { verifyTrace } from '../proof/check/trace.ts'
import { medianOf } from './figures.ts'

// Checks one proof in a process of its own: checking.child.ts <proof> <anchor>. Tells the first call's ms and a later one's.
const [proof = '', anchorFile = ''] = process.argv.slice(2)
const bytes = new Uint8Array(readFileSync(proof))
const anchor = readAnchor(readFileSync(anchorFile, 'utf8'))
const times = Array.from({ length: 60 }, () => {
  const began = performance.now()
  verifyTrace(bytes, anchor)
  return performance.now() - began
})
process.send?.({ cold: times[0], warm: medianOf(times.slice(30)) }, () => process.exit(0))
