import { expect } from 'chai'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { Transaction, computeAddress } from 'ethers'
import { encodeAct } from '../../ledger/acts.ts'
import { COMPLAINT_GAS, complaintDraft, fileCall, isResidentsPaper, reopenCall, reopeningDraft } from '../../ledger/complaint.ts'
import { toHex } from '../../ledger/hex.ts'
import { sealPaper } from '../../ledger/papers.ts'
import { addressOfKey, signWithKey } from '../../ledger/residentKey.ts'
import { randomBytes } from 'node:crypto'

const PAPER = `0x${'5a'.repeat(32)}` as const
const CONCERN = { community: 1, fund: 2, outflow: 4_294_967_295 }

describe('A resident’s complaint', () => {
  it('is encoded as ethers does', () => {
    expect(fileCall(CONCERN, PAPER)).to.equal(encodeAct({ contract: 'audit', name: 'fileComplaint', args: [1, 2, 4_294_967_295, PAPER] }))
    expect(reopenCall(7, PAPER)).to.equal(encodeAct({ contract: 'audit', name: 'reopenComplaint', args: [7, PAPER] }))
  })

  it('is signed without ethers by a key that is nobody’s', () => {
    const key = toHex(secp256k1.utils.randomSecretKey())
    const call = { chainId: 20_200_129n, nonce: 0, gasLimit: COMPLAINT_GAS, to: `0x${'11'.repeat(20)}`, data: fileCall(CONCERN, PAPER) } as const

    const signed = Transaction.from(signWithKey(key, call))

    expect(signed.from).to.equal(computeAddress(key))
    expect(addressOfKey(key)).to.equal(computeAddress(key).toLowerCase())
    expect(() => addressOfKey(`0x${'00'.repeat(32)}`)).to.throw(RangeError)
    expect(signed).to.include({ data: call.data, nonce: 0, chainId: 20_200_129n })
  })

  it('says in public what it is about and nothing else', () => {
    const draft = complaintDraft(CONCERN, { text: ' 数量不对 ', name: '王小明', phone: '' })

    expect(draft.public).to.deep.equal({ community: '1', fund: '2', outflow: '4294967295' })
    expect(draft.private).to.deep.equal({ text: '数量不对', name: '王小明' })
  })

  it('is taken in this form only', () => {
    const given = { ...CONCERN, number: 7 }
    const isTaken = (draft: Parameters<typeof sealPaper>[0]) => isResidentsPaper(sealPaper(draft, randomBytes).paper, given)
    const draft = complaintDraft(CONCERN, { text: 'x' })

    expect(isTaken(draft)).to.equal(true)
    expect(isTaken(reopeningDraft(7, { text: 'x' }))).to.equal(true)
    expect(isTaken(reopeningDraft(8, { text: 'x' }))).to.equal(false)
    expect(isTaken({ ...draft, public: { ...draft.public, title: '某某是骗子' } })).to.equal(false)
    expect(isTaken({ ...draft, public: { ...draft.public, fund: '3' } })).to.equal(false)
    expect(isTaken({ ...draft, private: { name: 'x' } })).to.equal(false)
    expect(isTaken({ ...draft, private: { text: 'x', other: 'x' } })).to.equal(false)
    expect(isTaken({ ...draft, kind: 'payment' })).to.equal(false)
  })
})
