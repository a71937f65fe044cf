import { setImmediate as turn } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import { dump } from '../../indexer/dump.ts'
import { catchUp, follow } from '../../indexer/follow.ts'
import { openMirror, type Mirror } from '../../indexer/mirror.ts'
import { openReader } from '../../indexer/read.ts'
import { rebuild } from '../../indexer/rebuild.ts'
import { CONTRACTS, fundOpened, inflowsRecorded, paid, writeChain } from './chain.ts'
import { tempFolder } from './files.ts'

describe('Rebuilding a mirror', () => {
  const folder = tempFolder()
  const chain = writeChain()
  const { client } = chain
  const { file } = folder
  let mirror: Mirror
  let rows: string[]

  before(async () => {
    chain.write(fundOpened(1), inflowsRecorded(1, 1, 1, 0, [500, 700]), ...paid(1, 1, 1, 0, 600))
    mirror = await openMirror(file)
    await catchUp({ client, contracts: CONTRACTS, mirror })
    rows = [...dump(file)]
  })

  after(async () => {
    await mirror.close()
    folder.remove()
  })

  it('changes nothing where nothing was wrong', async () => {
    const { cursor, differences } = await rebuild({ client, contracts: CONTRACTS, file })

    expect(cursor.block).to.equal(7)
    expect(differences).to.deep.equal([])
    expect([...dump(file)]).to.deep.equal(rows)
  })

  it('puts right what somebody changed by hand, under the eyes of who reads', async () => {
    const reader = openReader(file)
    const version = reader.version()
    edit("UPDATE inflows SET end_fen = 400 WHERE number = 1; DELETE FROM acceptances; INSERT INTO approvals VALUES (1, 1, 9, x'00', 1)")
    await turn()
    expect(reader.version()).not.to.equal(version)
    expect(reader.inflow(1, 1)?.amount).to.equal(400n)

    const { differences } = await rebuild({ client, contracts: CONTRACTS, file })

    expect(differences).to.deep.equal([
      { table: 'acceptances', foreign: 0, missing: 1 },
      { table: 'approvals', foreign: 1, missing: 0 },
      { table: 'inflows', foreign: 1, missing: 1 },
    ])
    expect([...dump(file)]).to.deep.equal(rows)
    expect(reader.inflow(1, 1)?.amount).to.equal(500n)
    reader.close()
  })

  it('makes a mirror where there was none', async () => {
    const other = tempFolder()

    await rebuild({ client, contracts: CONTRACTS, file: other.file })

    expect([...dump(other.file)]).to.deep.equal(rows)
    other.remove()
  })

  it('does not disturb who follows the chain meanwhile', async () => {
    const stop = new AbortController()
    const problems: unknown[] = []
    const following = follow({ client, contracts: CONTRACTS, mirror, signal: stop.signal, pauseMs: 5, onProblem: (problem) => problems.push(problem) })
    edit('UPDATE funds SET community = 9')

    const rebuilding = rebuild({ client, contracts: CONTRACTS, file })
    chain.write(...paid(1, 2, 2, 600, 50))
    await rebuilding
    chain.write(...paid(1, 3, 3, 650, 50))
    while ((await mirror.cursor()).block < 17) await new Promise((resolve) => setTimeout(resolve, 5))
    stop.abort()
    await following

    const other = tempFolder()
    await rebuild({ client, contracts: CONTRACTS, file: other.file })
    expect([...dump(file)]).to.deep.equal([...dump(other.file)])
    other.remove()
  })

  function edit(sql: string): void {
    const database = new Database(file)
    database.exec(sql)
    database.close()
  }
})
