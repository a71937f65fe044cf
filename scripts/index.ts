import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { openRpcClient } from '../chain/client.ts'
import { catchUp, type Progress } from '../indexer/follow.ts'
import { openMirror } from '../indexer/mirror.ts'
import { rebuild, type Difference } from '../indexer/rebuild.ts'
import { placesIn } from './book.ts'
import { readOwnAnchor } from './commands/context.ts'
import { complain } from './commands/output.ts'
import { CannotRun } from './commands/refused.ts'
import { readSettings } from './settings.ts'

const HELP = `npm run index               把镜像更新到最新区块 / brings the mirror up to the chain's newest block
npm run index -- --rebuild  重新镜像整条链，改正不符之处；服务器可照常运行
                            mirrors the whole chain once more and puts right what differs; a server may run meanwhile
`

try {
  const { rebuild, help } = readArguments()
  if (help) process.stdout.write(HELP)
  else await index(rebuild ?? false)
} catch (error) {
  process.exitCode = complain(error, false)
}

function readArguments() {
  try {
    return parseArgs({ options: { rebuild: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } }).values
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CannotRun('USAGE', { zh: `用法有误：${reason}`, en: HELP.trimEnd() })
  }
}

async function index(anew: boolean): Promise<void> {
  const { data, rpcPort } = readSettings()
  const places = placesIn(data)
  const { mirror: file } = places
  const { contracts } = readOwnAnchor(places)
  const client = openRpcClient(`http://127.0.0.1:${rpcPort}`)
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  const show = openProgress(anew)

  try {
    const mirroring = { client, contracts, onProgress: show.at, signal: stop.signal }
    if (anew) tellRebuilt((await rebuild({ ...mirroring, file })).differences)
    else await bringUp(file, mirroring)
  } finally {
    show.end()
  }
}

async function bringUp(file: string, mirroring: Omit<Parameters<typeof catchUp>[0], 'mirror'>): Promise<void> {
  const mirror = await openMirror(file)
  try {
    await catchUp({ ...mirroring, mirror })
  } finally {
    await mirror.close()
  }
}

function tellRebuilt(differences: readonly Difference[]): void {
  if (differences.length === 0) process.stdout.write('镜像与链上逐行一致。 / The mirror was what the chain says, row by row.\n')
  for (const { table, foreign, missing } of differences)
    process.stdout.write(
      `${table}：${foreign} 行是链上没有的，链上有而缺少 ${missing} 行；已改正。\n`
        + `${table}: rows that the chain does not have: ${foreign}; rows of the chain that were missing: ${missing}; put right.\n`,
    )
}

function openProgress(fromNothing: boolean): { at(progress: Progress): void; end(): void } {
  const format = 'mirroring {bar} {percentage}% · block {value} of {total} · {events} events · {rate} events/s · {eta_formatted} left'
  const bar = new SingleBar({ format, hideCursor: true, noTTYOutput: true, notTTYSchedule: 2_000 })
  const began = performance.now()
  let first: number | undefined = fromNothing ? 0 : undefined
  let started = false
  return {
    at({ block, head, events }) {
      first ??= events
      if (!started) bar.start(head, 0, { events, rate: 0 })
      started = true
      const rate = Math.round((events - first) / ((performance.now() - began) / 1000))
      bar.setTotal(head)
      bar.update(block, { events, rate })
    },
    end: () => bar.stop(),
  }
}
