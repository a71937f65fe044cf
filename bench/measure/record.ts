import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openRpcClient } from '../../chain/client.ts'
import { openEmbedded } from '../../chain/embedded.ts'
import { BLOCK_GAS_LIMIT, openEngine, TRANSACTION_GAS_CAP } from '../../chain/engine.ts'
import { parseDay } from '../../ledger/day.ts'
import { Fen } from '../../ledger/fen.ts'
import { CHAIN_ID, hashOf, PAPER, receiptOf, sendThrough, type Send } from '../book.ts'
import { creditBatches, type DayBatch } from '../credits.ts'
import { medianOf, timed, type Figure } from '../figures.ts'
import { openRecorder, type Recorder } from '../recorder.ts'

/** Batches between two looks at the clock: some 20,000 inflows. */
const STRETCH = 40
const FLOORS = 4
const PORTS = { chain: 18_703, floor: 18_704 }

/** Records the 200,360 credits in process, each batch signed, mined and on the disk before the next is begun. */
export async function measureRecord(folder: string): Promise<Figure[]> {
  const chain = await openEmbedded({ file: join(folder, 'credits.jsonl'), chainId: CHAIN_ID })
  const bare = await openBareEngine()
  const batches = creditBatches()
  const recorder = await openRecorder(sendThrough(chain.client))
  const floor = await openRecorder(bare.send)

  const rates = await alternate(batches, recorder, floor)
  await bare.close()
  const { gasUsed } = await receiptOf(chain.client, await recorder.recordAll(batches.slice(rates.recorded)))
  const last = batches.at(-1)?.inflows.length ?? NaN
  writeFileSync(join(folder, 'credits.jsonl.whole'), '')

  const alone = { effectiveOn: parseDay('2024-09-11'), inflows: [{ ref: hashOf('alone'), amount: Fen(1n), paper: PAPER }] }
  const single = await receiptOf(chain.client, await recorder.recordAll([alone]))
  await chain.close()
  return [
    {
      what: 'inflows recorded in process, batches of 500', figure: medianOf(rates.asked), unit: '/s', floor: medianOf(rates.floor),
      target: { least: 6_000 }, limit: 'signing and executing 48 KB of calldata; the floor has no queue, journal or fsync',
    },
    {
      what: `gas an inflow, batch of ${last}`, figure: gasUsed / last, unit: 'gas', target: { most: 5_000 },
      limit: 'calldata and log: 96 bytes of an inflow each',
    },
    { what: 'gas an inflow, alone', figure: single.gasUsed, unit: 'gas', target: { most: 110_000 }, limit: 'two fresh slots of its batch' },
  ]
}

/** The same through the RPC of another process; the floor's disk keeps nothing. */
export async function measureRecordHttp(folder: string): Promise<Figure[]> {
  const batches = creditBatches().filter(({ inflows }) => inflows.length === 500).slice(0, STRETCH * FLOORS)
  const chain = await openNode(join(folder, 'rpc.jsonl'), PORTS.chain)
  const floor = await openNode(join(folder, 'rpc-floor.jsonl'), PORTS.floor, 'nodisk')
  const rates = await alternate(batches, await openRecorder(chain.send), await openRecorder(floor.send))
  for (const { kill } of [chain, floor]) kill()
  return [{
    what: 'inflows recorded over HTTP RPC, batches of 500', figure: medianOf(rates.asked), unit: '/s', floor: medianOf(rates.floor),
    target: { least: 6_000 }, limit: 'signing; 100 KB of JSON there; the floor is the same node without fsync',
  }]
}

/** Both in turn, stretch by stretch: inflows a second. `recorded` batches are in the book then. */
async function alternate(batches: readonly DayBatch[], recorder: Recorder, floorRecorder: Recorder) {
  const asked: number[] = []
  const floor: number[] = []
  let recorded = 0
  for (; recorded + STRETCH < batches.length + 1; recorded += STRETCH) {
    const stretch = batches.slice(recorded, recorded + STRETCH)
    asked.push(await rateOf(stretch, recorder))
    if (floor.length < FLOORS) floor.push(await rateOf(stretch, floorRecorder))
  }
  return { asked, floor, recorded }
}

async function rateOf(batches: readonly DayBatch[], { recordAll }: Recorder): Promise<number> {
  const { seconds } = await timed(() => recordAll(batches))
  return batches.reduce((count, { inflows }) => count + inflows.length, 0) / seconds
}

/** The same engine with no journal, no fsync and no queue. */
async function openBareEngine() {
  const timestamp = Math.floor(Date.now() / 1000)
  const engine = await openEngine(CHAIN_ID, { timestamp, blockGasLimit: BLOCK_GAS_LIMIT, transactionGasCap: TRANSACTION_GAS_CAP })
  const send: Send = (raw) => engine.mine(timestamp, raw)
  return { send, close: engine.close }
}

function openNode(file: string, port: number, ...options: string[]): Promise<{ send: Send; kill(): void }> {
  return new Promise((resolve, reject) => {
    const args = [file, String(port), ...options]
    const child = fork(join(import.meta.dirname, '..', 'node.child.ts'), args, { execArgv: ['--import', 'tsx'] })
    child.on('message', (url) => resolve({ send: sendThrough(openRpcClient(String(url))), kill: () => void child.kill() }))
    child.on('exit', (code) => reject(new Error(`the node ended with code ${code}`)))
  })
}
