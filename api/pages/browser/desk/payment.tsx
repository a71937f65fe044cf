import { useState } from 'preact/hooks'
import { dayAt, type Day } from '../../../../ledger/day.ts'
import { withDocuments } from '../../../../ledger/documents.ts'
import { stepDraft } from '../../../../ledger/drafts.ts'
import { Fen, formatYuan } from '../../../../ledger/fen.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import { COMPLAINT_WORDS, isPaid, KIND_WORDS, REASONS, stateWords, type ComplaintState, type Kind, type Reason, type State, type Words } from '../../../../ledger/words.ts'
import type { Plan } from './acting.ts'
import { useTold } from './asking.ts'
import { useDesk } from './desk.ts'
import { doubtsOfLine } from './bankDoubts.ts'
import { BankLineChoice, type BankLine, type Due } from './bankLine.tsx'
import { checkSent, DocumentPicker, hashesIn } from './documents.tsx'
import { Letter } from './faults.tsx'
import { say, word } from './language.ts'
import { PaperDoubts, PaperFields, usePaper } from './papers.tsx'
import { amountIn, amountOf, dayOf, DeskLink, Doing, Field, formatMinute, isoOf, Opening, ReasonChoice, REASONS_OUT, yuan } from './pieces.tsx'
import { go } from './router.ts'
import { post, SentenceOnly } from './server.ts'
import { keepTyping, useTyping } from './typing.ts'

type StepTold = { readonly step: string; readonly person: number; readonly at: number; readonly paper: Hex; readonly amount?: string; readonly effectiveOn?: string }
type PaymentTold = {
  readonly fund: number; readonly number: number; readonly kind: Kind; readonly state: State; readonly amount: string; readonly paid: string; readonly subject?: number
  readonly title: Words; readonly category: Words; readonly paper: Hex; readonly steps: readonly StepTold[]
}

/** One payment, refund or transfer: what it is, what was done, and what whoever looks may do next. */
export function Payment({ path }: { path: string }) {
  const [fund = 0, number = 0] = path.split('/').slice(-2).map(Number)
  const { funds } = useDesk()
  const { told: payment, error } = useTold<PaymentTold>(`/v1/payments/${fund}/${number}`)
  if (!payment) return <Opening error={error} />
  const of = funds.find((one) => one.number === fund)
  const into = funds.find((one) => one.number === payment.subject)
  return (
    <article class="stack narrow">
      <p class="eyebrow">{of ? word(of.title) : ''} · {say(`第 ${number} 笔支出`, `entry ${number}`)}</p>
      <h1>{word(payment.title)}</h1>
      <p class="head-row"><span class="big amount">{yuan(isPaid(payment) ? payment.paid : payment.amount)}</span><span class="chip">{word(stateWords(payment.kind, payment.state))}</span>{isPartlyPaid(payment) && <span class="chip chip-wait">{say(`已付 ${yuan(payment.paid)}，还剩 ${yuan(BigInt(payment.amount) - BigInt(payment.paid))}`, `${yuan(payment.paid)} paid, ${yuan(BigInt(payment.amount) - BigInt(payment.paid))} left`)}</span>}</p>
      {isPaid(payment) && payment.paid !== payment.amount && <p>{say(`申请 ${yuan(payment.amount)}，实付 ${yuan(payment.paid)}，其余不再支付。`, `${yuan(payment.amount)} was asked for, ${yuan(payment.paid)} was paid; the rest is not paid.`)}</p>}
      <p class="note">{word(KIND_WORDS[payment.kind])}{of && say(`；基金现可用 ${yuan(of.available)}`, `; the fund has ${yuan(of.available)} available`)}</p>
      {payment.kind === 'Transfer' && payment.subject !== undefined && <p>{say(`转入：基金 ${payment.subject}`, `To: fund ${payment.subject}`)} {into ? word(into.title) : ''}</p>}
      <PaperDoubts hash={payment.paper} />
      <PaperFields hash={payment.paper} />
      <Steps steps={payment.steps} />
      <Next payment={payment} />
      <Complaints fund={fund} number={number} />
    </article>
  )
}

function isPartlyPaid({ state, amount, paid }: PaymentTold): boolean {
  return state === 'Approved' && BigInt(paid) > 0n && BigInt(paid) < BigInt(amount)
}

/** The complaints on it, for those who answer and review them. */
function Complaints({ fund, number }: { fund: number; number: number }) {
  const { told } = useTold<readonly { readonly number: number; readonly state: ComplaintState }[]>(`/v1/complaints?fund=${fund}&outflow=${number}`)
  if (!told || told.length === 0) return null
  return (
    <p class="eyebrow">{told.map((complaint) => <DeskLink to={`/desk/complaints/${complaint.number}`}>{say(`第 ${complaint.number} 号投诉`, `Complaint ${complaint.number}`)}（{word(COMPLAINT_WORDS[complaint.state])}）</DeskLink>)}</p>
  )
}

const STEPS: Readonly<Record<string, Words>> = {
  Proposed: { zh: '申请', en: 'proposed' }, Approved: { zh: '批准', en: 'approved' }, Rejected: { zh: '驳回', en: 'rejected' },
  Cancelled: { zh: '撤销', en: 'cancelled' }, Executed: { zh: '付款', en: 'paid' }, Accepted: { zh: '验收', en: 'accepted' }, Voided: { zh: '冲销', en: 'voided' },
}

function Steps({ steps }: { steps: readonly StepTold[] }) {
  return (
    <ol class="rows">
      {steps.map(({ step, person, at, amount, effectiveOn, paper }, index) => (
        <li class="stack-tight">
          <p>{word(STEPS[step] ?? { zh: step, en: step })} <small>{say(`${person} 号`, `no. ${person}`)} · {formatMinute(at)}{effectiveOn ? ` · ${effectiveOn}` : ''}{amount && step === 'Executed' ? ` · ${yuan(amount)}` : ''}</small></p>
          {index > 0 && <><PaperDoubts hash={paper} /><PaperFields hash={paper} /></>}
        </li>
      ))}
    </ol>
  )
}

/** What can be done now. The contract decides; what somebody's earlier step forbids is not offered. */
function Next({ payment }: { payment: PaymentTold }) {
  const { staff: { person }, has } = useDesk()
  const took = (...steps: readonly string[]) => payment.steps.some((one) => steps.includes(one.step) && one.person === person)
  const { state } = payment
  if (state === 'Proposed' && has('APPROVER') && !took('Proposed')) return <Decide payment={payment} />
  if (state === 'Approved' && has('CASHIER') && !took('Proposed', 'Approved')) return <Execute payment={payment} />
  if (state === 'Executed' && payment.kind === 'Payment' && has('ACCEPTER') && !took('Proposed', 'Approved', 'Executed')) return <Accept payment={payment} />
  if ((state === 'Proposed' || state === 'Approved') && has('ACCOUNTANT')) return <Cancel payment={payment} />
  if (state === 'Rejected' && payment.kind === 'Payment' && has('ACCOUNTANT')) return <AskAgain payment={payment} />
  return null
}

/** An approval to be signed: of this amount and this paper, and of nothing else that may stand at the number by then. */
export function approval(place: { fund: number; outflow: number; on: Day }, { amount, paper: proposal }: { amount: string; paper: Hex }, statement = ''): Plan {
  return {
    contract: 'ledger', name: 'approvePayment', drafts: [stepDraft({ kind: 'approval', ...place, statement })],
    args: ([paper]) => [place.fund, place.outflow, amount, proposal, paper],
  }
}

function Decide({ payment: { fund, number, ...about } }: { payment: PaymentTold }) {
  const { act, today } = useDesk()
  const { form, fields, change } = useTyping(`decide-${fund}-${number}`, { statement: '', reason: '' as Reason | '' })
  // What somebody began to write is not to be signed out of a fold that nobody sees into.
  const [isBegun] = useState(fields.statement !== '' || fields.reason !== '')
  const place = { fund, outflow: number, on: today }
  const approve = async () => {
    await act({ ...approval(place, about, fields.statement.trim()), form })
  }
  const reject = async () => {
    if (fields.reason === '') throw new SentenceOnly(say('请先选驳回的原因。', 'Choose why first.'), { at: 'reason' })
    const reason = fields.reason
    await act({
      contract: 'ledger', name: 'rejectPayment', drafts: [stepDraft({ kind: 'rejection', ...place, reason, statement: fields.statement.trim() })],
      args: ([paper]) => [fund, number, REASONS.indexOf(reason), paper], about, form,
    })
  }
  return (
    <section class="sheet stack" aria-label={say('审批', 'Decide')}>
      <Doing onDo={approve}>{say('批准', 'Approve')}</Doing>
      <details open={isBegun}>
        <summary>{say('写意见，或驳回', 'A statement, or reject')}</summary>
        <Letter look="stack">
          <Field label={say('意见（公开，可不填；不要写人名；批准时也会登记）', 'Statement (public; no names; recorded with an approval too)')} name="statement" value={fields.statement} onInput={(statement) => change({ statement })} maxLength={200} />
          <ReasonChoice label={say('驳回原因', 'Why it is rejected')} of={REASONS_OUT} value={fields.reason} onInput={(reason) => change({ reason })} />
          <Doing quiet onDo={reject}>{say('驳回', 'Reject')}</Doing>
        </Letter>
      </details>
    </section>
  )
}

function Execute({ payment }: { payment: PaymentTold }) {
  const { act, today } = useDesk()
  const { fund, number } = payment
  const left = Fen(BigInt(payment.amount) - BigInt(payment.paid))
  const isTransfer = payment.kind === 'Transfer'
  const { form, fields, change } = useTyping(`execute-${fund}-${number}`, { reference: isTransfer ? say(`划转 ${fund}/${number}`, `transfer ${fund}/${number}`) : '', amount: '', on: isoOf(today), last: '' })
  const { told } = usePaper(payment.paper)
  const payee = told?.opened?.['payee']?.value
  const due: Due = { left, askedOn: isoOf(dayAt(payment.steps[0]?.at ?? 0)), ...(payee !== undefined && { payee }) }
  const [line, setLine] = useState<BankLine>()
  const doubts = line && line.reference === fields.reference ? doubtsOfLine(line, due) : []
  const typed = amountIn(fields.amount) ?? left
  const chooseLine = (chosen: BankLine | undefined) => {
    setLine(chosen)
    // What a line filled in goes with it.
    const { reference, day, amount } = chosen ?? { reference: '', day: isoOf(today), amount: left }
    change({ reference, on: day, amount: amount === left ? '' : formatYuan(amount) })
  }
  const run = async () => {
    const reference = fields.reference.trim()
    if (reference === '') throw new SentenceOnly(say('请填银行流水号。', "Type the bank's number."), { at: 'reference' })
    const amount = fields.amount.trim() === '' ? left : amountOf(fields.amount)
    const on = dayOf(fields.on)
    const { ref, used } = await post<{ ref: Hex; used?: { fund: number; number: number } }>('/v1/desk/refs', { kind: 'Bank', way: 'out', reference })
    if (used) throw new SentenceOnly(say(`这个流水号已登记在基金 ${used.fund} 第 ${used.number} 笔支出；银行给两笔同号时，后一笔写成 号#2。`, `This number stands at outflow ${used.number} of fund ${used.fund}; where the bank gave two transfers one number, write NUMBER#2.`), { at: 'reference' })
    await act({
      contract: 'ledger', name: 'executePayment',
      drafts: [stepDraft({ kind: 'execution', fund, outflow: number, on, amount }, { bankReference: reference })],
      args: ([paper]) => [fund, number, amount, fields.last === 'yes' || amount === left, [ref, on, paper]], about: payment, warnings: doubts, form,
    })
  }
  return (
    <Letter look="sheet" label={say('登记付款', 'Record the payment')}>
      <p class="note">{isTransfer
        ? say('两个基金在同一个银行账户里，划转不动银行的钱：用下面的凭证号登记。', 'Both funds lie in one bank account, and no bank has a part in it: record it with the voucher number below.')
        : say('登记不会动钱：先在银行付款，再照回单登记。', 'Recording moves no money: pay at the bank first, then record it from the slip.')}</p>
      {!isTransfer && <BankLineChoice due={due} onChoose={chooseLine} />}
      {doubts.map((doubt) => <p class="overdue" role="alert">{doubt}</p>)}
      <Field label={isTransfer ? say('凭证号（不公开）', 'Voucher number (private)') : say('银行流水号（不公开）', "The number of the bank's transaction (private)")} name="reference" value={fields.reference} onInput={(reference) => change({ reference })} maxLength={200} autocomplete="off" required />
      <details>
        <summary>{say(`付 ${yuan(typed)}，${fields.on}；分期或改日期请展开`, `${yuan(typed)} on ${fields.on}; open for instalments or another day`)}</summary>
        <div class="stack">
          <Field label={say('金额（元）', 'Amount (yuan)')} name="amount" inputMode="decimal" value={fields.amount} placeholder={yuan(left).slice(1)} onInput={(amount) => change({ amount })} />
          <Field label={say('记账日期', 'Accounting date')} name="on" type="date" max={isoOf(today)} value={fields.on} onInput={(on) => change({ on })} />
          <label class="check"><input type="checkbox" name="last" checked={fields.last === 'yes'} onInput={(event) => change({ last: event.currentTarget.checked ? 'yes' : '' })} />{say('这是最后一期，其余不再支付', 'The last instalment: the rest is not paid')}</label>
        </div>
      </details>
      <Doing type="submit" onDo={run}>{say('登记付款', 'Record')}</Doing>
    </Letter>
  )
}

/** A rejected request is asked anew, as it was: the form takes what the paper has, and whoever asks mends it. */
function AskAgain({ payment: { fund, amount, paper } }: { payment: PaymentTold }) {
  const { told } = usePaper(paper)
  if (!told) return null
  const { paper: { public: { title = '', project = '', category = '' } }, opened = {} } = told
  const fieldOf = (name: string) => opened[name]?.value ?? ''
  const again = () => {
    keepTyping('pay', {
      fund: String(fund), title, project, category, amount: formatYuan(Fen(BigInt(amount))), payee: fieldOf('payee'), account: fieldOf('account'), invoice: fieldOf('invoice'),
      note: fieldOf('note'), reference: say('驳回后重新申请', 'asked anew'),
    })
    go('/desk/pay')
  }
  return <p><button type="button" class="button-quiet" onClick={again}>{say('照这一笔重新申请', 'Ask for it again')}</button></p>
}

function Accept({ payment: { fund, number, title, paid, paper } }: { payment: PaymentTold }) {
  const { act, today } = useDesk()
  const { form, fields, change } = useTyping(`accept-${fund}-${number}`, { statement: '', documents: '' })
  const [isUnsent, setUnsent] = useState(false)
  const accept = async () => {
    checkSent(isUnsent)
    await act({
      contract: 'ledger', name: 'acceptPayment',
      drafts: [withDocuments(stepDraft({ kind: 'acceptance', fund, outflow: number, on: today, statement: fields.statement.trim() }), hashesIn(fields.documents))], args: ([paper]) => [fund, number, paper], about: { title, amount: paid, paper }, form,
    })
  }
  return (
    <Letter look="sheet" label={say('验收', 'Accept')}>
      <p class="note">{say('东西没到齐、不合格的，先不要验收：这一笔会留在待办里并变成红灯；请会计追回款项、登记退回以后再验收。', 'Do not accept what is missing or wrong: it stays here and turns red. The accountant gets the money back and records the return first.')}</p>
      <Field label={say('验收意见（公开，可不填；不要写人名）', 'Statement (public; no names)')} name="statement" value={fields.statement} onInput={(statement) => change({ statement })} maxLength={200} />
      <DocumentPicker label={say('现场照片（不公开，可不附）', 'Photos of the work (private)')} text={fields.documents} of={{ fund, number }} onText={(documents) => change({ documents })} onUnsent={setUnsent} />
      <Doing onDo={accept}>{say('验收', 'Accept')}</Doing>
    </Letter>
  )
}

function Cancel({ payment: { fund, number, state, ...about } }: { payment: PaymentTold }) {
  const { act, today } = useDesk()
  const { form, fields, change } = useTyping(`cancel-${fund}-${number}`, { reason: '' as Reason | '' })
  const cancel = async () => {
    if (fields.reason === '') throw new SentenceOnly(say('请先选撤销的原因。', 'Choose why first.'), { at: 'reason' })
    const reason = fields.reason
    await act({
      contract: 'ledger', name: 'cancelPayment', drafts: [stepDraft({ kind: 'cancellation', fund, outflow: number, on: today, reason })],
      args: ([paper]) => [fund, number, REASONS.indexOf(reason), paper], about, form,
    })
  }
  return (
    <details class="sheet">
      <summary>{state === 'Proposed' ? say('撤销申请', 'Take it back') : say('撤销未付部分', 'Give up what is not paid')}</summary>
      <Letter look="stack">
        <ReasonChoice label={say('原因', 'Why')} of={REASONS_OUT} value={fields.reason} onInput={(reason) => change({ reason })} />
        <Doing quiet onDo={cancel}>{say('撤销', 'Cancel it')}</Doing>
      </Letter>
    </details>
  )
}
