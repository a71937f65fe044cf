import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { decodeHeader, encodeHeader } from '../../chain/header.ts'
import { migrate } from '../../chain/migrate.ts'
import {
  failureOf, linesOf, openBook, send, signed, startBook, tempFolder, writeBlocks, writeLines,
} from './book.ts'

const OLD_ENGINE = { name: '@nomicfoundation/edr', version: '0.19.9' }

describe('a journal of another engine', () => {
  let place: ReturnType<typeof tempFolder>
  let fresh: string
  let hash: string

  beforeEach(async () => {
    place = tempFolder()
    fresh = join(place.folder, 'fresh')
    const chain = await startBook(place.file)
    await writeBlocks(chain, 4)
    hash = chain.head().hash
    await chain.close()
    writeOldEngine()
  })

  afterEach(() => place.remove())

  /** As if an older engine had written it, and had come to other hashes from block `changed` on. */
  function writeOldEngine(changed = Infinity): void {
    const [header = '', ...blocks] = linesOf(place.file)
    const otherHash = (line: string) => line.replace(/.{10}"}$/, '0123456789"}')
    writeLines(place.file, [
      encodeHeader({ ...decodeHeader(header), engine: OLD_ENGINE }),
      ...blocks.map((line, at) => (at + 1 < changed ? line : otherHash(line))),
    ])
  }

  it('is refused until it is migrated', async () => {
    expect((await failureOf(openBook(place.file))).message)
      .to.match(/0\.19\.9, .* 0\.20\.0: migrate it into a new journal first$/)

    await migrate(place.file, fresh)

    const chain = await openBook(fresh)
    expect(chain.head()).to.include({ number: 4, hash })
    await chain.close()
  })

  it('is executed into a new one that names the old head and goes on', async () => {
    const before = readFileSync(place.file)
    const { genesisHash, chainId, genesis } = decodeHeader(linesOf(place.file)[0] ?? '')

    const migrated = await migrate(place.file, fresh)

    const oldHead = { genesisHash, engine: OLD_ENGINE, number: 4, blockHash: hash }
    expect(migrated).to.deep.equal({ blocks: 4, oldHead, newHead: hash })
    expect(decodeHeader(linesOf(fresh)[0] ?? '')).to.deep.include({ continues: oldHead, chainId, genesis })
    expect(readFileSync(place.file)).to.deep.equal(before)
    const chain = await openBook(fresh)
    await send(chain, await signed(4))
    expect(chain.head().number).to.equal(5)
    await chain.close()
  })

  it('that had come to other hashes says from which block on', async () => {
    writeOldEngine(3)

    const migrated = await migrate(place.file, fresh)

    expect(migrated).to.include({ blocks: 4, changed: 3, newHead: hash })
    expect(migrated.oldHead.blockHash).to.match(/0123456789$/)
  })

  it('that has no block yet names its genesis', async () => {
    writeLines(place.file, linesOf(place.file).slice(0, 1))

    const { blocks, oldHead } = await migrate(place.file, fresh)

    expect(blocks).to.equal(0)
    expect(oldHead).to.deep.include({ number: 0, blockHash: oldHead.genesisHash })
  })

  it('with a line that cannot be believed gives no new journal', async () => {
    writeLines(place.file, linesOf(place.file).map((line, at) => (at === 3 ? line.slice(1) : line)))

    const error = await failureOf(migrate(place.file, fresh))

    expect(error.message).to.equal(`line 4 of the journal ${place.file}: it is torn or altered`)
    expect(existsSync(fresh)).to.equal(false)
    expect(readdirSync(place.folder).sort()).to.deep.equal(['journal', 'journal.lock'])
  })

  it('is not written over another', async () => {
    await migrate(place.file, fresh)

    expect((await failureOf(migrate(place.file, fresh))).message).to.equal(`there is a file ${fresh} already`)
  })

  it('of the same engine must come to the same hashes: migrating cannot launder an altered one', async () => {
    await migrate(place.file, fresh)
    const altered = linesOf(fresh).map((line, at) => (at === 4 ? line.replace(/.{10}"}$/, '0123456789"}') : line))
    writeLines(fresh, altered)

    const error = await failureOf(migrate(fresh, join(place.folder, 'third')))

    expect(error.message).to.match(/^line 5 of the journal .*: expected block hash 0x\w{54}0123456789, found 0x/)
  })

  it('is not migrated while it is open', async () => {
    await migrate(place.file, fresh)
    const chain = await openBook(fresh)

    const error = await failureOf(migrate(fresh, join(place.folder, 'third')))

    await chain.close()
    expect(error.message).to.equal(`日志 ${fresh} 正由进程 ${process.pid} 使用。 / The journal ${fresh} is in use by process ${process.pid}.`)
  })
})
