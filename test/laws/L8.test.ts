import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { expect } from 'chai'
import iconv from 'iconv-lite'
import { readDonations, type DonationRow } from '../../intake/donations.ts'
import { readTable } from '../../intake/table.ts'
import { encodeAct } from '../../ledger/acts.ts'
import { inflowDraft } from '../../ledger/drafts.ts'
import { fromHex, type Hex } from '../../ledger/hex.ts'
import { formatPaper, sealPaper } from '../../ledger/papers.ts'
import { refOf } from '../../ledger/refs.ts'
import { openVault, type Vault } from '../../vault/vault.ts'
import { findPersonal, findPersonalBytes } from './personal.ts'

const MADE_UP = [
  '序号,捐赠日期,捐赠人,捐赠金额(元),备注',
  '1,2020-01-29,张三丰,100.00,电话 13800138000',
  '2,2020-01-29,欧阳修远,0.01,身份证 11010519491231002X',
  '3,2020-01-29,Zoë Müller,8.88,卡号 6222 0212 3456 7894 zoe@example.org',
].join('\n')
const NAMES = ['张三丰', '欧阳修远', 'Zoë Müller']

describe('L8: no personal data leaves the vault', () => {
  let folder: string
  let vault: Vault
  let rows: DonationRow[]
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'mingzhang-l8-'))
    vault = openVault({ folder, masterKey: randomBytes(32) })
    rows = readDonations(readTable(new TextEncoder().encode(MADE_UP), 'list.csv')).rows
  })
  after(() => {
    vault.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function giftsOf(list: readonly DonationRow[]) {
    return list.map((row) => {
      const draft = inflowDraft({ source: 'Donation', effectiveOn: row.date, amount: row.amount }, row)
      return { fund: 1, ref: refOf(vault.bookKey, row.line, row.ordinal), ...sealPaper(draft, randomBytes) }
    })
  }

  it('in the manifest of a gift', () => {
    for (const { paper } of giftsOf(rows)) expect(findPersonal(formatPaper(paper), NAMES)).to.deep.equal([])
  })

  it('in the calldata that records gifts: neither a name nor the plain hash of one', () => {
    const gifts = giftsOf(rows)
    const puts = vault.putGifts(gifts)

    const calldata = encodeInflows(gifts.map(({ ref }, index) => ({ ref, amount: rows[index]!.amount, paper: puts[index]!.paper })))

    expect(calldata.length).to.be.greaterThan(3 * 96)
    expect(findPersonalBytes(calldata, [...NAMES, '13800138000', '11010519491231002X'])).to.deep.equal([])
  })

  it('in the calldata of a whole published list, whose names are masked already', () => {
    const name = 'donations-to-2020-01-26.csv'
    const list = readDonations(readTable(readFileSync(new URL(`../../demo/data/${name}`, import.meta.url)), name)).rows
    const gifts = giftsOf(list)
    const puts = vault.putGifts(gifts)

    const calldata = encodeInflows(gifts.map(({ ref }, index) => ({ ref, amount: list[index]!.amount, paper: puts[index]!.paper })))

    expect(list).to.have.length(1_633)
    expect(findPersonalBytes(calldata, [...new Set(list.map(({ donor }) => donor))])).to.deep.equal([])
  })

  it('in the calldata that records a statement of the bank', () => {
    const cells = ['2020-01-29', '13:20', '张三丰', '6222021234567894', '100.00', '给孩子们买书 13800138000']
    const draft = { kind: 'bank-line', public: { amount: '10000' }, private: { counterparty: '张三丰', account: '6222021234567894', remark: cells[5] ?? '' } }
    const { paper, opened } = sealPaper(draft, randomBytes)
    const line = { ref: refOf(vault.bookKey, cells, 1), amount: 10_000n, day: 18_290, paper: vault.putPaper({ paper, opened }).hash }

    const calldata = fromHex(encodeAct({ contract: 'bank', name: 'recordLines', args: [1, 1, 18_290, 0n, 10_000n, [line], line.paper] }))

    expect(findPersonal(formatPaper(paper), NAMES)).to.deep.equal([])
    expect(findPersonalBytes(calldata, [...NAMES, '13800138000', '6222021234567894', cells.join(',')])).to.deep.equal([])
  })

  it('in the calldata of a complaint, a finding and an opinion', () => {
    const draft = { kind: 'complaint', public: { title: '账目疑问' }, private: { sender: '欧阳修远', phone: '13800138000', text: '张三丰说款项不对' } }
    const { paper, opened } = sealPaper(draft, randomBytes)
    const { hash } = vault.putPaper({ paper, opened })
    const acts = [
      { name: 'fileComplaint', args: [1, 1, 1, hash] }, { name: 'raiseFinding', args: [1, 4, 18_290, hash] },
      { name: 'giveOpinion', args: [1, 0, 18_290, 1, hash, hash] },
    ]

    expect(findPersonal(formatPaper(paper), NAMES)).to.deep.equal([])
    for (const { name, args } of acts)
      expect(findPersonalBytes(fromHex(encodeAct({ contract: 'audit', name, args })), [...NAMES, '13800138000']), name).to.deep.equal([])
  })

  it('in any byte that the vault writes to the disk', () => {
    for (const file of readdirSync(folder)) {
      // Sealed bytes look like anything now and then, but never like a whole name.
      const found = findPersonalBytes(readFileSync(join(folder, file)), NAMES).filter(({ kind }) => /name/i.test(kind))
      expect(found, file).to.deep.equal([])
    }
  })
})

describe('the search for personal data', () => {
  for (const [kind, text] of [
    ['phone', 'tel 13800138000.'], ['phone', '+86 138-0013-8000'], ['phone', '010-88888888'],
    ['idCard', '"11010519491231002X"'],
    ['bankCard', '6222021234567894'], ['bankCard', '6222 0212 3456 7894'], ['email', 'GET /?q=zoe%40example.org'],
    ['name', '/search?q=%E5%BC%A0%E4%B8%89%E4%B8%B0'], ['name', '{"donor":"张三丰"}'],
  ] as const)
    it(`finds ${text}`, () => {
      expect(findPersonal(text, NAMES).map((finding) => finding.kind)).to.include(kind)
    })

  it('finds a name in bytes of any encoding, and its plain hash', () => {
    const name = '张三丰'
    const find = (bytes: Uint8Array) => findPersonalBytes(Buffer.concat([Buffer.from([0, 1]), bytes, Buffer.from([0xff])]), [name])

    for (const bytes of [Buffer.from(name), Buffer.from(name, 'utf16le'), iconv.encode(name, 'gb18030')])
      expect(find(bytes)).to.deep.equal([{ kind: 'name', text: name }])
    expect(find(keccak_256(Buffer.from(name)))).to.deep.equal([{ kind: 'hashOfName', text: name }])
  })

  it('does not take hashes, amounts, dates, codes or times for persons', () => {
    const harmless = [
      `0x${'13800138000'.padEnd(64, '7')}`, '0xa13800138000bc', '8051659300', '"1380013800000"', '2020-01-29T13:80:01.380Z', '20200129140322',
      '7KQ2-M0AX-13PP-0001', '110105194912310021', '6222021234567890', '2026-11-23', '¥38,422,322.24',
    ]

    for (const text of harmless) expect(findPersonal(text, NAMES), text).to.deep.equal([])
  })
})

function encodeInflows(inflows: readonly { ref: Hex; amount: bigint; paper: Hex }[]): Uint8Array {
  return fromHex(encodeAct({ contract: 'ledger', name: 'recordInflows', args: [1, 0n, 1, 18_290, inflows] }))
}
