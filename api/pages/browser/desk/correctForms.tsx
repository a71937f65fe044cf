import { outflowDraft, stepDraft } from '../../../../ledger/drafts.ts'
import { Fen } from '../../../../ledger/fen.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import { REASONS, REASONS_IN, type Reason } from '../../../../ledger/words.ts'
import { useDesk, type FundTold } from './desk.ts'
import type { InflowTold, MatchTold, OutflowFound } from './find.tsx'
import { Letter } from './faults.tsx'
import { say, word } from './language.ts'
import { amountOf, Choice, dayOf, Doing, Field, isoOf, ReasonChoice, yuan } from './pieces.tsx'
import { go } from './router.ts'
import { get, post, SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

/** An outflow as the desk tells it: what of it may still come back, what is not paid, and what touched it. */
export type OutflowTold = OutflowFound & {
  readonly returnable: string; readonly paidFrom?: string; readonly unpaid: string; readonly subject: number; readonly matches: readonly MatchTold[]
  readonly returns: readonly { readonly fund: number; readonly inflow: number; readonly amount: string; readonly on: string }[]
}
type ProvenTold = { readonly batch: number; readonly number: number; readonly start: string; readonly ref: Hex; readonly amount: string; readonly paper: Hex; readonly path: readonly Hex[] }
type RefTold = { readonly ref: Hex; readonly used?: { readonly fund: number; readonly number: number } }

/** What changes for whom, before anything is signed. */
function Changes({ rows }: { rows: readonly (readonly [string, string])[] }) {
  return (
    <dl class="facts preview" aria-label={say('签名以后', 'Once it is signed')} aria-live="polite">
      {rows.map(([label, value]) => <div><dt>{label}</dt><dd>{value}</dd></div>)}
    </dl>
  )
}

export function VoidForm({ inflow, fund }: { inflow: InflowTold; fund: FundTold }) {
  const { act, inSession, today } = useDesk()
  const { number, voidable } = inflow
  const asked = inflow.asked?.refused ? undefined : inflow.asked
  const empty = { amount: asked ? yuan(asked.amount).replace(/[¥,]/g, '') : '', reason: asked?.reason ?? ('' as Reason | ''), title: say(`冲销第 ${number} 笔收入`, `Void of inflow ${number}`), on: isoOf(today), note: '', reference: '' }
  const { form, fields, change } = useTyping(`void-${fund.number}-${number}`, empty)
  const amount = amountOr(fields.amount, voidable)
  const run = async () => {
    if (fields.reason === '') throw new SentenceOnly(say('请先选冲销的原因。', 'Choose why first.'), { at: 'reason' })
    const { reason, note } = fields
    const [taken, on, title, reference] = [checkedAmount(fields.amount, voidable), dayOf(fields.on), titleOf(fields.title), fields.reference.trim()]
    const { ref, used } = await inSession(async () => await post<RefTold>('/v1/desk/refs', {
      kind: 'Void', fund: fund.number, inflow: number, amount: String(taken), on, ...(reference && { reference }),
    }))
    if (used) throw new SentenceOnly(say(`同一天已有一笔相同的冲销（第 ${used.number} 笔支出）。确是另一笔，请在“区分”里写 2。`, `An equal void of that day stands as outflow ${used.number}. If this is another one, write 2 under “Tell apart”.`), { at: 'reference' })
    const proven = await get<ProvenTold>(`/v1/desk/inflows/${fund.number}/${number}/proof`)
    await act({
      contract: 'ledger', name: 'voidInflow', drafts: [outflowDraft({ kind: 'Void', amount: taken, title }, { note: note.trim() })],
      args: ([paper]) => [fund.number, targetOf(proven), taken, REASONS.indexOf(reason), [ref, on, paper]], form,
    })
  }
  return (
    <Letter>
      <Field label={say(`金额（元，最多 ${yuan(voidable)}）`, `Amount (yuan, at most ${yuan(voidable)})`)} name="voidAmount" inputMode="decimal" value={fields.amount} placeholder={yuan(voidable).slice(1)} onInput={(amount) => change({ amount })} />
      <ReasonChoice label={say('原因（公开）', 'Why (public)')} name="voidReason" of={REASONS_IN} value={fields.reason} onInput={(reason) => change({ reason })} />
      <Field label={say('说明（公开，不要写人名）', 'What for (public; no names)')} name="voidTitle" value={fields.title} maxLength={100} onInput={(title) => change({ title })} />
      <details>
        <summary>{say('日期、附注', 'Date and note')}</summary>
        <div class="stack">
          <Field label={say('记账日期', 'Accounting date')} name="voidOn" type="date" max={isoOf(today)} value={fields.on} onInput={(on) => change({ on })} />
          <Field label={say('附注（不公开）', 'Note (private)')} name="voidNote" value={fields.note} maxLength={400} onInput={(note) => change({ note })} />
          <Field label={say('区分（同一天相同的另一笔才填）', 'Tell apart (only for an equal one of the same day)')} name="voidReference" value={fields.reference} maxLength={40} onInput={(reference) => change({ reference })} />
        </div>
      </details>
      {amount !== undefined && <Changes rows={changesOfVoid(inflow, fund, amount)} />}
      <Doing type="submit" onDo={run}>{say('冲销', 'Void it')}</Doing>
    </Letter>
  )
}

function changesOfVoid({ number, amount: whole, unspent, voided, matches, source }: InflowTold, fund: FundTold, amount: Fen): (readonly [string, string])[] {
  const left = BigInt(fund.unspent) - amount - BigInt(fund.held) - BigInt(fund.reserve)
  const after = left < 0n ? 0n : left
  const rest = BigInt(unspent) - amount
  const before = BigInt(voided)
  const voidWords = before === 0n
    ? say(`${yuan(whole)} 里 ${yuan(amount)} 已冲销`, `${yuan(amount)} of ${yuan(whole)} is void`)
    : say(`${yuan(whole)} 里 ${yuan(before + amount)} 已冲销（以前冲销的 ${yuan(before)}，加这一次的 ${yuan(amount)}）`, `${yuan(before + amount)} of ${yuan(whole)} is void (${yuan(before)} before, and ${yuan(amount)} now)`)
  return [
    source === 'Donation'
      ? [say('捐赠人', 'The donor'), say(`第 ${number} 笔收入的捐赠人打开自己的页面，会看到 ${voidWords}，${yuan(rest < 0n ? 0n : rest)} 尚未使用。`, `The page of inflow ${number}'s donor will say that ${voidWords}.`)]
      : [say('这笔收入', 'The inflow'), say(`${voidWords}。`, `${voidWords}.`)],
    [say('基金可用', 'Available'), say(`${yuan(fund.available)} 变为 ${yuan(after)}`, `${yuan(fund.available)} becomes ${yuan(after)}`)],
    ...(matches.length > 0 ? [[say('银行核对', "The bank's side"), say('与它核对的银行流水会有同样多的钱没有对应的账，请随后重新核对。', 'As much of the bank’s line has no entry then; match it anew.')] as const] : []),
  ]
}

export function RefundForm({ inflow, fund }: { inflow: InflowTold; fund: FundTold }) {
  const { act, inSession } = useDesk()
  const { number, refundable } = inflow
  const empty = { amount: '', title: say('退还捐款', 'Gift given back'), payee: '', account: '', note: '', reference: '' }
  const { form, fields, change } = useTyping(`refund-${fund.number}-${number}`, empty)
  const amount = amountOr(fields.amount, refundable)
  const run = async () => {
    const [taken, title] = [checkedAmount(fields.amount, refundable), titleOf(fields.title)]
    const [payee, account, note, reference] = [fields.payee, fields.account, fields.note, fields.reference].map((text) => text.trim())
    if (payee === '') throw new SentenceOnly(say('请写退给谁。', 'Write to whom it is given back.'), { at: 'payee' })
    const { ref, used } = await inSession(async () => await post<RefTold>('/v1/desk/refs', {
      kind: 'Refund', fund: fund.number, subject: number, amount: String(taken), title, ...(payee && { payee }), ...(reference && { reference }),
    }))
    if (used) throw new SentenceOnly(say(`已有一笔相同的退款申请（第 ${used.number} 笔支出）。确是另一笔，请在“区分”里写 2。`, `An equal refund stands as outflow ${used.number}. If this is another one, write 2 under “Tell apart”.`), { at: 'reference' })
    const proven = await get<ProvenTold>(`/v1/desk/inflows/${fund.number}/${number}/proof`)
    const done = await act({
      contract: 'ledger', name: 'proposeRefund',
      drafts: [outflowDraft({ kind: 'Refund', amount: taken, title }, { payee: payee ?? '', account: account ?? '', note: note ?? '' })],
      args: ([paper]) => [fund.number, targetOf(proven), taken, ref, paper], form,
    })
    const proposed = done?.events.find(({ name }) => name === 'PaymentProposed')
    if (proposed) go(`/desk/payments/${fund.number}/${Number(proposed['outflow'])}`)
  }
  return (
    <Letter>
      <Field label={say(`金额（元，最多 ${yuan(refundable)}）`, `Amount (yuan, at most ${yuan(refundable)})`)} name="refundAmount" inputMode="decimal" value={fields.amount} placeholder={yuan(refundable).slice(1)} onInput={(amount) => change({ amount })} />
      <Field label={say('用途（公开，不要写人名）', 'What for (public; no names)')} name="refundTitle" value={fields.title} maxLength={100} onInput={(title) => change({ title })} />
      <Field label={say('退给谁（不公开）', 'To whom (private)')} name="refundPayee" value={fields.payee} maxLength={100} autocomplete="off" onInput={(payee) => change({ payee })} />
      <details>
        <summary>{say('账号、附注', 'Account and note')}</summary>
        <div class="stack">
          <Field label={say('收款账号（不公开）', 'Account (private)')} name="refundAccount" value={fields.account} maxLength={60} autocomplete="off" onInput={(account) => change({ account })} />
          <Field label={say('附注（不公开）', 'Note (private)')} name="refundNote" value={fields.note} maxLength={400} onInput={(note) => change({ note })} />
          <Field label={say('区分（相同的另一笔才填）', 'Tell apart (only for an equal one)')} name="refundReference" value={fields.reference} maxLength={40} onInput={(reference) => change({ reference })} />
        </div>
      </details>
      {amount !== undefined && (
        <Changes rows={[
          [say('现在', 'Now'), say('只是申请，不动钱，也不占基金的可用额。', 'It is proposed only: no money moves, and none is held.')],
          [say('批准以后', 'When approved'), say(`基金可用 ${yuan(fund.available)} 减去 ${yuan(amount)}。`, `${yuan(amount)} of the fund's ${yuan(fund.available)} is held.`)],
          [say('付款以后', 'When paid'), say(`第 ${number} 笔收入的捐赠人会看到 ${yuan(amount)} 已退还。`, `The donor of inflow ${number} sees ${yuan(amount)} given back.`)],
        ]} />
      )}
      <Doing type="submit" onDo={run}>{say('申请退款', 'Propose the refund')}</Doing>
    </Letter>
  )
}

export function ReturnForm({ outflow: { fund: from, number, kind, returnable, paidFrom } }: { outflow: OutflowTold }) {
  const { act, inSession, today, funds } = useDesk()
  const own = funds.find((one) => one.number === from)
  const others = funds.filter((one) => one.open && one.number !== from && one.community === own?.community)
  const isVoid = kind === 'Void'
  const empty = { reference: isVoid ? say(`撤销冲销 ${from}/${number}`, `void undone ${from}/${number}`) : '', amount: '', on: isoOf(today), to: own?.open ? String(from) : String(others[0]?.number ?? ''), note: '' }
  const { form, fields, change } = useTyping(`return-${from}-${number}`, empty)
  const to = funds.find((one) => String(one.number) === fields.to)
  const amount = amountOr(fields.amount, returnable)
  const run = async () => {
    const reference = fields.reference.trim()
    if (reference === '') throw new SentenceOnly(say('请填银行流水号。', "Type the bank's number."), { at: 'reference' })
    if (!to) throw new SentenceOnly(say('请选退到哪个基金。', 'Choose the fund that takes it.'), { at: 'to' })
    const [taken, on] = [checkedAmount(fields.amount, returnable), dayOf(fields.on)]
    if (paidFrom !== undefined && fields.on < paidFrom)
      throw new SentenceOnly(say(`这笔支出是 ${paidFrom} 的，退回的日期不能更早。`, `The outflow is of ${paidFrom}; what came back cannot be of an earlier day.`), { at: 'on' })
    const { ref } = await inSession(async () => await post<RefTold>('/v1/desk/refs', { kind: 'Bank', way: 'in', reference }))
    await act({
      contract: 'ledger', name: 'recordReturn',
      drafts: [stepDraft({ kind: 'return', fund: from, outflow: number, on, amount: taken }, { bankReference: reference, note: fields.note.trim() })],
      args: ([paper]) => [from, number, to.number, taken, [ref, on, paper]], form,
    })
  }
  return (
    <Letter>
      <Field label={isVoid ? say('凭证号（不公开；银行里没有动钱，照下面的即可）', 'Voucher number (private; no bank has a part in it, and this will do)') : say('银行流水号（不公开）', "The bank's number (private)")} name="returnReference" value={fields.reference} maxLength={200} autocomplete="off" onInput={(reference) => change({ reference })} required />
      <Field label={say(`退回金额（元，最多 ${yuan(returnable)}）`, `Amount (yuan, at most ${yuan(returnable)})`)} name="returnAmount" inputMode="decimal" value={fields.amount} placeholder={yuan(returnable).slice(1)} onInput={(amount) => change({ amount })} />
      <Field label={say('记账日期', 'Accounting date')} name="returnOn" type="date" max={isoOf(today)} value={fields.on} onInput={(on) => change({ on })} />
      {own && !own.open && (
        <Choice label={say('原基金已终止，记入', 'Its own fund is closed; taken by')} name="returnTo" value={fields.to} options={others.map(({ number, title }) => [String(number), title] as const)} onInput={(to) => change({ to })} />
      )}
      <Field label={say('附注（不公开）', 'Note (private)')} name="returnNote" value={fields.note} maxLength={400} onInput={(note) => change({ note })} />
      {amount !== undefined && to && (
        <Changes rows={[
          [say('基金可用', 'Available'), say(`${word(to.title)}：${yuan(to.available)} 变为 ${yuan(BigInt(to.available) + amount)}`, `${word(to.title)}: ${yuan(to.available)} becomes ${yuan(BigInt(to.available) + amount)}`)],
          [say('捐赠人', 'Donors'), isVoid
            ? say(`原来被冲销的 ${yuan(amount)} 重新记在账上，捐赠人看到它退回基金。`, `${yuan(amount)} is in the book again, and its donor sees so.`)
            : say(`这笔支出最后的 ${yuan(amount)} 是谁的钱，谁就在自己的页面看到它已退回。`, `Whose fen were the last ${yuan(amount)} of it see on their pages that they came back.`)],
        ]} />
      )}
      <Doing type="submit" onDo={run}>{say('登记退回', 'Record the return')}</Doing>
    </Letter>
  )
}

function targetOf({ batch, number, start, ref, amount, paper, path }: ProvenTold): unknown[] {
  return [batch, number, start, [ref, amount, paper], path]
}

/** What a preview is of: what was typed, or all; undefined while it cannot be. */
function amountOr(text: string, all: string): Fen | undefined {
  try {
    return checkedAmount(text, all)
  } catch (error) {
    if (!(error instanceof SentenceOnly)) throw error
    return undefined
  }
}

export function checkedAmount(text: string, all: string): Fen {
  const amount = text.trim() === '' ? Fen(BigInt(all)) : amountOf(text)
  if (amount > 0n && amount <= BigInt(all)) return amount
  throw new SentenceOnly(say(`金额应在 ¥0.01 和 ${yuan(all)} 之间。`, `The amount must be between ¥0.01 and ${yuan(all)}.`), { at: 'amount' })
}

function titleOf(text: string): string {
  const title = text.trim()
  if (title === '') throw new SentenceOnly(say('请写说明。', 'Say what it is for.'), { at: 'title' })
  return title
}
