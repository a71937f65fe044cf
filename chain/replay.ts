import { RpcError } from './client.ts'
import { type Engine, type MinedBlock } from './engine.ts'
import { type JournalHeader } from './header.ts'
import { JournalError, type Journal } from './journal.ts'
import { type JournalLine } from './lines.ts'

/** How far a replay is: blocks, and blocks a second since it began. */
export type Progress = { done: number; total: number; rate: number }

/** Executes the whole journal again and gives its head. @throws {JournalError} at the first block that differs. */
export async function replay(engine: Engine, journal: Journal, onProgress?: (progress: Progress) => void) {
  checkEngine(engine, journal.header, journal.file)
  let head: Omit<MinedBlock, 'transactionHash'> = engine.genesis
  const visit = (line: JournalLine, { number, hash, timestamp }: MinedBlock) => {
    checkHash(line, hash, journal.file)
    head = { number, hash, timestamp }
  }

  await execute(engine, journal, visit, onProgress)

  return head
}

/** Mines the transactions of a journal one by one. @throws {JournalError} naming the line that the engine refuses. */
export async function execute(
  engine: Engine,
  journal: Journal,
  visit: (line: JournalLine, mined: MinedBlock) => void | Promise<void>,
  onProgress: (progress: Progress) => void = () => {},
): Promise<void> {
  const total = journal.count()
  const began = performance.now()
  let reported = began

  for await (const line of journal.blocks()) {
    await visit(line, await mineLine(engine, journal.file, line))
    const time = performance.now()
    if (line.number < total && time - reported < 200) continue
    reported = time
    onProgress({ done: line.number, total, rate: line.number / ((time - began) / 1000) })
  }
}

/** Compares what a journal says a block became with what it became. @throws {JournalError} */
export function checkHash({ number, blockHash }: JournalLine, hash: string, file: string): void {
  if (hash !== blockHash) throw new JournalError(file, number + 1, `expected block hash ${blockHash}, found ${hash}`)
}

/** An engine may only continue what it wrote itself. @throws {JournalError} */
export function checkEngine(engine: Engine, { engine: writer, genesisHash }: JournalHeader, file: string): void {
  const { name, version } = engine.name
  if (writer.name !== name || writer.version !== version)
    throw new JournalError(file, 1, `it was written by ${writer.name} ${writer.version}, this is ${name} ${version}: ` +
      'migrate it into a new journal first')
  if (engine.genesis.hash !== genesisHash)
    throw new JournalError(file, 1, `expected genesis ${genesisHash}, found ${engine.genesis.hash}`)
}

async function mineLine(engine: Engine, file: string, { number, timestamp, rawTransaction }: JournalLine) {
  try {
    return await engine.mine(timestamp, rawTransaction)
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    throw new JournalError(file, number + 1, `its transaction is refused: ${error.message}`)
  }
}
