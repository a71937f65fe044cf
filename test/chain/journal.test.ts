import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type EmbeddedChain } from '../../chain/embedded.ts'
import { encodeHeader, decodeHeader } from '../../chain/header.ts'
import {
  CHAIN_ID, failureOf, linesOf, MORNING, openBook, send, signed, startBook, tempFolder, writeBlocks, writeLines,
} from './book.ts'

describe('the journal', () => {
  let place: ReturnType<typeof tempFolder>
  let hash: string

  beforeEach(async () => {
    place = tempFolder()
    const chain = await startBook(place.file)
    await writeBlocks(chain, 4)
    hash = chain.head().hash
    await chain.close()
  })

  afterEach(() => place.remove())

  const opening = async () => await closed(await openBook(place.file))
  async function closed(chain: EmbeddedChain) {
    await chain.close()
    return chain
  }

  it('begins with everything that is needed to build the chain again', async () => {
    const header = JSON.parse(linesOf(place.file)[0] ?? '')

    expect(header).to.deep.include({
      format: 'mingzhang-journal', version: 1, chainId: CHAIN_ID, hardfork: 'cancun',
      engine: { name: '@nomicfoundation/edr', version: '0.20.0' },
      genesis: { timestamp: MORNING, blockGasLimit: 67_108_864, transactionGasCap: 16_777_216 },
    })
    expect(header).to.have.all.keys(
      'format', 'version', 'chainId', 'genesisHash', 'hardfork', 'engine', 'genesis', 'keccak256')
  })

  it('has one line for each block: number, time, transaction, hash', async () => {
    const lines = linesOf(place.file).slice(1).map((line) => JSON.parse(line))

    expect(lines.map(({ number, timestamp }) => [number, timestamp]))
      .to.deep.equal([[1, MORNING], [2, MORNING], [3, MORNING], [4, MORNING]])
    expect(lines[3]).to.have.all.keys('number', 'timestamp', 'rawTransaction', 'blockHash')
    expect(lines[3].blockHash).to.equal(hash)
  })

  it('is executed again on start, with progress, and goes on', async () => {
    const progress: number[][] = []
    const chain = await openBook(place.file, { onProgress: ({ done, total }) => progress.push([done, total]) })

    await send(chain, await signed(4))
    await chain.close()

    expect(progress.at(-1)).to.deep.equal([4, 4])
    expect(linesOf(place.file)).to.have.lengthOf(6)
    expect((await opening()).head().number).to.equal(5)
  })

  describe('whose last line was torn by a crash', () => {
    it('sets the line aside, reports it, and goes on before it, wherever the tear is', async () => {
      const whole = readFileSync(place.file)
      const lastLine = whole.lastIndexOf(10, whole.length - 2) + 1
      const places = [lastLine + 1, lastLine + 40, whole.length - 60, whole.length - 2]

      for (const end of places) {
        writeFileSync(place.file, whole.subarray(0, end))
        const chain = await opening()

        expect(chain.head().number, `torn at ${end}`).to.equal(3)
        expect(chain.tornTail).to.include({ line: 5, bytes: end - lastLine })
        expect(readFileSync(chain.tornTail?.keptIn ?? '')).to.deep.equal(whole.subarray(lastLine, end))
        expect(readFileSync(place.file)).to.deep.equal(whole.subarray(0, lastLine))
      }
      expect(readdirSync(place.folder).filter((name) => name.includes('.torn-'))).to.have.lengthOf(places.length)
    })

    it('keeps a line that lacks nothing but its end: somebody may have been told of it', async () => {
      const whole = readFileSync(place.file)
      truncateSync(place.file, whole.length - 1)

      const chain = await opening()

      expect(chain.head()).to.include({ number: 4, hash })
      expect(chain).not.to.have.property('tornTail')
      expect(readFileSync(place.file)).to.deep.equal(whole)
    })

    it('sets aside bytes that the disk never filled', async () => {
      appendFileSync(place.file, Buffer.alloc(300))

      const chain = await opening()

      expect(chain.head()).to.include({ number: 4, hash })
      expect(chain.tornTail).to.include({ line: 6, bytes: 300 })
    })

    it('says nothing of it the next time', async () => {
      appendFileSync(place.file, '{"number":5,"time')
      await opening()

      expect(await opening()).not.to.have.property('tornTail')
    })
  })

  describe('refuses, naming the line,', () => {
    const broken = async () => await failureOf(openBook(place.file))
    const change = (at: number, edit: (line: string) => string) =>
      writeLines(place.file, linesOf(place.file).map((line, index) => (index === at - 1 ? edit(line) : line)))

    it('a line in the middle that is torn', async () => {
      change(3, (line) => line.slice(0, 50))

      expect((await broken()).message).to.equal(`line 3 of the journal ${place.file}: it is torn or altered`)
    })

    it('a whole last line that cannot be read: it was not torn, it was altered', async () => {
      change(5, (line) => line.replace('{', '('))

      expect(await broken()).to.include({ name: 'JournalError', line: 5 })
    })

    it('a block hash that does not come out, with what was expected and what was found', async () => {
      change(4, (line) => line.replace(/(.)"}$/, (_, digit) => `${digit === '0' ? '1' : '0'}"}`))

      expect((await broken()).message)
        .to.match(/^line 4 of the journal .*: expected block hash 0x\w{64}, found 0x\w{64}$/)
    })

    it('another time', async () => {
      change(5, (line) => line.replace(`"timestamp":${MORNING}`, `"timestamp":${MORNING + 1}`))

      expect((await broken()).message).to.match(/^line 5 of the journal .*: expected block hash/)
    })

    it('a transaction that was exchanged for another', async () => {
      const other = await signed(1, { data: '0x99' })
      change(3, (line) => line.replace(/"0x02\w+"/, `"${other}"`))

      expect((await broken()).message).to.match(/^line 3 of the journal .*: expected block hash/)
    })

    it('a transaction that the engine refuses', async () => {
      change(3, (line) => line.replace('"rawTransaction":"0x02', '"rawTransaction":"0x01'))

      expect((await broken()).message).to.match(/^line 3 of the journal .*: its transaction is refused: /)
    })

    it('a missing line', async () => {
      const lines = linesOf(place.file)
      writeLines(place.file, [...lines.slice(0, 2), ...lines.slice(3)])

      expect((await broken()).message).to.equal(`line 3 of the journal ${place.file}: it should be block 2`)
    })

    it('a doubled line', async () => {
      const lines = linesOf(place.file)
      writeLines(place.file, [...lines.slice(0, 3), ...lines.slice(2)])

      expect((await broken()).message).to.equal(`line 4 of the journal ${place.file}: it should be block 3`)
    })

    it('an empty line', async () => {
      change(4, () => '')

      expect((await broken()).message).to.equal(`line 4 of the journal ${place.file}: it is torn or altered`)
    })

    it('an empty file', async () => {
      writeFileSync(place.file, '')

      expect((await broken()).message).to.equal(`line 1 of the journal ${place.file}: it is missing or unfinished`)
    })

    it('a file of something else', async () => {
      writeFileSync(place.file, '{"format":"recipes"}\n')

      expect((await broken()).message).to.equal(`line 1 of the journal ${place.file}: it is no journal of a book`)
    })

    it('an altered header', async () => {
      change(1, (line) => line.replace(String(CHAIN_ID), String(CHAIN_ID + 1)))

      expect((await broken()).message)
        .to.equal(`line 1 of the journal ${place.file}: it was altered: its keccak256 is another`)
    })

    it('a genesis that does not come out', async () => {
      change(1, (line) => encodeHeader({ ...decodeHeader(line), genesisHash: `0x${'00'.repeat(32)}` }))

      expect((await broken()).message).to.match(/^line 1 of the journal .*: expected genesis 0x0{64}, found 0x\w{64}$/)
    })

    it('another engine, and says what to do', async () => {
      const engine = { name: '@nomicfoundation/edr', version: '0.19.9' }
      change(1, (line) => encodeHeader({ ...decodeHeader(line), engine }))

      expect((await broken()).message).to.equal(`line 1 of the journal ${place.file}: it was written by ` +
        '@nomicfoundation/edr 0.19.9, this is @nomicfoundation/edr 0.20.0: migrate it into a new journal first')
    })

    it('and lets the next one try', async () => {
      const whole = readFileSync(place.file)
      change(3, () => '{}')
      await broken()
      writeFileSync(place.file, whole)

      expect((await opening()).head()).to.include({ number: 4, hash })
    })
  })

  it('that was begun but never named is begun again', async () => {
    const other = join(place.folder, 'other')
    writeFileSync(`${other}.new`, '{"format":"mingzh')

    const chain = await closed(await startBook(other))

    expect(chain.head().number).to.equal(0)
    expect(linesOf(other)).to.have.lengthOf(1)
  })
})
