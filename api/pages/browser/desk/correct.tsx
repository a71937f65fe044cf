import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { isPaid, ROLE_WORDS, type Role } from '../../../../ledger/words.ts'
import { useTold } from './asking.ts'
import { AskedOf, AskForm } from './correctAsked.tsx'
import { RefundForm, ReturnForm, VoidForm, type OutflowTold } from './correctForms.tsx'
import { useDesk } from './desk.ts'
import type { InflowTold, MatchTold } from './find.tsx'
import { say } from './language.ts'
import { Payment } from './payment.tsx'
import { DeskLink, Doing, yuan } from './pieces.tsx'

/** What may be done about an inflow that is wrong. Entries are never changed: each way is one more entry, and says whom it concerns. */
export function WrongInflow({ inflow }: { inflow: InflowTold }) {
  const { funds, staff, has } = useDesk()
  const { fund: number, origin, source, recorder, unspent, voidable, refundable, matches, corrections, asked } = inflow
  const fund = funds.find((one) => one.number === number)
  if (!fund) return null
  const isSpent = unspent === '0'
  const taken = corrections.filter(isPaid).reduce((sum, { amount }) => sum + BigInt(amount), 0n)
  const isGone = isSpent && taken >= BigInt(inflow.amount)
  const doubt = matches.length > 0 && <p class="overdue">{say('银行已经收到这笔钱：', 'The bank has this money: ')}<LinesOf matches={matches} />{say('。冲销只用于银行里没有的钱；要退还的走“退款”。', '. A void is for what the bank never had; what goes back is a refund.')}</p>
  const ask = has('ACCOUNTANT') && <>{doubt}<AskForm inflow={inflow} /></>
  return (
    <Wrong isWaiting={asked !== undefined && !asked.refused && has('APPROVER') && staff.person !== recorder}>
      {!fund.open && <p>{say('基金已终止，不再登记冲销和退款。', 'The fund is closed: it takes no void and no refund.')}</p>}
      {isGone && <p>{say('这笔收入已经全部冲销或退还，没有可以再更正的；更正的那一笔见上面。冲销错了的，请打开那一笔登记退回。', 'All of it was voided or given back already, by the entries above; there is nothing left to correct. If that was wrong, open that entry and record a return.')}</p>}
      {fund.open && isSpent && !isGone && <p>{say('这笔钱已经全部用出，没有可以冲销或退还的。请在上面的去向里打开用了它的那笔支出，在那里更正。', 'All of it is spent. Open the entry that used it, above, and correct that one.')}</p>}
      {fund.open && source === 'Transfer' && <p>{say('划来的款项由另一笔划转划回，不能冲销。', 'What came by a transfer goes back by a transfer.')}</p>}
      {BigInt(voidable) > 0n && (
        <Way title={say('冲销', 'Void')} by="APPROVER" about={say('这笔钱没有到账、登记了两次，或者金额、基金登错了：银行里没有动钱，把多记的部分从账上冲掉。', 'The money never came, or was recorded twice or wrongly: nothing moves in the bank, and the wrong fen leave the book.')} instead={ask}>
          {staff.person === recorder
            ? <><p class="note">{say('这一批是您登记的，须由另一位审批人冲销。', 'You recorded this batch; another approver voids of it.')}</p>{ask}</>
            : <>{asked && <AskedOf inflow={inflow} asked={asked} />}{doubt}<VoidForm key={asked?.refused ? undefined : asked?.at} inflow={inflow} fund={fund} /></>}
        </Way>
      )}
      {source !== 'Transfer' && !origin && (
        <Way title={say('少记了', 'Too little was recorded')} by="ACCOUNTANT" about={say('银行里的钱比账上多：不用冲销，在“收款”里把差额再登记一笔，捐赠人写同一个人，备注写“补记”。', 'The bank has more than the book: nothing is voided; record the difference as one more inflow of the same donor.')}>
          <p class="buttons"><DeskLink look="button" to="/desk/receive">{say('去收款', 'To receiving')}</DeskLink></p>
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
        <p>{kind === 'Transfer' ? say(`${back.on} 转入 `, `On ${back.on} it brought `) : say(`${back.on} 退回 `, `On ${back.on} there came back `)}<span class="amount">{yuan(back.amount)}</span>{say('：', ': ')}
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
      {kind === 'Transfer' && isPaid(outflow) && <p>{say('划转由另一笔划转划回：从收到的基金申请划转。', 'A transfer goes back by another transfer, from the fund that got it.')}</p>}
      {isPaid(outflow) && kind !== 'Transfer' && returnable === '0' && <p>{say('已经全部退回。', 'All of it came back already.')}</p>}
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
      {' '}<LinesOf matches={matches} /></p>
  )
}

function LinesOf({ matches }: { matches: readonly MatchTold[] }) {
  return <>{matches.map(({ account, line }, at) => <>{at > 0 && ' '}<DeskLink to={`/desk/reconcile/${account}`}>{say(`账户 ${account} 第 ${line} 行`, `account ${account}, line ${line}`)}</DeskLink></>)}</>
}

/** `isWaiting`: it is open from the start for whoever comes because somebody asked for it. */
function Wrong({ isWaiting = false, children }: { isWaiting?: boolean; children: ComponentChildren }) {
  const [isOpen] = useState(isWaiting)
  return (
    <details class="sheet no-print wrong" open={isOpen}>
      <summary>{say('这一笔有误', 'This entry is wrong')}</summary>
      <div class="stack">
        <p class="note">{say('账不改、不删：更正是新的一笔，原来那笔仍在，两笔互相指向对方。', 'Nothing is changed or removed: a correction is one more entry, and each leads to the other.')}</p>
        {children}
      </div>
    </details>
  )
}

/** Whoever notices is often not whoever signs: the address of this page takes the other one here. */
function SendOn({ by }: { by: Role }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href)
    setCopied(true)
  }
  return (
    <p class="buttons">
      <Doing quiet onDo={copy}>{isCopied ? say('已复制', 'Copied') : say(`复制这一页的地址，发给${ROLE_WORDS[by].zh}`, `Copy this page’s address for the ${ROLE_WORDS[by].en}`)}</Doing>
    </p>
  )
}

/** One way to correct, for those whose role signs it; `instead` is for others, who else may send the page's address on. */
function Way({ title, about, by, instead, children }: { title: string; about: string; by: Role; instead?: ComponentChildren; children: ComponentChildren }) {
  const { has } = useDesk()
  return (
    <section class="stack-tight" aria-label={title}>
      <h2>{title} <small>{say(`由${ROLE_WORDS[by].zh}签名`, `signed by the ${ROLE_WORDS[by].en}`)}</small></h2>
      <p>{about}</p>
      {has(by) ? children : instead || <SendOn by={by} />}
    </section>
  )
}
