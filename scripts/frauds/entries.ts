import { randomBytes } from 'node:crypto'
import { certificateDraft, type Certificate } from '../../ledger/auditDrafts.ts'
import { newCode } from '../../ledger/code.ts'
import { Day } from '../../ledger/day.ts'
import { keyDraft } from '../../ledger/drafts.ts'
import { Fen, parseYuan } from '../../ledger/fen.ts'
import { recordGifts } from '../commands/record.ts'
import { get, problemOf } from '../commands/send.ts'
import { giftOf, type Target } from './book.ts'
import { bundleOf, verified } from './bundles.ts'
import { caught, type Fraud } from './caught.ts'

const CONTRACT = { zh: '合约', en: 'the contract' }
const OFFICE = { zh: '命令行与合约', en: 'the command line and the contract' }
const SERVER = { zh: '服务器', en: 'the server' }

/** Frauds of people who have keys and write false entries. */
export const ENTRY_FRAUDS: readonly Fraud[] = [
  {
    name: { zh: '审批人兼任出纳', en: 'One person approves and pays' },
    deed: { zh: '理事会把审批、出纳、验收都任命给一人，此人审批后自己付款', en: 'the council appoints one person approver, cashier and accepter, who approves and then pays' },
    play: async (book) => {
      const outflow = await book.propose({ amount: parseYuan('10'), title: '茶水' })
      await book.approve(outflow, 'manyHats')
      return [await caught(CONTRACT, 'SAME_PERSON', () => book.execute(outflow, { yuan: '10', reference: '银行流水 0101' }, 'manyHats'))]
    },
  },
  {
    name: { zh: '会计与审批人合谋', en: 'Accountant and approver collude' },
    deed: { zh: '会计申请、审批人批准给自己人的一笔款，然后两人各自设法付款', en: 'one proposes and the other approves a payment to a friend; then each tries to pay it' },
    play: async (book) => {
      const outflow = await book.propose({ amount: parseYuan('900'), title: '咨询费', payee: '自己人' })
      await book.approve(outflow)
      const pay = (who: 'ACCOUNTANT' | 'APPROVER') => () => book.execute(outflow, { yuan: '900', reference: '银行流水 0102' }, who)
      return [
        await caught(CONTRACT, 'ACCESS_MANAGED_UNAUTHORIZED', pay('ACCOUNTANT')),
        await caught(CONTRACT, 'ACCESS_MANAGED_UNAUTHORIZED', pay('APPROVER')),
      ]
    },
    people: {
      zh: '出纳照付、验收人照签，就是四人合谋：账本只留下四人的名字。收款方、金额和验收意见要有人到现场核对',
      en: 'if cashier and accepter join in, four people collude, and the book only keeps their names: somebody must go and look',
    },
  },
  {
    name: { zh: '一人两把钥匙', en: 'One person with two keys' },
    deed: { zh: '会计多领一把密钥，让理事会任命为审批人，申请后用它审批', en: 'the accountant gets a second key appointed approver, and approves with it' },
    play: async (book) => {
      await addKey(book, 'second')
      const outflow = await book.propose({ amount: parseYuan('20'), title: '文具' })
      return [await caught(CONTRACT, 'SAME_PERSON', () => book.approve(outflow, 'second'))]
    },
    people: {
      zh: '若登记员把一个人登记成两个人，账本看不出来：登记员是谁、谁担保，页面“权责”上写着，要有人核对',
      en: 'a registrar who enrols one person as two deceives every chain: the page “Rights” says who enrolled and who vouched',
    },
  },
  {
    name: { zh: '停用的钥匙', en: 'A retired key' },
    deed: { zh: '密钥丢失后已停用，捡到的人用它申请付款', en: 'a lost key was retired, and whoever found it proposes a payment' },
    play: async (book) => {
      await addKey(book, 'lost')
      const paper = book.paper(keyDraft('retired', book.today))
      await book.act('REGISTRAR', { contract: 'people', name: 'retireKey', args: [book.addressOf('lost'), paper] })
      return [await caught(SERVER, 'KEY_UNKNOWN', () => book.act('lost', proposal(paper)))]
    },
  },
  {
    name: { zh: '审计人员记账', en: 'An auditor writes entries of money' },
    deed: { zh: '审计人员替单位“补”一笔付款申请', en: 'the auditor proposes a payment on behalf of the charity' },
    play: async (book) => [
      await caught(CONTRACT, 'ACCESS_MANAGED_UNAUTHORIZED', () => book.act('AUDITOR', proposal(book.paper(keyDraft('added', book.today))))),
    ],
  },
  {
    name: { zh: '不审批就付款', en: 'Paid without approval' },
    deed: { zh: '会计申请后，出纳直接付款', en: 'the cashier pays what was only proposed' },
    play: async (book) => {
      const outflow = await book.propose({ amount: parseYuan('30'), title: '海报' })
      return [await caught(CONTRACT, 'OUTFLOW_NOT_IN', () => book.execute(outflow, { yuan: '30', reference: '银行流水 0103' }))]
    },
  },
  {
    name: { zh: '一张发票报两次', en: 'One invoice claimed twice' },
    deed: { zh: '同一张发票再申请一次；另一笔付款再用同一个银行流水号', en: 'the same invoice is proposed again; another payment uses the same bank number again' },
    play: async (book) => {
      const other = await book.propose({ amount: parseYuan('120'), title: '儿童图书 8 册（补）', payee: '某某书店', invoice: '发票 0002' })
      await book.approve(other)
      return [
        await caught(OFFICE, 'REF_USED', () => book.propose({ amount: parseYuan('120'), title: '儿童图书 8 册', payee: '某某书店', invoice: '发票 0001' })),
        await caught(OFFICE, 'REF_USED', () => book.execute(other, { yuan: '120', reference: '银行流水 0001' })),
      ]
    },
  },
  {
    name: { zh: '倒签日期', en: 'Back-dated into a closed period' },
    deed: { zh: '会计期间结账后，再登记一笔日期在期间内的收入', en: 'after a period is closed, an inflow is recorded with a day within it' },
    play: async (book) => {
      const { office: { desk, books, vault }, today } = book
      const days = { from: Day(0), through: Day(today - 2) }
      await closePeriod(book, { fund: 1, through: days.through, ...book.reader.periodSums(1, days) })
      const late = { desk, books, vault, wallet: book.clerk('ACCOUNTANT').wallet, fund: 1, source: 'Donation', gifts: [giftOf('张三', '66', today - 5, 1)] } as const
      return [await caught(CONTRACT, 'PERIOD_IS_CLOSED', () => recordGifts(late))]
    },
  },
  {
    name: { zh: '假收据', en: 'A forged receipt' },
    deed: { zh: '收钱不入账，给捐赠人一个编造的查询码', en: 'the gift is not recorded, and the donor gets an invented code' },
    play: async ({ url }) => [
      await caught(SERVER, 'CODE_UNKNOWN', async () => {
        const response = await get(`${url}/v1/trace/${newCode(randomBytes)}`)
        if (!response.ok) throw await problemOf(response)
      }),
    ],
    people: { zh: '捐赠人当场查一下收据上的码', en: 'donors look their code up at once' },
  },
]

/** To be played last: no bundle of the book passes any more. */
export const CERTIFICATE_FRAUD: Fraud = {
  name: { zh: '结账凭证造假', en: 'A false certificate of a period' },
  deed: { zh: '结账时，凭证上的捐赠合计少写 ¥1', en: 'when a period is closed, its certificate says ¥1 less than was given' },
  play: async (book) => {
    const days = { from: Day(book.today - 1), through: Day(book.today - 1) }
    const sums = book.reader.periodSums(1, days)
    const inflows = sums.inflows.map((sum) => ({ ...sum, amount: Fen(sum.amount - 100n) }))
    await closePeriod(book, { fund: 1, ...days, ...sums, inflows })
    await book.sealed()
    return [await caught({ zh: '账册核验', en: 'the audit bundle' }, 'CERTIFICATE_DIFFERS', async () => verified(book, await bundleOf(book)))]
  },
}

async function closePeriod(book: Target, certificate: Certificate): Promise<void> {
  const { fund, through } = certificate
  await book.act('STEWARD', { contract: 'ledger', name: 'closePeriod', args: [fund, through, book.paper(certificateDraft(certificate))] })
  await book.mirrored()
}

async function addKey(book: Target, key: 'second' | 'lost'): Promise<void> {
  const paper = book.paper(keyDraft('added', book.today))
  await book.act('REGISTRAR', { contract: 'people', name: 'addKey', args: [book.personOf('ACCOUNTANT'), book.addressOf(key), paper] })
}

function proposal(paper: string) {
  return { contract: 'ledger', name: 'proposePayment', args: [1, 1_000n, `0x${randomBytes(32).toString('hex')}`, paper] } as const
}
