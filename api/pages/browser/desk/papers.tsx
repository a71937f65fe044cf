import { useMemo } from 'preact/hooks'
import type { Row } from '../../../../ledger/actWords.ts'
import { documentsNamedIn, type UsedBy } from '../../../../ledger/documents.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import { checkField, hashOfPaper, readOpened, readPaper, type Opened, type Paper } from '../../../../ledger/papers.ts'
import { shownText } from '../../../../ledger/shown.ts'
import { KIND_WORDS, REASON_WORDS, SOURCE_WORDS, type Kind, type Reason, type Source, type Words } from '../../../../ledger/words.ts'
import { useTold } from './asking.ts'
import { Picture, UsedAlready } from './documents.tsx'
import { say, word } from './language.ts'
import { Fault, yuan } from './pieces.tsx'
import { Refused, SentenceOnly } from './server.ts'

/** `shared` are other outflows with the same picture or the same invoice. */
type PaperTold = { readonly state: string; readonly paper: Paper; readonly opened?: Opened; readonly shared?: Shared }
type Shared = { readonly pictures: readonly UsedBy[]; readonly invoice: readonly UsedBy[] }

/**
 * A paper as far as whoever looks may read it, held against the hash that the book names: whoever serves another one, or other
 * private fields than it committed to, is not believed.
 */
export function usePaper(hash: Hex): { told: PaperTold | undefined; error: unknown } {
  const { told, error } = useTold<unknown>(`/v1/desk/papers/${hash}`)
  return useMemo(() => {
    if (told === undefined) return { told, error }
    try {
      return { told: readTold(hash, told), error: undefined }
    } catch (caught) {
      if (!(caught instanceof RangeError)) throw caught
      return { told: undefined, error: new SentenceOnly(say(`服务器给出的凭证与账本登记的（${hash.slice(0, 10)}…）不符，请勿采信，并告诉管理员。`, `What the server calls paper ${hash.slice(0, 10)}… is not what the book names: do not trust it, and tell whoever runs it.`), { cause: caught }) }
    }
  }, [hash, told, error])
}

function readTold(hash: Hex, told: unknown): PaperTold {
  const { state, paper: given, opened: fields, shared } = Object(told)
  const paper = readPaper(given)
  const opened = fields === undefined ? undefined : readOpened(fields)
  if (hashOfPaper(paper) !== hash) throw new RangeError('another paper')
  for (const [name, field] of Object.entries(opened ?? {})) if (!checkField(paper, name, field)) throw new RangeError(`another ${name}`)
  return { state: String(state), paper, ...(opened && { opened }), ...(shared !== undefined && { shared: shared as Shared }) }
}

/** What speaks against a paper: other outflows with the same picture, or with the same invoice. */
export function PaperDoubts({ hash }: { hash: Hex }) {
  const { pictures = [], invoice = [] } = usePaper(hash).told?.shared ?? {}
  return (
    <>
      <UsedAlready used={pictures} what={say('同一张图片还用于', 'The same picture stands behind')} />
      <UsedAlready used={invoice} what={say('同一个发票号还用于', 'The same invoice number stands behind')} />
    </>
  )
}

/** A paper's fields and documents, as far as whoever looks may read them. `onOther` hears of a document that is not the one it names. */
export function PaperFields({ hash, onOther }: { hash: Hex; onOther?: () => void }) {
  const { told, error } = usePaper(hash)
  // A resident's paper comes after the act, and may not be here yet.
  if (!told) return error instanceof Refused && error.status === 404 ? null : <Fault error={error} />
  const { paper, opened, state } = told
  return (
    <>
      <PaperShown paper={paper} opened={opened} {...(onOther && { onOther })} />
      {state !== 'kept' && <p class="note">{say('个人信息已依法限制或删除。', 'Private fields are restricted or destroyed by law.')}</p>}
    </>
  )
}

/** A paper with its pictures, which whoever may not read the private fields does not see either. What `told` says beside it is not said twice. */
export function PaperShown({ paper, opened, told = [], onOther }: { paper: Paper; opened: Opened | undefined; told?: readonly Row[]; onOther?: () => void }) {
  const documents = documentsNamedIn(paper)
  return (
    <>
      <FieldList paper={paper} opened={opened ?? {}} told={told} />
      {documents.length > 0 && opened && <ul class="pictures">{documents.map((document) => <li><Picture key={document} hash={document} {...(onOther && { onOther })} /></li>)}</ul>}
      {documents.length > 0 && <p class="note">{say(`${documents.length} 份图片或文件，不公开；公开的只是指纹。`, `${documents.length} pictures or files, private; only their fingerprints are public.`)}</p>}
    </>
  )
}

/** The fields, public ones first; private ones are marked, since people here must know what the world will see. */
function FieldList({ paper, opened, told }: { paper: Paper; opened: Opened; told: readonly Row[] }) {
  const isTold = (name: string, text: string) => told.some(({ label, value }) => word(label) === labelOf(paper.kind, name) && word(value) === shown(paper.kind, name, text))
  const open = Object.entries(paper.public).filter(([name, value]) => !HIDDEN.has(name) && !saidBy(paper.kind).has(name) && !/^document\d+$/.test(name) && !isTold(name, value))
  const secret = Object.entries(opened)
  if (open.length + secret.length === 0) return null
  return (
    <dl class="facts">
      {open.map(([name, value]) => <div><dt>{labelOf(paper.kind, name)}<small>{say('公开', 'public')}</small></dt><dd class="said">{shown(paper.kind, name, value)}</dd></div>)}
      {secret.map(([name, { value }]) => <div><dt>{labelOf(paper.kind, name)}<small>{say('不公开', 'private')}</small></dt><dd class="said">{shownText(value)}</dd></div>)}
    </dl>
  )
}

// Said by the call itself, or by pictures.
const HIDDEN = new Set(['fund', 'outflow', 'amount', 'on', 'effectiveOn', 'source', 'number', 'community', 'act'])

/** What the calls say already that these papers stand behind. */
const SAID_BY: Readonly<Record<string, ReadonlySet<string>>> = {
  'bank-statement': new Set(['account', 'through']), 'bank-line': new Set(['account']), 'bank-matching': new Set(['account', 'count']),
  opinion: new Set(['from', 'through', 'opinion', 'bundleSha256']), finding: new Set(['owner', 'dueOn']), 'period-certificate': new Set(['through']),
  'bank-undoing': new Set(['account', 'match', 'reason']), 'bank-explanation': new Set(['account', 'line', 'why']),
}
const NONE: ReadonlySet<string> = new Set()

function saidBy(kind: string): ReadonlySet<string> {
  return (Object.hasOwn(SAID_BY, kind) ? SAID_BY[kind] : undefined) ?? NONE
}

function labelOf(kind: string, name: string): string {
  if (kind === 'period-certificate') return sumLabelOf(name)
  return word((kind.startsWith('bank-') ? BANK_LABELS[name] : kind === 'fund' ? FUND_LABELS[name] : undefined) ?? LABELS[name] ?? { zh: name, en: name })
}

/** A certificate's sums: `in.Donation`, and `in.Donation.count` of how many. */
function sumLabelOf(name: string): string {
  const [, way, of = '', isCount] = /^(in|out)\.(\w+?)(\.count)?$/.exec(name) ?? []
  if (way === undefined) return word(CERTIFICATE_LABELS[name] ?? same(name))
  const words = way === 'in' ? SOURCE_WORDS[of as Source] : KIND_WORDS[of as Kind]
  const what = words ? word(words) : of
  return isCount ? say(`${what}笔数`, `${what}, how many`) : `${way === 'in' ? say('收入 · ', 'in: ') : say('支出 · ', 'out: ')}${what}`
}

function shown(kind: string, name: string, value: string): string {
  const isSum = kind === 'period-certificate' && name !== 'from' && !name.endsWith('.count')
  if (name === 'amount' || isSum) return /^-?\d{1,19}$/.test(value) ? yuan(value) : shownText(value)
  if (name === 'reason') return word(REASON_WORDS[value as Reason] ?? { zh: value, en: value })
  return word(VALUES[name]?.[value] ?? same(shownText(value)))
}

function same(text: string): Words {
  return { zh: text, en: text }
}

/** Words for what a program chose among a few. */
const VALUES: Readonly<Record<string, Readonly<Record<string, Words>>>> = {
  by: { proposal: { zh: '本系统建议，由签名人确认', en: 'proposed here, confirmed by whoever signs' }, hand: { zh: '手工选择', en: 'chosen by hand' } },
  format: {
    icbc: { zh: '工商银行', en: 'ICBC' }, boc: { zh: '中国银行', en: 'Bank of China' }, abc: { zh: '农业银行', en: 'Agricultural Bank of China' },
    wechat: { zh: '微信支付', en: 'WeChat Pay' }, alipay: { zh: '支付宝', en: 'Alipay' }, mapped: { zh: '按所选的列读取', en: 'by columns that were chosen' },
  },
}

/** Where papers of the bank's side mean something else by a name than others do. */
const BANK_LABELS: Readonly<Record<string, Words>> = {
  title: { zh: '账户名称', en: 'Account' },
  titleEn: { zh: '账户名称（英文）', en: 'Account in English' },
  bank: { zh: '开户行', en: 'Bank' },
  accountNumber: { zh: '账号', en: 'Account number' },
  format: { zh: '流水格式', en: 'Form of the statement' },
  from: { zh: '流水起始日', en: 'From' },
  file: { zh: '文件名', en: 'File' },
  sha256: { zh: '文件指纹', en: 'Fingerprint of the file' },
  printedAccount: { zh: '流水上的账号', en: 'Account number on the statement' },
  by: { zh: '核对方式', en: 'Matched' },
  statement: { zh: '说明', en: 'In words' },
  counterparty: { zh: '对方户名', en: 'Counterparty' },
  counterpartyAccount: { zh: '对方账号', en: 'Their account' },
  document: { zh: '银行凭证号', en: "The bank's number" },
  kind: { zh: '银行摘要', en: "The bank's word for it" },
  time: { zh: '时间', en: 'Time' },
}

const FUND_LABELS: Readonly<Record<string, Words>> = {
  title: { zh: '名称', en: 'Name' },
  titleEn: { zh: '名称（英文）', en: 'Name in English' },
  purpose: { zh: '用途', en: 'Purpose' },
  purposeEn: { zh: '用途（英文）', en: 'Purpose in English' },
}

const CERTIFICATE_LABELS: Readonly<Record<string, Words>> = {
  from: { zh: '自', en: 'From' },
  opening: { zh: '期初结余', en: 'Opening' },
  closing: { zh: '期末结余', en: 'Closing' },
}

const LABELS: Readonly<Record<string, Words>> = {
  title: { zh: '用途', en: 'Purpose' },
  titleEn: { zh: '用途（英文）', en: 'Purpose in English' },
  toFund: { zh: '转入基金', en: 'To fund' },
  project: { zh: '项目', en: 'Project' },
  category: { zh: '科目', en: 'Line' },
  categoryEn: { zh: '科目（英文）', en: 'Line in English' },
  statement: { zh: '意见', en: 'Statement' },
  reason: { zh: '原因', en: 'Reason' },
  payee: { zh: '收款方', en: 'Payee' },
  account: { zh: '收款账号', en: 'Account' },
  invoice: { zh: '发票号', en: 'Invoice' },
  note: { zh: '附注', en: 'Note' },
  bankReference: { zh: '银行流水号', en: "The bank's number" },
  donor: { zh: '捐赠人', en: 'Donor' },
  remark: { zh: '备注', en: 'Remark' },
  reference: { zh: '流水号', en: 'Reference' },
  demonstration: { zh: '说明', en: 'Note' },
  text: { zh: '投诉内容', en: 'What it says' },
  name: { zh: '姓名', en: 'Name' },
  phone: { zh: '电话', en: 'Phone' },
  office: { zh: '职务', en: 'Office' },
  voucher: { zh: '担保方', en: 'Who vouches' },
}
