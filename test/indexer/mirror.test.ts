import { writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import { dump } from '../../indexer/dump.ts'
import { openMirror, MirrorMoved, type Cursor, type Mirror } from '../../indexer/mirror.ts'
import { rowsOf, type Entry } from '../../indexer/rows.ts'
import { CONTRACTS, hash } from './chain.ts'
import { tempFolder } from './files.ts'

const SOURCE = { chainId: 4711, genesis: hash('genesis'), ...CONTRACTS }
const START: Cursor = { block: 0, hash: hash('genesis'), time: 9, events: 0 }
const NEXT: Cursor = { block: 1, hash: hash('block 1'), time: 10, events: 2 }

describe('A mirror', () => {
  const folder = tempFolder()
  let mirror: Mirror

  before(async () => {
    mirror = await openMirror(folder.file)
  })

  after(async () => {
    await mirror.close()
    folder.remove()
  })

  it('is of no chain before it begins', async () => {
    expect(await mirror.source()).to.equal(undefined)
    expect(await mirror.cursor().catch(String)).to.match(/has not begun/)
  })

  it('says of which chain it is, and how far', async () => {
    await mirror.begin(SOURCE, START)

    expect(await mirror.source()).to.deep.equal(SOURCE)
    expect(await mirror.cursor()).to.deep.equal(START)
  })

  it('begins once', async () => {
    const error = await mirror.begin(SOURCE, START).then(() => undefined, String)

    expect(error).to.match(/Unique constraint failed/i)
  })

  it('writes neither rows nor cursor when a row cannot be written', async () => {
    const before = [...dump(mirror.file)]

    const error = await mirror.write(rowsOf([labelled(7, 'A'), labelled(7, 'B')]), START, NEXT).then(() => undefined, String)

    expect(error).to.match(/Unique constraint failed/i)
    expect([...dump(mirror.file)]).to.deep.equal(before)
  })

  it('keeps every letter of a text', async () => {
    const label = '0x"\\\n\u2028\0 会计 \u{1f9fe}'

    await mirror.write(rowsOf([labelled(0, label), labelled(1, "'")]), START, NEXT)

    expect((await mirror.prisma.roleLabel.findMany({ orderBy: { place: 'asc' } })).map(({ label }) => label)).to.deep.equal([label, "'"])
    expect(await mirror.cursor()).to.deep.equal(NEXT)
  })

  it('writes nothing when somebody else has moved the cursor', async () => {
    const before = [...dump(mirror.file)]

    const error = await mirror.write(rowsOf([labelled(2, 'C')]), START, NEXT).then(() => undefined, (error: unknown) => error)

    expect(error).to.be.instanceOf(MirrorMoved)
    expect([...dump(mirror.file)]).to.deep.equal(before)
  })

  it('keeps its rows when it is opened again', async () => {
    const before = [...dump(mirror.file)]
    await mirror.close()

    mirror = await openMirror(folder.file)

    expect([...dump(mirror.file)]).to.deep.equal(before)
  })

  it('is made anew where other tables made it', async () => {
    await mirror.close()
    const database = new Database(folder.file)
    database.pragma('user_version = 1')
    database.close()

    mirror = await openMirror(folder.file)

    expect(await mirror.source()).to.equal(undefined)
  })
})

describe('A file that is no mirror', () => {
  it('is left alone', async () => {
    const { file, remove } = tempFolder()
    const database = new Database(file)
    database.exec('CREATE TABLE notes (text); INSERT INTO notes VALUES (1)')

    const error = await openMirror(file).then(() => undefined, (error: unknown) => error)

    expect(error).to.be.instanceOf(RangeError).with.property('message', `${file} is no mirror`)
    expect(database.prepare('SELECT * FROM notes').pluck().get()).to.equal(1)
    database.close()
    remove()
  })

  it('is refused also when it is no database', async () => {
    const { file, remove } = tempFolder()
    writeFileSync(file, 'A letter to the committee, which is far longer than the beginning of any database.')

    expect(await openMirror(file).then(() => undefined, String)).to.match(/file is not a database/)
    remove()
  })
})

function labelled(log: number, label: string): Entry {
  return { place: { block: 1, log, transaction: hash('transaction'), time: 10 }, event: { name: 'RoleLabel', role: 3n, label } }
}
