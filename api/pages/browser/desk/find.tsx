import { useEffect, useRef, useState } from 'preact/hooks'
import { readCode, Mistyped } from '../../../../ledger/code.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import { KIND_WORDS, SOURCE_WORDS, stateWords, type Kind, type Reason, type Source, type State, type Words } from '../../../../ledger/words.ts'
import { useTold } from './asking.ts'
import { WrongInflow } from './correct.tsx'
import { useDesk } from './desk.ts'
import { say, word } from './language.ts'
import { PaperFields } from './papers.tsx'
import { amountOf, Choice, DeskLink, Doing, Fault, Field, formatMinute, narrow, Opening, yuan } from './pieces.tsx'
import { Receipt, type Received } from './receiveReceipt.tsx'
import { Reprint } from './receiveReprint.tsx'
import { get, post, SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

/** What the server tells of entries: api/desk/entries.ts says what each field is. Amounts are fen as text. */
export type InflowFound = {
  readonly fund: number; readonly number: number; readonly amount: string; readonly source: Source; readonly on: string; readonly paper: Hex; readonly who?: string
}
export type OutflowFound = {
  readonly fund: number; readonly number: number; readonly kind: Kind; readonly state: State; readonly amount: string; readonly title: Words; readonly on?: string
}
export type MatchTold = { readonly account: number; readonly line: number; readonly amount: string }
/** A void that waits for an approver. */
export type AskTold = {
  readonly amount: string; readonly reason: Reason; readonly person: number; readonly at: number; readonly refused?: { readonly by: number; readonly at: number }
}
export type InflowTold = InflowFound & {
  readonly ref: Hex
  readonly batch: number; readonly recorder: number; readonly recordedAt: number; readonly origin?: { readonly fund: number; readonly number: number }
  readonly unspent: string; readonly voided: string; readonly voidable: string; readonly refundable: string
  readonly where: readonly { readonly words: Words; readonly outflow?: { readonly fund: number; readonly number: number } }[]; readonly more: number
  readonly corrections: readonly OutflowFound[]; readonly matches: readonly MatchTold[]; readonly asked?: AskTold
}
type Found = {
  readonly looked?: number
  readonly inflows: readonly InflowFound[]; readonly outflows: readonly OutflowFound[]; readonly more: { readonly inflows: boolean; readonly outflows: boolean }
}

const ROWS = 30
const EMPTY = { words: '', fund: '', number: '', from: '', to: '', amount: '', code: '' }

/** 账目: finds an entry by what somebody knows of it. Without anything known the newest stand here. */
export function Entries() {
  const { funds, has, inSession } = useDesk()
  const { fields, change, clear } = useTyping('entries', EMPTY)
  const [found, setFound] = useState<Found>()
  const [reach, setReach] = useState({ from: 0, next: 0 })
  const [error, setError] = useState<unknown>()
  const [looked, setLooked] = useState<number>()
  const newest = useRef(0)
  const page = async (from: number, sought: typeof EMPTY): Promise<{ found: Found; next: number }> => {
    const query = new URLSearchParams(sought.code.trim() === '' ? { ...knownIn(sought), skip: String(from) } : { code: codeIn(sought.code) })
    return { found: await inSession(async () => await get<Found>(`/v1/desk/entries?${query}`)), next: from + ROWS }
  }
  /** The server looks through so many papers at a time, and is asked on until a page is full. */
  const search = async (from: number, sought: typeof EMPTY, isNewest: () => boolean): Promise<{ found: Found; next: number }> => {
    const { fund, number, ...known } = knownIn(sought)
    const body = { ...known, ...(fund && { fund: Number(fund) }), ...(number && { number: Number(number) }), words: sought.words }
    const all: Found[] = []
    for (let skip = from; ; ) {
      const found = await inSession(async () => await post<Found>('/v1/desk/entries/named', { ...body, skip }))
      all.push(found)
      skip += found.looked ?? ROWS
      const joined = { inflows: all.flatMap(({ inflows }) => inflows), outflows: all.flatMap(({ outflows }) => outflows), more: found.more }
      const isEnough = joined.inflows.length + joined.outflows.length >= ROWS || !(found.more.inflows || found.more.outflows)
      if (isEnough || !isNewest()) return { found: joined, next: skip }
      setLooked(skip)
    }
  }
  const look = async (from: number, sought = fields): Promise<void> => {
    const mine = ++newest.current
    const isNewest = () => mine === newest.current
    const isNamed = sought.words.trim() !== '' && sought.code.trim() === ''
    const { found, next } = await (isNamed ? search(from, sought, isNewest) : page(from, sought)).finally(() => setLooked(undefined))
    if (!isNewest()) return
    setFound(found)
    setReach({ from, next })
  }
  useEffect(() => {
    look(0).catch(setError)
  }, [])
  const all = async (): Promise<void> => {
    clear()
    await look(0, EMPTY)
  }
  // Who gave stands in papers that only these read.
  const canName = has('ACCOUNTANT', 'AUDITOR')
  const options = [['', { zh: '全部', en: 'all' }], ...funds.map(({ number, title }) => [String(number), title] as const)] as const
  return (
    <section class="stack">
      <h1>{say('账目', 'Entries')}</h1>
      <form class="filter sheet finding" role="search" onSubmit={(event) => event.preventDefault()}>
        <Field label={canName ? say('捐赠人、收款方或用途里的字', 'Words: donor, payee or purpose') : say('收款方或用途里的字', 'Words: payee or purpose')} name="words" autocomplete="off" maxLength={100} value={fields.words} onInput={(words) => change({ words })} />
        <Choice label={say('基金', 'Fund')} name="fund" value={fields.fund} options={options} onInput={(fund) => change({ fund })} />
        <Field label={say('编号', 'Number')} name="number" inputMode="numeric" value={fields.number} onInput={(number) => change({ number })} />
        <Field label={say('记账日期从', 'Accounting date from')} name="from" type="date" value={fields.from} onInput={(from) => change({ from })} />
        <Field label={say('到', 'to')} name="to" type="date" value={fields.to} onInput={(to) => change({ to })} />
        <Field label={say('金额（元）', 'Amount (yuan)')} name="amount" inputMode="decimal" value={fields.amount} onInput={(amount) => change({ amount })} />
        {canName && (
          <Field label={say('或捐赠人的查询码', "or a donor's code")} name="code" autocomplete="off" value={fields.code} onInput={(code) => change({ code })} />
        )}
        <div class="buttons">
          <Doing type="submit" onDo={async () => await look(0)}>{say('查找', 'Find')}</Doing>
          <Doing quiet onDo={all}>{say('清空', 'Clear')}</Doing>
        </div>
      </form>
      {looked !== undefined && <p role="status">{say(`已查找最近的 ${looked.toLocaleString('en')} 笔……`, `Looked through the newest ${looked.toLocaleString('en')} …`)}</p>}
      {found ? <FoundEntries found={found} /> : <Fault error={error} />}
      {found && (
        <p class="pager">
          {reach.from > 0 ? <Doing quiet onDo={async () => await look(fields.words.trim() === '' ? Math.max(0, reach.from - ROWS) : 0)}>{say('较新的', 'Newer')}</Doing> : <span />}
          {(found.more.inflows || found.more.outflows) && <Doing quiet onDo={async () => await look(reach.next)}>{say('更早的', 'Older')}</Doing>}
        </p>
      )}
    </section>
  )
}

function FoundEntries({ found: { inflows, outflows } }: { found: Found }) {
  if (inflows.length + outflows.length === 0) return <p class="empty">{say('没有找到这样的账。', 'No such entry.')}</p>
  return (
    <div class="two">
      {inflows.length > 0 && (
        <section class="stack" aria-label={say('收入', 'Inflows')}>
          <h2>{say('收入', 'Inflows')}</h2>
          <ul class="rows">{inflows.map((inflow) => <li><InflowLink inflow={inflow} /></li>)}</ul>
        </section>
      )}
      {outflows.length > 0 && (
        <section class="stack" aria-label={say('支出', 'Outflows')}>
          <h2>{say('支出', 'Outflows')}</h2>
          <ul class="rows">{outflows.map((outflow) => <li><OutflowLink outflow={outflow} /></li>)}</ul>
        </section>
      )}
    </div>
  )
}

function InflowLink({ inflow: { fund, number, source, on, amount, who } }: { inflow: InflowFound }) {
  return (
    <DeskLink look="inbox-item" to={`/desk/inflows/${fund}/${number}`}>
      <span class="inbox-what"><small>{on} · {say(`基金 ${fund}`, `fund ${fund}`)}</small><strong>{say(`第 ${number} 笔收入 · `, `Inflow ${number} · `)}{word(SOURCE_WORDS[source])}{who !== undefined && <> · <span class="said">{who}</span></>}</strong></span>
      <span class="amount in">{yuan(amount)}</span>
    </DeskLink>
  )
}

/** An outflow in a list, with what has become of it. */
export function OutflowLink({ outflow: { fund, number, kind, state, title, amount, on } }: { outflow: OutflowFound }) {
  return (
    <DeskLink look="inbox-item" to={`/desk/payments/${fund}/${number}`}>
      <span class="inbox-what">
        <small>{on && `${on} · `}{say(`基金 ${fund} 第 ${number} 笔${KIND_WORDS[kind].zh}`, `fund ${fund}, ${KIND_WORDS[kind].en} ${number}`)}</small>
        <strong>{word(title)}</strong>
      </span>
      <span class="amount">{yuan(amount)}</span>
      <span class="chip">{word(stateWords(kind, state))}</span>
    </DeskLink>
  )
}

/** One inflow: what it is, where its fen are, and what can be done when it is wrong. */
export function InflowEntry({ path }: { path: string }) {
  const [fund = 0, number = 0] = path.split('/').slice(-2).map(Number)
  const { funds } = useDesk()
  const [again, setAgain] = useState<Received>()
  const { told: inflow, error } = useTold<InflowTold>(`/v1/desk/inflows/${fund}/${number}`)
  if (again) return <Receipt received={again} onNext={() => setAgain(undefined)} />
  if (!inflow) return <Opening error={error} />
  const of = funds.find((one) => one.number === fund)
  return (
    <article class="stack narrow">
      <p class="eyebrow">{of ? word(of.title) : ''} · {say(`第 ${number} 笔收入`, `inflow ${number}`)}</p>
      <h1>{word(SOURCE_WORDS[inflow.source])}</h1>
      <p class="head-row"><span class="big amount in">{yuan(inflow.amount)}</span><span class="chip">{say('尚未使用 ', 'unspent ')}{yuan(inflow.unspent)}</span></p>
      <dl class="facts">
        <div><dt>{say('记账日期', 'Accounting date')}</dt><dd>{inflow.on}</dd></div>
        <div><dt>{say('登记', 'Recorded')}</dt><dd>{say(`${inflow.recorder} 号人员 · `, `by no. ${inflow.recorder} · `)}{formatMinute(inflow.recordedAt)}{say(` · 第 ${inflow.batch} 批`, ` · batch ${inflow.batch}`)}</dd></div>
        {inflow.matches.map(({ account, line, amount }) => (
          <div><dt>{say('银行流水', "Bank's line")}</dt><dd><DeskLink to={`/desk/reconcile/${account}`}>{say(`账户 ${account} 第 ${line} 行`, `account ${account}, line ${line}`)}</DeskLink> {yuan(amount)}</dd></div>
        ))}
      </dl>
      <PaperFields hash={inflow.paper} />
      <Where inflow={inflow} />
      <Touching inflow={inflow} />
      <WrongInflow inflow={inflow} />
      <Reprint inflow={inflow} onSlip={setAgain} />
      <p class="no-print"><DeskLink to={`/desk/print/certificate/${fund}/${number}`}>{say('打印捐赠证明', 'Print a certificate')}</DeskLink></p>
    </article>
  )
}

function Where({ inflow: { where, more } }: { inflow: InflowTold }) {
  return (
    <section class="stack" aria-labelledby="where">
      <h2 id="where">{say('每一分钱的去向', 'Where every fen is')}</h2>
      <ul class="rows">
        {where.map(({ words, outflow }) => (
          <li>{word(words)} {outflow && <DeskLink to={`/desk/payments/${outflow.fund}/${outflow.number}`}>{say('看这笔支出', 'See this entry')}</DeskLink>}</li>
        ))}
      </ul>
      {more > 0 && <p class="note">{say(`另有 ${more} 处没有列出。`, `${more} more parts are not listed.`)}</p>}
    </section>
  )
}

/** Corrections are entries: whoever reads one is led to the other. */
function Touching({ inflow: { origin, corrections } }: { inflow: InflowTold }) {
  if (!origin && corrections.length === 0) return null
  return (
    <section class="stack" aria-labelledby="touching">
      <h2 id="touching">{say('相关的更正', 'Corrections')}</h2>
      {origin && (
        <p>
          {say('这笔收入是一笔支出退回或划来的款项：', 'These fen came back from, or by, an outflow: ')}
          <DeskLink to={`/desk/payments/${origin.fund}/${origin.number}`}>{say(`基金 ${origin.fund} 第 ${origin.number} 笔支出`, `outflow ${origin.number} of fund ${origin.fund}`)}</DeskLink>
        </p>
      )}
      {corrections.length > 0 && <ul class="rows">{corrections.map((outflow) => <li><OutflowLink outflow={outflow} /></li>)}</ul>}
    </section>
  )
}

/** What is known of an entry beside words of its paper. @throws {SentenceOnly} */
function knownIn({ fund, number, from, to, amount }: typeof EMPTY): Record<string, string> {
  const digits = narrow(number)
  if (digits !== '' && !/^[1-9]\d{0,8}$/.test(digits)) throw new SentenceOnly(say(`“${number}”不是编号。`, `"${number}" is no number.`))
  const known = { fund, number: digits, from, to, amount: amount.trim() === '' ? '' : String(amountOf(amount)) }
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== ''))
}

function codeIn(text: string): string {
  try {
    return readCode(text)
  } catch (error) {
    if (!(error instanceof Mistyped)) throw error
    throw new SentenceOnly(`${word(error.words)}${say('。', '.')}`, { cause: error })
  }
}
