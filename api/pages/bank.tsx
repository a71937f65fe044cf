import { formatMinute } from '../../ledger/day.ts'
import { Fen, sizeOf } from '../../ledger/fen.ts'
import { formatShare, type Share } from '../../ledger/traceability.ts'
import { UNEXPLAINED_WORDS } from '../../ledger/words.ts'
import type { AccountView, BankBook, BankLineView, EntryMatchView, ExplanationView, TraceabilityView } from '../views.ts'
import { DemoChip } from './figures.tsx'
import type { Page } from './shell.tsx'
import { dateOf, yuan, type Visit } from './visit.ts'

/** `account` is the one whose lines are listed, the newest first; `more` says whether there are older ones. */
export type Bank = {
  readonly accounts: readonly AccountView[]
  readonly traceability: TraceabilityView
  readonly account?: AccountView
  readonly lines: readonly BankLineView[]
  readonly isNewest: boolean
}

/** A line that a batch of gifts came in has thousands of entries. */
const SHOWN = 5

/** `/bank`: how much of what the bank moved the book explains, and which lines it does not. */
export function bankPage(visit: Visit, bank: Bank): Page {
  const { say } = visit
  return {
    title: say('资金追溯率', 'Traceability'),
    body: (
      <>
        <Headline visit={visit} bank={bank} />
        {bank.accounts.length > 0 && <Accounts visit={visit} accounts={bank.accounts} />}
        {bank.accounts.length > 0 && <LeftOver visit={visit} bank={bank} />}
        {bank.traceability.months.length > 0 && <Months visit={visit} months={bank.traceability.months} />}
        {bank.account && <Lines visit={visit} bank={bank} account={bank.account} />}
      </>
    ),
  }
}

function Headline({ visit, bank: { accounts, traceability } }: { visit: Visit; bank: Bank }) {
  const { say } = visit
  const { headline, credits, debits } = traceability
  return (
    <section class="stack">
      <h1>{say('资金追溯率', 'Traceability')}</h1>
      <p class="lead">
        {say(
          '银行账户里收进、付出的每一分钱，有多少能对上账本里的账和齐全的凭证。收入、支出分开算，以低的为准。分母是银行的流水：账上漏记一笔，这个数就会下降。',
          'Of every fen that the bank moved, how many have an entry in the book and all of its papers. What came in and what went out are counted apart, and the lower one is the headline. The bank’s lines are the denominator: an entry that is left out lowers it.',
        )}
      </p>
      {accounts.length === 0 && <p class="empty">{say('还没有开立银行账户。', 'No bank account is kept yet.')}</p>}
      {accounts.length > 0 && (
        <div class="sheet stack">
          <dl class="figures">
            <div class="wide">
              <dt>{say('资金追溯率（两项中较低的）', 'Traceability (the lower of the two)')}</dt>
              <dd>{headline ? formatShare(headline) : '—'}</dd>
            </div>
            <Rate visit={visit} name={say('收入', 'In')} share={credits} />
            <Rate visit={visit} name={say('支出', 'Out')} share={debits} />
          </dl>
          <small>{reachSentence(visit, traceability.through)}</small>
        </div>
      )}
    </section>
  )
}

function Rate({ visit: { say }, name, share }: { visit: Visit; name: string; share: Share }) {
  return (
    <div>
      <dt>{name} {say(`${money(share.explained)} / ${money(share.all)}`, `${money(share.explained)} of ${money(share.all)}`)}</dt>
      <dd>{formatShare(share)}</dd>
    </div>
  )
}

function Accounts({ visit, accounts }: { visit: Visit; accounts: readonly AccountView[] }) {
  const { say, word, href } = visit
  return (
    <section class="stack" aria-labelledby="accounts">
      <h2 id="accounts">{say('账户', 'Accounts')}</h2>
      <div class="cards">
        {accounts.map((account) => (
          <article class="sheet card" id={`account-${account.number}`}>
            <div class="stack-tight">
              <h3><a href={`${href(`/bank?account=${account.number}`)}#lines`}>{word(account.title)}</a></h3>
              <p class="eyebrow">
                <span>{say(`账户 ${account.number}`, `Account ${account.number}`)}</span>
                {account.bank && <span>{account.bank}</span>}
                {account.demo && <DemoChip visit={visit} />}
              </p>
            </div>
            {account.demo && <p class="note">{say('账户和流水都是为示范而虚构的。', 'The account and its lines were invented for the demonstration.')}</p>}
            <dl class="figures">
              <div><dt>{say('余额', 'Balance')}</dt><dd>{money(account.balance)}</dd></div>
              <div><dt>{say('收入已解释', 'In, explained')}</dt><dd>{formatShare(account.credits)}</dd></div>
              <div><dt>{say('支出已解释', 'Out, explained')}</dt><dd>{formatShare(account.debits)}</dd></div>
            </dl>
            <p class="note">
              {account.through
                ? say(
                  `流水自 ${dateOf(visit, account.openedOn)} 至 ${dateOf(visit, account.through)}，${account.lines.toLocaleString('en')} 笔，首尾余额逐份相接。`,
                  `Statements from ${dateOf(visit, account.openedOn)} to ${dateOf(visit, account.through)}, ${account.lines.toLocaleString('en')} lines; each begins with the balance at which the last one ended.`,
                )
                : say('还没有登记流水。', 'No statement is recorded yet.')}
            </p>
          </article>
        ))}
      </div>
    </section>
  )
}

function LeftOver({ visit, bank: { traceability: { unexplained }, accounts } }: { visit: Visit; bank: Bank }) {
  const { say, word } = visit
  const said = unexplained.filter(({ explained }) => explained !== undefined).length
  const counted = (count: number) => count.toLocaleString('en')
  const titleOf = (number: number) => word(accounts.find((account) => account.number === number)?.title ?? { zh: `账户 ${number}`, en: `Account ${number}` })
  return (
    <section class="stack" aria-labelledby="unexplained">
      <div class="head-row">
        <h2 id="unexplained">{say('没有账、或凭证不全的流水', 'Lines without an entry, or without all of its papers')}</h2>
        <small>{say(`${counted(unexplained.length)} 笔${said > 0 ? `，其中 ${counted(said)} 笔已说明原因` : ''}`, `${counted(unexplained.length)} ${unexplained.length === 1 ? 'line' : 'lines'}${said > 0 ? `; of ${counted(said)} it is said why` : ''}`)}</small>
      </div>
      {unexplained.length === 0 && <p class="empty">{say('每一笔流水都有对应的账和凭证。', 'Every line has its entry and its papers.')}</p>}
      <ul class="rows">
        {unexplained.map(({ account, number, day, amount, left, since, explained }) => (
          <li class="row">
            <span class="row-title">{say(`${titleOf(account)} 第 ${number} 笔`, `${titleOf(account)}, line ${number}`)}</span>
            <Moved amount={amount} />
            <span class="note">
              <span>{dateOf(visit, day)}</span>
              {left !== sizeOf(amount) && <span>{say(`其中 ${money(left)} 没有对上`, `${money(left)} of it without an entry`)}</span>}
              <Said visit={visit} explained={explained} />
              <span>{say(`自 ${formatMinute(since).slice(0, 10)} 登记起`, `since it was recorded on ${formatMinute(since).slice(0, 10)}`)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Said({ visit: { say, word }, explained }: { visit: Visit; explained: ExplanationView | undefined }) {
  if (!explained) return <span class="chip chip-bad">{say('没有说明', 'nothing said')}</span>
  const { why, statement } = explained
  return (
    <>
      <span class="chip chip-wait">{word(UNEXPLAINED_WORDS[why])}</span>
      {statement && <span>{statement}</span>}
    </>
  )
}

function Months({ visit: { say }, months }: { visit: Visit; months: TraceabilityView['months'] }) {
  return (
    <section class="stack narrow" aria-labelledby="months">
      <h2 id="months">{say('按月', 'By month')}</h2>
      <div class="table-scroll" tabindex={0} role="region" aria-label={say('各月的追溯率', 'Traceability of each month')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{say('月份', 'Month')}</th>
              <th scope="col" class="amount">{say('收入', 'In')}</th>
              <th scope="col" class="amount">{say('支出', 'Out')}</th>
            </tr>
          </thead>
          <tbody>
            {months.map(({ month, credits, debits }) => (
              <tr><th scope="row">{month}</th><td class="amount">{formatShare(credits)}</td><td class="amount">{formatShare(debits)}</td></tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Lines({ visit, bank: { lines, isNewest }, account }: { visit: Visit; bank: Bank; account: AccountView }) {
  const { say, word, href } = visit
  const last = lines.at(-1)?.number ?? 0
  return (
    <section class="stack" aria-labelledby="lines">
      <div class="head-row">
        <h2 id="lines">{say('流水', 'Lines')}</h2>
        <small>{say(`${word(account.title)}，共 ${account.lines.toLocaleString('en')} 笔`, `${word(account.title)}, ${account.lines.toLocaleString('en')} in all`)}</small>
      </div>
      <p class="note">{say('流水里的户名、账号和摘要存在凭证库里，不公开。', 'Names, account numbers and remarks of the lines are kept in the vault and are not public.')}</p>
      {lines.length === 0 && <p class="empty">{say('没有流水。', 'There are no lines.')}</p>}
      <ul class="rows">
        {lines.map((line) => (
          <li class="row" id={`line-${line.number}`}>
            <span class="row-title">{say(`第 ${line.number} 笔`, `No. ${line.number}`)}</span>
            <Moved amount={line.amount} />
            <span class="note">
              <span>{dateOf(visit, line.day)}</span>
              {line.matches.slice(0, SHOWN).map((match) => <EntryLink visit={visit} match={match} />)}
              {line.matches.length > SHOWN && <span>{say(`等 ${line.matches.length.toLocaleString('en')} 笔`, `and ${(line.matches.length - SHOWN).toLocaleString('en')} more`)}</span>}
              {line.matched < sizeOf(line.amount) && <Said visit={visit} explained={line.explained} />}
            </span>
          </li>
        ))}
      </ul>
      {(!isNewest || last > 1) && (
        <nav class="pager no-print" aria-label={say('流水翻页', 'Pages of lines')}>
          {isNewest ? <span /> : <a href={`${href(`/bank?account=${account.number}`)}#lines`}>{say('← 回到最新', '← Newest')}</a>}
          {last > 1 && <a href={`${href(`/bank?account=${account.number}&before=${last}`)}#lines`}>{say('更早的 →', 'Older →')}</a>}
        </nav>
      )}
    </section>
  )
}

function EntryLink({ visit: { say, href }, match: { fund, outflow, entry } }: { visit: Visit; match: EntryMatchView }) {
  return outflow
    ? <a href={href(`/p/${fund}/${entry}`)}>{say(`基金 ${fund} 第 ${entry} 笔支出`, `outflow ${entry} of fund ${fund}`)}</a>
    : <a href={`${href(`/f/${fund}?show=inflows&before=${entry + 1}`)}#in-${entry}`}>{say(`基金 ${fund} 第 ${entry} 笔收入`, `inflow ${entry} of fund ${fund}`)}</a>
}

/** The bank's lines that an entry is, for the pages of entries. */
export function BankLinks({ visit: { say, href }, matches }: { visit: Visit; matches: readonly EntryMatchView[] }) {
  return (
    <>
      {matches.slice(0, SHOWN).map(({ account, line, amount }) => (
        <a href={`${href(`/bank?account=${account}&before=${line + 1}`)}#line-${line}`}>
          {say(`银行流水：账户 ${account} 第 ${line} 笔，${yuan(amount)}`, `bank: line ${line} of account ${account}, ${yuan(amount)}`)}
        </a>
      ))}
      {matches.length > SHOWN && <span>{say(`等 ${matches.length} 笔流水`, `and ${matches.length - SHOWN} more lines`)}</span>}
    </>
  )
}

/** The headline for other pages: nothing where no account is kept. */
export function TraceabilityLine({ visit, bank }: { visit: Visit; bank: BankBook }) {
  const { say, href } = visit
  if (bank.accounts().length === 0) return null
  const { headline, through } = bank.traceability()
  return (
    <small id="traceability">
      {say('银行流水能对上账和凭证的：资金追溯率 ', 'Of what the bank moved, explained by entries and papers: ')}
      <a href={href('/bank')}>{headline ? formatShare(headline) : '—'}</a>
      {say('，', '; ')}{reachSentence(visit, through)}
    </small>
  )
}

/** Up to which day the bank's lines are in the share, in the form that stands beside it. */
export function reachSentence({ say }: Visit, through: string | undefined): string {
  if (through === undefined) return say('还没有登记银行流水', 'no bank statement is recorded yet')
  return say(`银行流水到 ${through}`, `bank lines through ${through}`)
}

function Moved({ amount }: { amount: bigint }) {
  return amount < 0n ? <span class="amount out">−{money(-amount)}</span> : <span class="amount in">+{money(amount)}</span>
}

function money(amount: bigint): string {
  return amount < 0n ? `−${yuan(Fen(-amount))}` : yuan(Fen(amount))
}
