import { appendFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { ForkedSeal, openSeals, type BlockSeal } from '../../chain/seals.ts'
import { failureOf, tempFolder } from './book.ts'

const ANNA = '0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
const BERT = '0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'
const CARL = '0xcccccccccccccccccccccccccccccccccccccccc'
const STRANGER = '0x5555555555555555555555555555555555555555'
const TWO_OF_THREE = { sealers: [ANNA, BERT, CARL], quorum: 2 } as const

function sealOf(sealer: `0x${string}`, number: number, block = number): BlockSeal {
  return { number, blockHash: `0x${word(block)}`, sealer, signature: `0x${'11'.repeat(65)}` }
}

const word = (number: number) => number.toString(16).padStart(64, '0')

describe('The store of seals', () => {
  let place: ReturnType<typeof tempFolder>
  beforeEach(() => (place = tempFolder()))
  afterEach(() => place.remove())

  it('keeps every seal over a restart and gives them in the order of the blocks', async () => {
    const store = await openSeals(place.file)
    await Promise.all([store.add(sealOf(BERT, 9)), store.add(sealOf(ANNA, 3)), store.add(sealOf(ANNA, 9))])
    await store.close()

    const again = await openSeals(place.file)

    expect(again.list()).to.deep.equal([sealOf(ANNA, 3), sealOf(BERT, 9), sealOf(ANNA, 9)])
    expect(again.list({ from: 4, limit: 1 })).to.deep.equal([sealOf(BERT, 9)])
    expect(again.newestOfEach()).to.deep.equal([sealOf(ANNA, 9), sealOf(BERT, 9)])
    await again.close()
  })

  it('finds the newest block that a quorum sealed, whatever one sealer says of later ones', async () => {
    const store = await openSeals(place.file)
    for (const seal of [sealOf(ANNA, 5), sealOf(BERT, 5), sealOf(ANNA, 8)]) await store.add(seal)

    const newest = store.newestSealed(TWO_OF_THREE)

    expect(newest).to.deep.equal({ number: 5, blockHash: `0x${word(5)}`, seals: [sealOf(ANNA, 5), sealOf(BERT, 5)] })
    await store.close()
  })

  it('counts neither strangers nor seals of different blocks together', async () => {
    const store = await openSeals(place.file)
    for (const seal of [sealOf(ANNA, 5), sealOf(STRANGER, 5), sealOf(BERT, 5, 6)]) await store.add(seal)

    const newest = store.newestSealed(TWO_OF_THREE)

    expect(newest).to.equal(undefined)
    await store.close()
  })

  it('records the same seal once', async () => {
    const store = await openSeals(place.file)
    await store.add(sealOf(ANNA, 5))

    await store.add({ ...sealOf(ANNA, 5), sealer: `0x${'A'.repeat(40)}` })

    expect(store.list()).to.have.length(1)
    expect(readFileSync(place.file, 'utf8').split('\n')).to.have.length(2)
    await store.close()
  })

  it('refuses a second block of one number by one sealer, and keeps both as evidence', async () => {
    const store = await openSeals(place.file)
    await store.add(sealOf(ANNA, 5))

    const error = await failureOf(store.add(sealOf(ANNA, 5, 6)))

    expect(error).to.be.instanceOf(ForkedSeal)
    expect(error.message).to.equal(`${ANNA} sealed two blocks 5: 0x${word(5)} before, now 0x${word(6)}`)
    const [evidence] = readFileSync(`${place.file}.forks`, 'utf8').split('\n').map((line) => line && JSON.parse(line))
    expect(evidence.kept).to.deep.equal(sealOf(ANNA, 5))
    expect(evidence.refused).to.deep.equal(sealOf(ANNA, 5, 6))
    expect(store.list()).to.deep.equal([sealOf(ANNA, 5)])
    await store.close()
  })

  it('refuses what is no seal, saying why', async () => {
    const store = await openSeals(place.file)

    const error = await failureOf(store.add({ ...sealOf(ANNA, 5), signature: '0x11' }))

    expect(error.message).to.equal('65 bytes expected, 1 found: 0x11')
    await store.close()
  })

  it('sets an unfinished last line aside', async () => {
    writeFileSync(place.file, `${JSON.stringify(sealOf(ANNA, 5))}\n{"number":6,"blo`)

    const store = await openSeals(place.file)

    expect(store.list()).to.deep.equal([sealOf(ANNA, 5)])
    const torn = readdirSync(place.folder).filter((name) => name.includes('.torn-'))
    expect(torn.map((name) => readFileSync(`${place.folder}/${name}`, 'utf8'))).to.deep.equal(['{"number":6,"blo'])
    await store.close()
  })

  it('refuses a file with a bad line in the middle, naming the line', async () => {
    writeFileSync(place.file, `${JSON.stringify(sealOf(ANNA, 5))}\n{"number":-1}\n`)
    appendFileSync(place.file, `${JSON.stringify(sealOf(ANNA, 6))}\n`)

    const error = await failureOf(openSeals(place.file))

    expect(error.message).to.equal(`line 2 of ${place.file}: not a block number: -1`)
  })
})
