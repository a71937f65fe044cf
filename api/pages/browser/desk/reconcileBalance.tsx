import { useEffect, useState } from 'preact/hooks'
import { useDesk } from './desk.ts'
import { countOf, say } from './language.ts'
import { Fault, Opening, yuan } from './pieces.tsx'
import { EntryName } from './reconcileLines.tsx'
import type { BalanceTold, WaysTold } from './reconcileTold.ts'
import { get } from './server.ts'

/** 银行余额调节表: why the bank's balance is not the book's, to the fen. */
export function Balance({ account }: { account: number }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details class="balance" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say('银行余额调节表', 'Bank reconciliation statement')}</summary>
      {isOpen && <Sheet account={account} />}
    </details>
  )
}

function Sheet({ account }: { account: number }) {
  const desk = useDesk()
  const [told, setTold] = useState<{ balance?: BalanceTold }>()
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    let isCurrent = true
    desk.inSession(async () => await get<{ balance?: BalanceTold }>(`/v1/desk/bank/${account}/balance`)).then(
      (balance) => isCurrent && (setTold(balance), setError(undefined)), (caught: unknown) => isCurrent && setError(caught))
    return () => {
      isCurrent = false
    }
  }, [account, desk.inbox])
  if (!told) return <Opening error={error}>{say('正在计算……', 'Working it out …')}</Opening>
  if (!told.balance) return <p class="empty">{say('还没有登记过银行流水。', 'No bank statement is recorded yet.')}</p>
  return <><Fault error={error} /><Sides balance={told.balance} /></>
}

function Sides({ balance }: { balance: BalanceTold }) {
  const { openedOn, through, accounts, bank, book, matched, onlyBook, waiting, said, otherDays, elsewhere, otherFunds, faults, adjusted } = balance
  const away = BigInt(adjusted.bank) - BigInt(adjusted.book)
  return (
    <div class="sheet stack">
      <p class="note">{say(`${openedOn} 到 ${through}`, `${openedOn} to ${through}`)}{accounts > 1 && say(`。本账共有 ${accounts} 个银行账户：没有流水的账也可能属于另一个账户。`, `. The book keeps ${accounts} bank accounts: entries without a line may be of another one.`)}</p>
      <div class="sides">
        <table>
          <caption>{say('银行', 'The bank')}</caption>
          <tbody>
            <Total name="bank-balance" label={say(`对账单余额（${through}）`, `Balance of the statement (${through})`)} amount={bank.balance} />
            <Two name="only-book" ways={onlyBook} labels={[say('加：账上已收、银行没有', 'Add: received in the book, not at the bank'), say('减：账上已付、银行没有', 'Less: paid in the book, not at the bank')]} of="entry" />
            <Total name="adjusted-bank" label={say('调节后余额', 'Adjusted balance')} amount={adjusted.bank} />
          </tbody>
        </table>
        <table>
          <caption>{say('账上', 'The book')}</caption>
          <tbody>
            <Plain label={say(`期初余额（${openedOn}）`, `Opening balance (${openedOn})`)} amount={bank.opening} />
            <Two name="matched" ways={matched} labels={[say('加：收入，与流水对应', 'Add: received, matched'), say('减：支出，与流水对应', 'Less: paid, matched')]} of="entry" />
            <Two name="unmatched" ways={onlyBook} labels={[say('加：收入，银行没有', 'Add: received, not at the bank'), say('减：支出，银行没有', 'Less: paid, not at the bank')]} of="entry" />
            <Total name="book-balance" label={say('账面余额', 'Balance of the book')} amount={book.balance} />
            <Two name="waiting" ways={waiting} labels={[say('加：银行已收、账上没有', 'Add: received at the bank, not in the book'), say('减：银行已付、账上没有', 'Less: paid at the bank, not in the book')]} of="line" />
            <Two name="said" ways={said} labels={[say('加：银行已收、已说明原因', 'Add: received at the bank, explained otherwise'), say('减：银行已付、已说明原因', 'Less: paid at the bank, explained otherwise')]} of="line" />
            <Two name="other-days" ways={otherDays} labels={[say('加：流水在期内、收入登记在期外', 'Add: lines of these days, received on others'), say('减：流水在期内、支出登记在期外', 'Less: lines of these days, paid on others')]} of="entry" />
            {faults !== '0' && <Plain label={say('加减：核对超出流水或账（如核对后又冲销）', 'Matched beyond a line or an entry, such as one voided afterwards')} amount={faults} />}
            <Total name="adjusted-book" label={say('调节后余额', 'Adjusted balance')} amount={adjusted.book} />
          </tbody>
        </table>
      </div>
      <p class={away === 0n ? 'recorded' : 'overdue'} role="status">
        {away === 0n ? say('✓ 两边相符，分毫不差。', '✓ Both sides agree, to the fen.') : say(`两边相差 ${yuan(away)}：银行余额与登记的流水不一致，请告诉管理员。`, `They differ by ${yuan(away)}: the balance is not that of the recorded lines. Tell whoever runs this.`)}
      </p>
      {isSome(elsewhere) && <p class="note">{say(`另有收入 ${yuan(elsewhere.credits.amount)}、支出 ${yuan(elsewhere.debits.amount)} 与其他账户的流水对应，不在此表。`, `${yuan(elsewhere.credits.amount)} received and ${yuan(elsewhere.debits.amount)} paid are matched with other accounts, and not told here.`)}</p>}
      {isSome(otherFunds) && <p class="note">{say(`还有一些基金，从未与本账户的流水对应过：这些日子它们没有流水的收入 ${otherFunds.credits.count} 笔 ${yuan(otherFunds.credits.amount)}、支出 ${otherFunds.debits.count} 笔 ${yuan(otherFunds.debits.amount)}，看作钱不在本账户，不在此表；对上其中一笔后即列入。`,
        `Some funds never had anything matched here: ${yuan(otherFunds.credits.amount)} received (${otherFunds.credits.count}) and ${yuan(otherFunds.debits.amount)} paid (${otherFunds.debits.count}) of them in these days have no bank line. Their money is taken to be elsewhere, and is not told here until one of them is matched.`)}</p>}
      <OnlyBook balance={balance} />
      <p class="buttons no-print"><button type="button" class="button-quiet" onClick={() => print()}>{say('打印', 'Print')}</button></p>
    </div>
  )
}

/** Entries of the days that are covered, and of no bank line: under way still, of another account, or not true. */
function OnlyBook({ balance: { entries, more, otherFunds } }: { balance: BalanceTold }) {
  if (entries.length === 0) return <p class="note">{isSome(otherFunds) ? say('其余基金这些日子的账，都有对应的流水。', 'Every entry of the other funds has its bank line.') : say('这些日子的账，都有对应的流水。', 'Every entry of these days has its bank line.')}</p>
  const all = entries.length + more
  return (
    <section class="stack-tight">
      <h3>{say(`账上有、银行没有的 ${all} 笔`, `${countOf(all, 'entry', 'entries')} of the book without a bank line`)}</h3>
      <ol class="rows">{entries.map((entry) => <li class="row"><span><EntryName entry={entry} /></span><span class={`amount ${entry.outflow ? 'out' : 'in'}`}>{yuan(entry.outflow ? -BigInt(entry.amount) : entry.amount)}</span></li>)}</ol>
      {more > 0 && <p class="note">{say(`还有 ${more} 笔没有列出。`, `${more} more are not listed.`)}</p>}
    </section>
  )
}

/** What comes to it and what goes off it; what is nothing is not told. */
function Two({ name, ways: { credits, debits }, labels, of }: { name: string; ways: WaysTold; labels: readonly [string, string]; of: 'line' | 'entry' }) {
  const noun = (count: number) => (of === 'line' ? countOf(count, 'line') : countOf(count, 'entry', 'entries'))
  return (
    <>
      {[credits, debits].map(({ count, amount }, at) => count > 0 && (
        <tr data-row={`${name}-${at === 0 ? 'in' : 'out'}`}><th scope="row">{labels[at]} <small>{say(`${count} 笔`, noun(count))}</small></th><td class="amount">{at === 0 ? '' : '−'}{yuan(amount)}</td></tr>
      ))}
    </>
  )
}

function Plain({ label, amount }: { label: string; amount: string }) {
  return <tr><th scope="row">{label}</th><td class="amount">{yuan(amount)}</td></tr>
}

function Total({ name, label, amount }: { name: string; label: string; amount: string }) {
  return <tr class="side-total" data-row={name}><th scope="row">{label}</th><td class="amount">{yuan(amount)}</td></tr>
}

function isSome({ credits, debits }: WaysTold): boolean {
  return credits.count + debits.count > 0
}
