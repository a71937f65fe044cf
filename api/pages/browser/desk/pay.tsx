import { useEffect, useState } from 'preact/hooks'
import { withDocuments, type UsedBy } from '../../../../ledger/documents.ts'
import { outflowDraft } from '../../../../ledger/drafts.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import type { Recorded } from './acting.ts'
import { useDesk } from './desk.ts'
import { DocumentPicker, hashesIn, UsedAlready } from './documents.tsx'
import { say, word } from './language.ts'
import { amountOf, Choice, DeskLink, Fault, Field, useDoing, yuan } from './pieces.tsx'
import { post, SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

const EMPTY = { fund: '', title: '', category: '', amount: '', payee: '', account: '', invoice: '', note: '', reference: '', documents: '' }

/** A payment is asked for: whose money, what for, how much, to whom, with the invoice. Somebody else decides. */
export function Pay() {
  const { funds, act } = useDesk()
  const open = funds.filter((fund) => fund.open)
  const { fields, change, clear } = useTyping('pay', { ...EMPTY, fund: open.length === 1 ? String(open[0]?.number) : '' })
  const [done, setDone] = useState<Recorded>()
  const [twin, setTwin] = useState<{ fund: number; number: number }>()
  const fund = open.find(({ number }) => String(number) === fields.fund)
  const { isBusy, error, run } = useDoing(async () => {
    if (!fund) throw new SentenceOnly(say('请先选基金。', 'Choose the fund first.'))
    const { title, payee, invoice, reference, account, note, category } = trimmed(fields)
    if (title === '') throw new SentenceOnly(say('请写用途。', 'Write what it is for.'))
    const amount = amountOf(fields.amount)
    const { ref, used } = await post<{ ref: Hex; used?: { fund: number; number: number } }>('/v1/desk/refs', {
      kind: 'Payment', fund: fund.number, amount: String(amount), title, payee, invoice, reference,
    })
    setTwin(used)
    if (used) return
    const recorded = await act({
      contract: 'ledger', name: 'proposePayment', drafts: [withDocuments(outflowDraft({ kind: 'Payment', amount, title, category }, { payee, account, invoice, note }), hashesIn(fields.documents))],
      args: ([paper]) => [fund.number, amount, ref, paper],
    })
    if (!recorded) return
    clear()
    setDone(recorded)
  })
  if (done) return <Proposed recorded={done} onAgain={() => setDone(undefined)} />

  // The contract looks at what is available when somebody approves; whoever asks should know now.
  const isTooMuch = fund !== undefined && BigInt(fund.available) < (amountIn(fields.amount) ?? 0n)
  return (
    <section class="stack narrow">
      <h1>{say('申请付款', 'Ask for a payment')}</h1>
      <form class="letter sheet" onSubmit={(event) => { event.preventDefault(); void run() }}>
        <Choice label={say('从哪个基金', 'From which fund')} name="fund" value={fields.fund} onInput={(chosen) => change({ fund: chosen })}
          options={[['', { zh: '请选择', en: 'choose' }], ...open.map(({ number, title, available }) => [String(number), { zh: `${title.zh}（可用 ${yuan(available)}）`, en: `${title.en} (${yuan(available)} available)` }] as const)]} />
        <Field label={say('用途（公开；不要写人名、电话）', 'What for (public; no names)')} name="title" value={fields.title} onInput={(title) => change({ title })} maxLength={60} required />
        <Field label={say('金额（元）', 'Amount (yuan)')} name="amount" inputMode="decimal" value={fields.amount} onInput={(amount) => change({ amount })} required
          hint={fund && say(`可用 ${yuan(fund.available)}`, `${yuan(fund.available)} available`)} error={isTooMuch ? say(`超过现在可用的 ${yuan(fund.available)}：可以先申请，钱到账以前批不了。`, `More than the ${yuan(fund.available)} available now: it cannot be approved before money arrives.`) : undefined} />
        <Field label={say('收款方（不公开）', 'Payee (private)')} name="payee" value={fields.payee} onInput={(payee) => change({ payee })} maxLength={100} required />
        <Field label={say('发票号（不公开）', 'Invoice number (private)')} name="invoice" value={fields.invoice} onInput={(invoice) => change({ invoice })} maxLength={60} autocomplete="off" />
        <SameInvoice number={fields.invoice.trim()} />
        <DocumentPicker label={say('发票照片或文件（不公开；位置信息会去掉）', 'Photos or files of the invoice (private; where they were taken is removed)')} text={fields.documents} onText={(documents) => change({ documents })} />
        <details>
          <summary>{say('类别、账号、附注', 'Category, account, note')}</summary>
          <div class="stack">
            <Field label={say('类别（公开）', 'Category (public)')} name="category" value={fields.category} onInput={(category) => change({ category })} maxLength={30} />
            <Field label={say('收款账号（不公开）', 'Account (private)')} name="account" value={fields.account} onInput={(account) => change({ account })} maxLength={100} autocomplete="off" />
            <Field label={say('附注（不公开）', 'Note (private)')} name="note" value={fields.note} onInput={(note) => change({ note })} maxLength={400} />
          </div>
        </details>
        {twin && <Twin twin={twin} value={fields.reference} onInput={(reference) => change({ reference })} />}
        <button type="submit" disabled={isBusy} aria-busy={isBusy}>{say('申请', 'Ask')}</button>
        <Fault error={error} />
      </form>
    </section>
  )
}

/** The payments that name this invoice already, looked up when the person has stopped typing. */
function SameInvoice({ number }: { number: string }) {
  const [found, setFound] = useState<{ number: string; used: readonly UsedBy[] }>()
  useEffect(() => {
    if (number === '') return undefined
    const timer = setTimeout(() => {
      post<UsedBy[]>('/v1/desk/invoices', { number }).then((used) => setFound({ number, used }), () => {})
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [number])
  return found?.number === number ? <UsedAlready used={found.used} what={say('这个发票号已用于', 'This invoice stands behind')} /> : null
}

const PAUSE_MS = 400

/** Two equal requests are usually one by mistake; whoever means two says what tells them apart. */
function Twin({ twin: { fund, number }, value, onInput }: { twin: { fund: number; number: number }; value: string; onInput: (value: string) => void }) {
  return (
    <div class="stack-tight">
      <p class="overdue" role="alert">
        {say('同样的申请已经登记过：', 'The same request stands in the book already: ')}
        <DeskLink to={`/desk/payments/${fund}/${number}`}>{say(`基金 ${fund} 第 ${number} 笔支出`, `outflow ${number} of fund ${fund}`)}</DeskLink>
      </p>
      <Field label={say('确是另一笔？请写一个区别（如“第二批”，不公开）', 'Really another one? Say what tells them apart (private)')} name="reference" value={value} onInput={onInput} maxLength={60} />
    </div>
  )
}

function Proposed({ recorded, onAgain }: { recorded: Recorded; onAgain: () => void }) {
  const { funds } = useDesk()
  const event = recorded.events.find(({ name }) => name === 'PaymentProposed')
  const { fund, outflow } = { fund: event?.['fund'], outflow: event?.['outflow'] }
  const of = funds.find(({ number }) => number === fund)
  return (
    <section class="sheet stack narrow">
      <h1>{say('申请已登记', 'The request is recorded')}</h1>
      <p>{say(`${of ? word(of.title) : ''}第 ${String(outflow)} 笔支出，等审批人审批。`, `Outflow ${String(outflow)} of ${of ? word(of.title) : ''}; an approver decides.`)}</p>
      <p class="buttons">
        <DeskLink look="button" to={`/desk/payments/${String(fund)}/${String(outflow)}`}>{say('看这一笔', 'Look at it')}</DeskLink>
        <button type="button" class="button-quiet" onClick={onAgain}>{say('再申请一笔', 'Another one')}</button>
      </p>
    </section>
  )
}

/** What was typed so far, where it is an amount. */
function amountIn(text: string): bigint | undefined {
  try {
    return amountOf(text)
  } catch {
    return undefined
  }
}

function trimmed<Fields extends Readonly<Record<string, string>>>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.trim()])) as Fields
}
