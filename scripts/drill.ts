import { parseArgs } from 'node:util'
import { drill, type Round } from './drill/rounds.ts'

// npm run drill: kills the chain again and again. Exit 0: nothing was lost; 1: something was; 2: wrong arguments.
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '50' }, seed: { type: 'string' } } })
const rounds = Number(values.rounds)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
if (!Number.isSafeInteger(rounds) || rounds < 1 || !Number.isSafeInteger(seed)) {
  console.error('drill: --rounds and --seed are whole numbers')
  process.exit(2)
}

console.log(`${rounds} rounds, seed ${seed}`)
try {
  const done = await drill(rounds, seed, tell)
  console.log(`nothing was lost: ${done.at(-1)?.answered} answered transactions, ${done.length} times killed`)
} catch (error) {
  console.error(`lost: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

function tell({ round, killedAfterMs, whileStarting, head, answered, unanswered, kept, seen }: Round): void {
  const moment = `${String(killedAfterMs).padStart(4)} ms ${whileStarting ? 'into the start' : 'into writing '}`
  console.log(`${String(round).padStart(3)}. killed ${moment}  head ${head}, ${answered} answered, ${unanswered} not ` +
    `(${kept} of them recorded), ${seen} blocks seen`)
}
