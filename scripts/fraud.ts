import { parseArgs } from 'node:util'
import { openTarget } from './frauds/book.ts'
import { CERTIFICATE_FRAUD, ENTRY_FRAUDS } from './frauds/entries.ts'
import { EVIDENCE_FRAUDS } from './frauds/evidence.ts'
import { OUTSIDE_FRAUDS } from './frauds/outside.ts'
import { playAll } from './frauds/play.ts'
import { tableOf } from './frauds/table.ts'

// npm run fraud: cheats on a small book of its own. Exit 0: every control answered that should; 1: one did not; 2: wrong arguments.
const json = readJson()
if (!json) console.log('建一本小账，逐一作弊…… / founding a small book, and cheating on it …')

const book = await openTarget()
const played = await playAll([...ENTRY_FRAUDS, ...EVIDENCE_FRAUDS, ...OUTSIDE_FRAUDS, CERTIFICATE_FRAUD], book).finally(() => book.close())
const missed = played.filter((one) => one.missed)
const uncaught = played.filter((one) => !one.missed && one.answers.length === 0)

if (json) console.log(JSON.stringify(played))
else {
  for (const line of tableOf(played)) console.log(line)
  console.log(`${played.length} 种舞弊：${played.length - missed.length - uncaught.length} 种被拦住，${uncaught.length} 种账本拦不住、要靠人，${missed.length} 种应拦而未拦。`)
  console.log(`${played.length} frauds: ${played.length - missed.length - uncaught.length} caught, ${uncaught.length} that no ledger catches, ${missed.length} that should have been caught.`)
}
process.exitCode = missed.length > 0 ? 1 : 0

function readJson(): boolean {
  try {
    return parseArgs({ options: { json: { type: 'boolean', default: false } } }).values.json
  } catch (error) {
    console.error(`fraud: ${error instanceof Error ? error.message : error}`)
    process.exit(2)
  }
}
