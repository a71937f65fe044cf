import { expect } from 'chai'
import { besuGenesis, genesisExtraData } from '../../chain/besu/genesis.ts'

// The validators of the example in Besu's manual, "Configure QBFT consensus".
const VALIDATORS = [
  '0x64a702e6263b7297a96638cac6ae65e6541f4169',
  '0x3923390ad55e90c237593b3b0e401f3b08a03185',
  '0xaefdb9a738c9f433e5b6b212a6d62f6370c2f692',
  '0xc7eeb9a4e00ce683cf93039b212648e01c6c6b78',
] as const

describe('the genesis of a shared network', () => {
  it('names its validators in extraData, with no vote, round 0 and no seals', () => {
    // The manual's own extraData, but for the order: it lists the first before the second, a running chain sorts them.
    expect(genesisExtraData(VALIDATORS)).to.equal(
      '0xf87aa00000000000000000000000000000000000000000000000000000000000000000f854' +
      '943923390ad55e90c237593b3b0e401f3b08a03185' + '9464a702e6263b7297a96638cac6ae65e6541f4169' +
      '94aefdb9a738c9f433e5b6b212a6d62f6370c2f692' + '94c7eeb9a4e00ce683cf93039b212648e01c6c6b78' + 'c080c0')
  })

  it('has the rules of the embedded chain: cancun, no fees, nobody owns anything, the same room in a block', () => {
    const genesis = besuGenesis({ chainId: 4711, timestamp: 1_580_256_000, validators: VALIDATORS })

    expect(genesis.config)
      .to.deep.include({ chainId: 4711, londonBlock: 0, shanghaiTime: 0, cancunTime: 0, zeroBaseFee: true })
    expect(genesis).to.deep.include({ alloc: {}, baseFeePerGas: '0x0', gasLimit: '0x4000000', timestamp: '0x5e30cb00' })
    // Besu knows a QBFT chain by this mixHash: the words "practical byzantine fault tolerance", cut to 32 bytes.
    expect(Buffer.from(genesis.mixHash.slice(2), 'hex').toString()).to.equal('ctical byzantine fault tolerance')
  })

  it('is the same for every body, in whatever order and case it lists the validators', () => {
    const shouted = VALIDATORS.toReversed().map((address) => `0x${address.slice(2).toUpperCase()}` as const)

    expect(genesisExtraData(shouted)).to.equal(genesisExtraData(VALIDATORS))
  })

  it('needs four validators, each of them once', () => {
    expect(() => genesisExtraData(VALIDATORS.slice(1))).to.throw(RangeError, '3 validators, 4 at least')
    expect(() => genesisExtraData([...VALIDATORS, VALIDATORS[0]])).to.throw(RangeError, 'a validator is named twice')
    expect(() => genesisExtraData([...VALIDATORS, '0x12'])).to.throw(RangeError, '20 bytes expected')
  })

  it('needs a chain id and a time', () => {
    const founding = { chainId: 1, timestamp: 1, validators: VALIDATORS }

    expect(() => besuGenesis({ ...founding, chainId: 0 })).to.throw(RangeError, 'not a chain id: 0')
    expect(() => besuGenesis({ ...founding, timestamp: 1.5 })).to.throw(RangeError, 'not a time: 1.5')
  })
})
