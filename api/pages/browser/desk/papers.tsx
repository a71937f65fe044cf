import type { Opened, Paper } from '../../../../ledger/papers.ts'
import { REASON_WORDS, type Reason, type Words } from '../../../../ledger/words.ts'
import { say, word } from './language.ts'
import { yuan } from './pieces.tsx'

/** The fields of a paper, public ones first; private ones are marked, since people here must know what the world will see. */
export function FieldList({ paper, opened = {} }: { paper: Paper; opened?: Opened }) {
  const open = Object.entries(paper.public).filter(([name]) => !HIDDEN.has(name))
  const secret = Object.entries(opened)
  if (open.length + secret.length === 0) return null
  return (
    <dl class="facts">
      {open.map(([name, value]) => <div><dt>{labelOf(name)}<small>{say('公开', 'public')}</small></dt><dd>{shown(name, value)}</dd></div>)}
      {secret.map(([name, { value }]) => <div><dt>{labelOf(name)}<small>{say('不公开', 'private')}</small></dt><dd>{value}</dd></div>)}
    </dl>
  )
}

// Said by the call itself, or by pictures.
const HIDDEN = new Set(['fund', 'outflow', 'amount', 'on', 'effectiveOn', 'source', 'number', 'community', 'act'])

function labelOf(name: string): string {
  const document = /^document(\d+)$/.exec(name)?.[1]
  if (document) return say(`单据 ${document}`, `Document ${document}`)
  return word(LABELS[name] ?? { zh: name, en: name })
}

function shown(name: string, value: string): string {
  if (name === 'amount') return yuan(value)
  if (name === 'reason') return word(REASON_WORDS[value as Reason] ?? { zh: value, en: value })
  return name.startsWith('document') ? `${value.slice(2, 14)}…` : value
}

const LABELS: Readonly<Record<string, Words>> = {
  title: { zh: '用途', en: 'Purpose' },
  titleEn: { zh: '用途（英文）', en: 'Purpose in English' },
  category: { zh: '类别', en: 'Category' },
  categoryEn: { zh: '类别（英文）', en: 'Category in English' },
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
