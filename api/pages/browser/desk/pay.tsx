import { useEffect, useState } from 'preact/hooks'
import { withDocuments, type UsedBy } from '../../../../ledger/documents.ts'
import { outflowDraft } from '../../../../ledger/drafts.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import { KIND_WORDS, type Kind, type Words } from '../../../../ledger/words.ts'
import type { Recorded } from './acting.ts'
import { useTold } from './asking.ts'
import { useDesk, type FundTold } from './desk.ts'
import { checkSent, DocumentPicker, hashesIn, UsedAlready, usedIn } from './documents.tsx'
import { DraftNote } from './draft.tsx'
import { OutflowLink, type OutflowFound } from './find.tsx'
import { FundWithMoney } from './fundWithMoney.tsx'
import { Letter } from './faults.tsx'
import { say, word } from './language.ts'
import { amountIn, amountOf, DeskLink, Doing, Field, yuan } from './pieces.tsx'
import { focusPlace } from './router.ts'
import { post, SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

const EMPTY = { fund: '', title: '', project: '', category: '', amount: '', payee: '', account: '', invoice: '', note: '', reference: '', documents: '' }

/** A payment is asked for: whose money, what for, how much, to whom, with the invoice. Somebody else decides. */
export function Pay() {
  const { funds, act } = useDesk()
  const open = funds.filter((fund) => fund.open)
  const typing = useTyping('pay', { ...EMPTY, fund: open.length === 1 ? String(open[0]?.number) : '' })
  const { form, fields, change } = typing
  const [done, setDone] = useState<Recorded>()
  useEffect(focusPlace, [done])
  const [isUnsent, setUnsent] = useState(false)
  const [twin, setTwin] = useState<{ fund: number; number: number }>()
  const fund = open.find(({ number }) => String(number) === fields.fund)
  const run = async (): Promise<void> => {
    if (!fund) throw new SentenceOnly(say('请先选基金。', 'Choose the fund first.'), { at: 'fund' })
    const { title, payee, invoice, reference, account, note, project, category } = trimmed(fields)
    if (title === '') throw new SentenceOnly(say('请写用途。', 'Write what it is for.'), { at: 'title' })
    const amount = amountOf(fields.amount)
    if (payee === '') throw new SentenceOnly(say('请写收款方。', 'Write who is paid.'), { at: 'payee' })
    checkSent(isUnsent)
    const { ref, used } = await post<{ ref: Hex; used?: { fund: number; number: number } }>('/v1/desk/refs', {
      kind: 'Payment', fund: fund.number, amount: String(amount), title, payee, invoice, reference,
    })
    setTwin(used)
    if (used) return
    const recorded = await act({
      contract: 'ledger', name: 'proposePayment', drafts: [withDocuments(outflowDraft({ kind: 'Payment', amount, title, project, category }, { payee, account, invoice, note }), hashesIn(fields.documents))],
      args: ([paper]) => [fund.number, amount, ref, paper],
      warnings: await warningsOf(fund, amount, invoice, fields.documents), form,
    })
    if (recorded) setDone(recorded)
  }
  if (done) return <Proposed recorded={done} onAgain={() => setDone(undefined)} />

  // The contract looks at what is available when somebody approves; whoever asks should know now.
  const isTooMuch = fund !== undefined && BigInt(fund.available) < (amountIn(fields.amount) ?? 0n)
  return (
    <section class="stack narrow">
      <div class="head-row"><h1>{say('申请付款', 'Ask for a payment')}</h1><DeskLink to="/desk/pay/transfer">{say('基金之间划转', 'Transfer between funds')}</DeskLink></div>
      <Letter look="sheet">
        <DraftNote typing={typing} />
        <FundWithMoney label={say('从哪个基金', 'From which fund')} name="fund" value={fields.fund} funds={open} onInput={(chosen) => change({ fund: chosen })} />
        <Field label={say('用途（公开；不要写人名、电话）', 'What for (public; no names)')} name="title" value={fields.title} onInput={(title) => change({ title })} maxLength={60} required />
        <Field label={say('金额（元）', 'Amount (yuan)')} name="amount" inputMode="decimal" value={fields.amount} onInput={(amount) => change({ amount })} required
          hint={fund && say(`可用 ${yuan(fund.available)}`, `${yuan(fund.available)} available`)} error={isTooMuch ? say(`超过现在可用的 ${yuan(fund.available)}：可以先申请，钱到账以前批不了。`, `More than the ${yuan(fund.available)} available now: it cannot be approved before money arrives.`) : undefined} />
        <Field label={say('收款方（不公开）', 'Payee (private)')} name="payee" value={fields.payee} onInput={(payee) => change({ payee })} maxLength={100} required />
        <Field label={say('发票号（不公开）', 'Invoice number (private)')} name="invoice" value={fields.invoice} onInput={(invoice) => change({ invoice })} maxLength={60} autocomplete="off" />
        <SameInvoice number={fields.invoice.trim()} />
        <DocumentPicker label={say('发票照片或文件（不公开；照片的位置信息会去掉，PDF 原样保存）', 'Photos or files of the invoice (private; where photos were taken is removed, PDFs stay as they are)')} text={fields.documents} onText={(documents) => change({ documents })} onUnsent={setUnsent} />
        <Field label={say('项目（公开，可不填）', 'Project (public; may be empty)')} name="project" list="projects" value={fields.project} onInput={(project) => change({ project })} maxLength={40} />
        <Field label={say('科目（公开，可不填；如 图书、物资、人工）', 'Line (public, may be empty: books, goods, wages …)')} name="category" list="categories" value={fields.category} onInput={(category) => change({ category })} maxLength={30} />
        {fund && <UsedBefore fund={fund.number} />}
        <details>
          <summary>{say('账号、附注', 'Account, note')}</summary>
          <div class="stack">
            <Field label={say('收款账号（不公开）', 'Account (private)')} name="account" value={fields.account} onInput={(account) => change({ account })} maxLength={100} autocomplete="off" />
            <Field label={say('附注（不公开）', 'Note (private)')} name="note" value={fields.note} onInput={(note) => change({ note })} maxLength={400} />
          </div>
        </details>
        {twin && <Twin twin={twin} value={fields.reference} onInput={(reference) => change({ reference })} />}
        <Doing type="submit" onDo={run}>{say('申请', 'Ask')}</Doing>
      </Letter>
      <UnderWay />
    </section>
  )
}

/** What was asked for and is not paid yet: whoever asks again sees it. */
function UnderWay() {
  const { told } = useTold<readonly OutflowFound[]>('/v1/desk/outflows')
  if (!told || told.length === 0) return null
  return (
    <section class="stack" aria-labelledby="under-way">
      <h2 id="under-way">{say('正在办的付款', 'Payments under way')}</h2>
      <ul class="rows">{told.map((outflow) => <li><OutflowLink outflow={outflow} /></li>)}</ul>
    </section>
  )
}

/** What whoever asks was told and may have overlooked. */
async function warningsOf(fund: FundTold, amount: bigint, invoice: string, documents: string): Promise<string[]> {
  const used = invoice === '' ? [] : await paymentsWithInvoice(invoice).catch(() => [])
  return [
    ...(BigInt(fund.available) < amount ? [say(`超过现在可用的 ${yuan(fund.available)}：钱到账以前批不了。`, `More than the ${yuan(fund.available)} available: it cannot be approved before money arrives.`)] : []),
    ...(used.length > 0 ? [say(`这个发票号已用于别的付款（${placesOf(used)}）。`, `This invoice stands behind another payment already (${placesOf(used)}).`)] : []),
    ...(usedIn(documents).length > 0 ? [say(`同一张图片已用于别的付款（${placesOf(usedIn(documents))}）。`, `The same picture stands behind another payment already (${placesOf(usedIn(documents))}).`)] : []),
  ]
}

function placesOf(used: readonly UsedBy[]): string {
  return used.map(({ fund, number }) => `${fund}/${number}`).join(say('、', ', '))
}

/** Offers the projects and lines that the fund's payments named before, so that one is not written in three ways. */
function UsedBefore({ fund }: { fund: number }) {
  const { told = [] } = useTold<readonly { readonly kind: Kind; readonly category: Words; readonly project?: string }[]>(`/v1/funds/${fund}/payments?limit=100`)
  const payments = told.filter(({ kind }) => kind === 'Payment')
  const listOf = (values: readonly string[]) => [...new Set(values)].filter((value) => value !== KIND_WORDS.Payment.zh).map((value) => <option value={value} />)
  return (
    <>
      <datalist id="projects">{listOf(payments.flatMap(({ project }) => project ?? []))}</datalist>
      <datalist id="categories">{listOf(payments.map(({ category }) => category.zh))}</datalist>
    </>
  )
}

/** The payments that name this invoice already, looked up when the person has stopped typing. */
function SameInvoice({ number }: { number: string }) {
  const [found, setFound] = useState<{ number: string; used: readonly UsedBy[] }>()
  useEffect(() => {
    if (number === '') return undefined
    const timer = setTimeout(() => {
      paymentsWithInvoice(number).then((used) => setFound({ number, used }), () => {})
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [number])
  return found?.number === number ? <UsedAlready used={found.used} what={say('这个发票号已用于', 'This invoice stands behind')} /> : null
}

const PAUSE_MS = 400

async function paymentsWithInvoice(number: string): Promise<UsedBy[]> {
  return await post<UsedBy[]>('/v1/desk/invoices', { number })
}

/** Two equal requests are usually one by mistake; whoever means two says what tells them apart. */
export function Twin({ twin: { fund, number }, value, onInput }: { twin: { fund: number; number: number }; value: string; onInput: (value: string) => void }) {
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

export function Proposed({ recorded, onAgain }: { recorded: Recorded; onAgain: () => void }) {
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

function trimmed<Fields extends Readonly<Record<string, string>>>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.trim()])) as Fields
}
