import type { ComponentChildren } from 'preact'
import { parseDay, type Day } from '../../../../ledger/day.ts'
import { outflowDraft, stepDraft } from '../../../../ledger/drafts.ts'
import { Fen } from '../../../../ledger/fen.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import { REASONS, REASON_WORDS, ROLE_WORDS, type Reason, type Role } from '../../../../ledger/words.ts'
import { useAgain, useTold } from './asking.ts'
import { useDesk, type FundTold } from './desk.ts'
import type { InflowTold, MatchTold, OutflowFound } from './find.tsx'
import { say, word } from './language.ts'
import { Payment } from './payment.tsx'
import { Choice, DeskLink, Doing, Field, isoOf, yuan, amountOf } from './pieces.tsx'
import { go } from './router.ts'
import { get, post, SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

type OutflowTold = OutflowFound & {
  readonly returnable: string; readonly unpaid: string; readonly subject: number; readonly matches: readonly MatchTold[]
  readonly returns: readonly { readonly fund: number; readonly inflow: number; readonly amount: string; readonly on: string }[]
}
type ProvenTold = { readonly batch: number; readonly number: number; readonly start: string; readonly ref: Hex; readonly amount: string; readonly paper: Hex; readonly path: readonly Hex[] }
type RefTold = { readonly ref: Hex; readonly used?: { readonly fund: number; readonly number: number } }

/** What may be done about an inflow that is wrong. Entries are never changed: each way is one more entry, and says whom it concerns. */
export function WrongInflow({ inflow }: { inflow: InflowTold }) {
  const { funds, staff } = useDesk()
  const { fund: number, origin, source, recorder, unspent, voidable, refundable, matches } = inflow
  const fund = funds.find((one) => one.number === number)
  if (!fund) return null
  const isSpent = unspent === '0'
  return (
    <Wrong>
      {!fund.open && <p>{say('基金已终止，不再登记冲销和退款。', 'The fund is closed: it takes no void and no refund.')}</p>}
      {fund.open && isSpent && <p>{say('这笔钱已经全部用出，没有可以冲销或退还的。请在上面的去向里打开用了它的那笔支出，在那里更正。', 'All of it is spent. Open the entry that used it, above, and correct that one.')}</p>}
      {fund.open && source === 'Transfer' && <p>{say('划来的款项由另一笔划转划回，不能冲销。', 'What came by a transfer goes back by a transfer.')}</p>}
      {BigInt(voidable) > 0n && (
        <Way title={say('冲销', 'Void')} by="APPROVER" about={say('这笔钱没有到账、登记了两次，或者金额、基金登错了：银行里没有动钱，把多记的部分从账上冲掉。', 'The money never came, or was recorded twice or wrongly: nothing moves in the bank, and the wrong fen leave the book.')}>
          {staff.person === recorder
            ? <p class="note">{say('这一批是您登记的，须由另一位审批人冲销。', 'You recorded this batch; another approver voids of it.')}</p>
            : <VoidForm inflow={inflow} fund={fund} />}
        </Way>
      )}
      {!origin && BigInt(refundable) > 0n && (
        <Way title={say('退款', 'Refund')} by="ACCOUNTANT" about={say('钱确实到了，要退还给捐赠人：先申请，再审批、付款、验收，每一步换一个人。', 'The money came and goes back to its donor: proposed, approved, paid and accepted, each by another person.')}>
          <RefundForm inflow={inflow} fund={fund} />
        </Way>
      )}
      {origin && <p>{say('这是退回的款项。退错了的，请看原来那笔支出：', 'This came back from an outflow; see that entry: ')}<DeskLink to={`/desk/payments/${origin.fund}/${origin.number}`}>{say(`基金 ${origin.fund} 第 ${origin.number} 笔支出`, `outflow ${origin.number} of fund ${origin.fund}`)}</DeskLink></p>}
      <WrongMatch matches={matches} />
    </Wrong>
  )
}

/** An outflow's page: the payment itself, and below it what corrects it. */
export function Outflow({ path }: { path: string }) {
  const [fund = 0, number = 0] = path.split('/').slice(-2).map(Number)
  // Of an outflow that is not there the payment says so.
  const { told: outflow } = useTold<OutflowTold>(`/v1/desk/outflows/${fund}/${number}`)
  return (
    <div class="stack">
      <Payment path={path} />
      {outflow && <div class="stack narrow"><Touched outflow={outflow} /><WrongOutflow outflow={outflow} /></div>}
    </div>
  )
}

function Touched({ outflow: { kind, fund, subject, returns } }: { outflow: OutflowTold }) {
  const isOfInflow = kind === 'Void' || kind === 'Refund'
  if (!isOfInflow && returns.length === 0) return null
  return (
    <section class="stack-tight" aria-label={say('相关的更正', 'Corrections')}>
      {isOfInflow && (
        <p>{say(kind === 'Void' ? '冲销的是：' : '退还的是：', kind === 'Void' ? 'It voids: ' : 'It gives back: ')}
          <DeskLink to={`/desk/inflows/${fund}/${subject}`}>{say(`基金 ${fund} 第 ${subject} 笔收入`, `inflow ${subject} of fund ${fund}`)}</DeskLink></p>
      )}
      {returns.map((back) => (
        <p>{say(`${back.on} 退回 `, `On ${back.on} there came back `)}<span class="amount">{yuan(back.amount)}</span>{say('：', ': ')}
          <DeskLink to={`/desk/inflows/${back.fund}/${back.inflow}`}>{say(`基金 ${back.fund} 第 ${back.inflow} 笔收入`, `inflow ${back.inflow} of fund ${back.fund}`)}</DeskLink></p>
      ))}
    </section>
  )
}

function WrongOutflow({ outflow }: { outflow: OutflowTold }) {
  const { kind, state, unpaid, returnable, matches } = outflow
  return (
    <Wrong>
      {state === 'Proposed' && <p>{say('还没有批准：会计可以撤销，审批人可以驳回，就在本页上方。', 'Not approved yet: the accountant takes it back, or the approver rejects it, above on this page.')}</p>}
      {state === 'Approved' && <p>{say(`还有 ${yuan(unpaid)} 已批未付：会计可以在本页上方撤销未付部分。已付的部分退回来，要等付清或撤销余款以后再登记。`, `${yuan(unpaid)} is approved and unpaid: the accountant gives it up above. What came back is recorded once the rest is paid or given up.`)}</p>}
      {(state === 'Rejected' || state === 'Cancelled') && <p>{say('这笔没有付出钱，不用更正。', 'Nothing was paid; there is nothing to correct.')}</p>}
      {kind === 'Transfer' && (state === 'Executed' || state === 'Accepted') && <p>{say('划转由另一笔划转划回：从收到的基金申请划转。', 'A transfer goes back by another transfer, from the fund that got it.')}</p>}
      {(state === 'Executed' || state === 'Accepted') && kind !== 'Transfer' && returnable === '0' && <p>{say('已经全部退回。', 'All of it came back already.')}</p>}
      {BigInt(returnable) > 0n && (
        <Way title={say('登记退回', 'Record a return')} by="ACCOUNTANT" about={kind === 'Void'
          ? say('这笔冲销本身有误：登记退回，钱重新记入账上。', 'The void itself was an error: the fen come back into the book.')
          : say('付出去的钱退回了银行账户（付错、多付、退货）：按银行的流水登记，原来的捐赠人仍能看到它的去向。', 'What was paid came back to the bank account: recorded by the bank’s number, and its donors still see where it is.')}>
          <ReturnForm outflow={outflow} />
        </Way>
      )}
      <WrongMatch matches={matches} />
    </Wrong>
  )
}

function WrongMatch({ matches }: { matches: readonly MatchTold[] }) {
  if (matches.length === 0) return null
  return (
    <p>{say('只是和银行流水对错了行：由审批人撤销核对，再由会计重新核对。', 'Only matched with the wrong line of the bank: the approver undoes it, the accountant matches anew. ')}
      {matches.map(({ account, line }) => <> <DeskLink to={`/desk/reconcile/${account}`}>{say(`账户 ${account} 第 ${line} 行`, `account ${account}, line ${line}`)}</DeskLink></>)}</p>
  )
}

function Wrong({ children }: { children: ComponentChildren }) {
  return (
    <details class="sheet no-print wrong">
      <summary>{say('这一笔有误', 'This entry is wrong')}</summary>
      <div class="stack">
        <p class="note">{say('账不改、不删：更正是新的一笔，原来那笔仍在，两笔互相指向对方。', 'Nothing is changed or removed: a correction is one more entry, and each leads to the other.')}</p>
        {children}
      </div>
    </details>
  )
}

/** One way to correct, for those whose role signs it. */
function Way({ title, about, by, children }: { title: string; about: string; by: Role; children: ComponentChildren }) {
  const { has } = useDesk()
  return (
    <section class="stack-tight" aria-label={title}>
      <h2>{title} <small>{say(`由${ROLE_WORDS[by].zh}签名`, `signed by the ${ROLE_WORDS[by].en}`)}</small></h2>
      <p>{about}</p>
      {has(by) && children}
    </section>
  )
}

/** What changes for whom, before anything is signed. */
function Changes({ rows }: { rows: readonly (readonly [string, string])[] }) {
  return (
    <dl class="facts preview" aria-label={say('签名以后', 'Once it is signed')} aria-live="polite">
      {rows.map(([label, value]) => <div><dt>{label}</dt><dd>{value}</dd></div>)}
    </dl>
  )
}

function VoidForm({ inflow, fund }: { inflow: InflowTold; fund: FundTold }) {
  const { act, today } = useDesk()
  const again = useAgain()
  const { number, voidable } = inflow
  const empty = { amount: '', reason: '' as Reason | '', title: say(`冲销第 ${number} 笔收入`, `Void of inflow ${number}`), on: isoOf(today), note: '', reference: '' }
  const { fields, change, clear } = useTyping(`void-${fund.number}-${number}`, empty)
  const amount = amountOr(fields.amount, voidable)
  const run = async () => {
    if (fields.reason === '') throw new SentenceOnly(say('请先选冲销的原因。', 'Choose why first.'))
    const { reason, note } = fields
    const [taken, on, title, reference] = [checkedAmount(fields.amount, voidable), dayOf(fields.on), titleOf(fields.title), fields.reference.trim()]
    const { ref, used } = await again(async () => await post<RefTold>('/v1/desk/refs', {
      kind: 'Void', fund: fund.number, inflow: number, amount: String(taken), on, ...(reference && { reference }),
    }))
    if (used) throw new SentenceOnly(say(`同一天已有一笔相同的冲销（第 ${used.number} 笔支出）。确是另一笔，请在“区分”里写 2。`, `An equal void of that day stands as outflow ${used.number}. If this is another one, write 2 under “Tell apart”.`))
    const proven = await get<ProvenTold>(`/v1/desk/inflows/${fund.number}/${number}/proof`)
    const done = await act({
      contract: 'ledger', name: 'voidInflow', drafts: [outflowDraft({ kind: 'Void', amount: taken, title }, { note: note.trim() })],
      args: ([paper]) => [fund.number, targetOf(proven), taken, REASONS.indexOf(reason), [ref, on, paper]],
    })
    if (done) clear()
  }
  return (
    <form class="letter" onSubmit={(event) => event.preventDefault()}>
      <Field label={say(`金额（元，最多 ${yuan(voidable)}）`, `Amount (yuan, at most ${yuan(voidable)})`)} name="voidAmount" inputMode="decimal" value={fields.amount} placeholder={yuan(voidable).slice(1)} onInput={(amount) => change({ amount })} />
      <ReasonChoice value={fields.reason} onInput={(reason) => change({ reason })} />
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
    </form>
  )
}

function changesOfVoid({ number, amount: whole, unspent, matches, source }: InflowTold, fund: FundTold, amount: Fen): (readonly [string, string])[] {
  const left = BigInt(fund.unspent) - amount - BigInt(fund.held) - BigInt(fund.reserve)
  const after = left < 0n ? 0n : left
  const rest = BigInt(unspent) - amount
  return [
    source === 'Donation'
      ? [say('捐赠人', 'The donor'), say(`第 ${number} 笔收入的捐赠人打开自己的页面，会看到 ${yuan(whole)} 里 ${yuan(amount)} 已冲销，${yuan(rest < 0n ? 0n : rest)} 尚未使用。`, `The page of inflow ${number}'s donor will say that ${yuan(amount)} of ${yuan(whole)} was voided.`)]
      : [say('这笔收入', 'The inflow'), say(`${yuan(whole)} 里 ${yuan(amount)} 已冲销。`, `${yuan(amount)} of ${yuan(whole)} is void.`)],
    [say('基金可用', 'Available'), say(`${yuan(fund.available)} 变为 ${yuan(after)}`, `${yuan(fund.available)} becomes ${yuan(after)}`)],
    ...(matches.length > 0 ? [[say('银行核对', "The bank's side"), say('与它核对的银行流水会有同样多的钱没有对应的账，请随后重新核对。', 'As much of the bank’s line has no entry then; match it anew.')] as const] : []),
  ]
}

function RefundForm({ inflow, fund }: { inflow: InflowTold; fund: FundTold }) {
  const { act } = useDesk()
  const again = useAgain()
  const { number, refundable } = inflow
  const empty = { amount: '', title: say('退还捐款', 'Gift given back'), payee: '', account: '', note: '', reference: '' }
  const { fields, change, clear } = useTyping(`refund-${fund.number}-${number}`, empty)
  const amount = amountOr(fields.amount, refundable)
  const run = async () => {
    const [taken, title] = [checkedAmount(fields.amount, refundable), titleOf(fields.title)]
    const [payee, account, note, reference] = [fields.payee, fields.account, fields.note, fields.reference].map((text) => text.trim())
    const { ref, used } = await again(async () => await post<RefTold>('/v1/desk/refs', {
      kind: 'Refund', fund: fund.number, subject: number, amount: String(taken), title, ...(payee && { payee }), ...(reference && { reference }),
    }))
    if (used) throw new SentenceOnly(say(`已有一笔相同的退款申请（第 ${used.number} 笔支出）。确是另一笔，请在“区分”里写 2。`, `An equal refund stands as outflow ${used.number}. If this is another one, write 2 under “Tell apart”.`))
    const proven = await get<ProvenTold>(`/v1/desk/inflows/${fund.number}/${number}/proof`)
    const done = await act({
      contract: 'ledger', name: 'proposeRefund',
      drafts: [outflowDraft({ kind: 'Refund', amount: taken, title }, { payee: payee ?? '', account: account ?? '', note: note ?? '' })],
      args: ([paper]) => [fund.number, targetOf(proven), taken, ref, paper],
    })
    if (!done) return
    clear()
    const proposed = done.events.find(({ name }) => name === 'PaymentProposed')
    if (proposed) go(`/desk/payments/${fund.number}/${Number(proposed['outflow'])}`)
  }
  return (
    <form class="letter" onSubmit={(event) => event.preventDefault()}>
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
    </form>
  )
}

function ReturnForm({ outflow: { fund: from, number, kind, returnable } }: { outflow: OutflowTold }) {
  const { act, today, funds } = useDesk()
  const again = useAgain()
  const own = funds.find((one) => one.number === from)
  const others = funds.filter((one) => one.open && one.number !== from && one.community === own?.community)
  const empty = { reference: '', amount: '', on: isoOf(today), to: own?.open ? String(from) : String(others[0]?.number ?? ''), note: '' }
  const { fields, change, clear } = useTyping(`return-${from}-${number}`, empty)
  const to = funds.find((one) => String(one.number) === fields.to)
  const amount = amountOr(fields.amount, returnable)
  const run = async () => {
    const reference = fields.reference.trim()
    if (reference === '') throw new SentenceOnly(say('请填银行流水号。', "Type the bank's number."))
    if (!to) throw new SentenceOnly(say('请选退到哪个基金。', 'Choose the fund that takes it.'))
    const [taken, on] = [checkedAmount(fields.amount, returnable), dayOf(fields.on)]
    const { ref } = await again(async () => await post<RefTold>('/v1/desk/refs', { kind: 'Bank', way: 'in', reference }))
    const done = await act({
      contract: 'ledger', name: 'recordReturn',
      drafts: [stepDraft({ kind: 'return', fund: from, outflow: number, on, amount: taken }, { bankReference: reference, note: fields.note.trim() })],
      args: ([paper]) => [from, number, to.number, taken, [ref, on, paper]],
    })
    if (done) clear()
  }
  return (
    <form class="letter" onSubmit={(event) => event.preventDefault()}>
      <Field label={say('银行流水号（不公开）', "The bank's number (private)")} name="returnReference" value={fields.reference} maxLength={200} autocomplete="off" onInput={(reference) => change({ reference })} required />
      <Field label={say(`退回金额（元，最多 ${yuan(returnable)}）`, `Amount (yuan, at most ${yuan(returnable)})`)} name="returnAmount" inputMode="decimal" value={fields.amount} placeholder={yuan(returnable).slice(1)} onInput={(amount) => change({ amount })} />
      <Field label={say('记账日期', 'Accounting date')} name="returnOn" type="date" max={isoOf(today)} value={fields.on} onInput={(on) => change({ on })} />
      {own && !own.open && (
        <Choice label={say('原基金已终止，记入', 'Its own fund is closed; taken by')} name="returnTo" value={fields.to} options={others.map(({ number, title }) => [String(number), title] as const)} onInput={(to) => change({ to })} />
      )}
      <Field label={say('附注（不公开）', 'Note (private)')} name="returnNote" value={fields.note} maxLength={400} onInput={(note) => change({ note })} />
      {amount !== undefined && to && (
        <Changes rows={[
          [say('基金可用', 'Available'), say(`${word(to.title)}：${yuan(to.available)} 变为 ${yuan(BigInt(to.available) + amount)}`, `${word(to.title)}: ${yuan(to.available)} becomes ${yuan(BigInt(to.available) + amount)}`)],
          [say('捐赠人', 'Donors'), kind === 'Void'
            ? say(`原来被冲销的 ${yuan(amount)} 重新记在账上，捐赠人看到它退回基金。`, `${yuan(amount)} is in the book again, and its donor sees so.`)
            : say(`这笔支出最后的 ${yuan(amount)} 是谁的钱，谁就在自己的页面看到它已退回。`, `Whose fen were the last ${yuan(amount)} of it see on their pages that they came back.`)],
        ]} />
      )}
      <Doing type="submit" onDo={run}>{say('登记退回', 'Record the return')}</Doing>
    </form>
  )
}

function ReasonChoice({ value, onInput }: { value: Reason | ''; onInput: (reason: Reason | '') => void }) {
  const options = REASONS.slice(1).map((reason) => [reason, REASON_WORDS[reason]] as const)
  return <Choice<Reason | ''> label={say('原因（公开）', 'Why (public)')} name="voidReason" value={value} options={[['', { zh: '请选择', en: 'choose' }], ...options]} onInput={onInput} />
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

function checkedAmount(text: string, all: string): Fen {
  const amount = text.trim() === '' ? Fen(BigInt(all)) : amountOf(text)
  if (amount > 0n && amount <= BigInt(all)) return amount
  throw new SentenceOnly(say(`金额应在 ¥0.01 和 ${yuan(all)} 之间。`, `The amount must be between ¥0.01 and ${yuan(all)}.`))
}

function titleOf(text: string): string {
  const title = text.trim()
  if (title === '') throw new SentenceOnly(say('请写说明。', 'Say what it is for.'))
  return title
}

function dayOf(text: string): Day {
  try {
    return parseDay(text)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new SentenceOnly(say('请填记账日期。', 'Give the accounting date.'), { cause: error })
  }
}
