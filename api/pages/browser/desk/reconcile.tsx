import { useEffect, useState } from 'preact/hooks'
import type { Words } from '../../../../ledger/words.ts'
import { formatShare, headlineOf } from '../../../../ledger/traceability.ts'
import { useDesk } from './desk.ts'
import { countOf, say, word } from './language.ts'
import { DeskLink, Doing, Fault, Opening, yuan } from './pieces.tsx'
import { Balance } from './reconcileBalance.tsx'
import { Import } from './reconcileImport.tsx'
import { Lines } from './reconcileLines.tsx'
import { Doubtful, Matches } from './reconcileMatches.tsx'
import { useOpen, type ShareTold, type StandingTold, type SumsTold } from './reconcileTold.ts'
import { get } from './server.ts'

type AccountTold = { readonly number: number; readonly title: Words; readonly balance: string; readonly through?: string }

/** `/desk/reconcile`: the accounts, or the only one; `/desk/reconcile/1`: one of them. */
export function Reconcile({ path }: { path: string }) {
  const asked = Number(path.split('/')[3] ?? 0)
  const [accounts, setAccounts] = useState<readonly AccountTold[]>()
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    if (asked === 0) get<AccountTold[]>('/v1/bank').then(setAccounts, setError)
  }, [asked])
  const [only, ...others] = accounts ?? []
  if (asked !== 0) return <Account account={asked} />
  if (only && others.length === 0) return <Account account={only.number} />
  if (!accounts) return <Opening error={error} />
  return (
    <section class="stack">
      <h1>{say('对账', 'Reconcile')}</h1>
      {accounts.length === 0 && <p class="empty">{say('还没有开立银行账户账；请基金管理人先开立。', 'No bank account is kept yet; the fund steward opens one.')}</p>}
      <ul class="rows">
        {accounts.map(({ number, title, balance, through }) => (
          <li class="row">
            <DeskLink to={`/desk/reconcile/${number}`}>{word(title)}</DeskLink><span class="amount">{yuan(balance)}</span>
            {through && <small>{say(`流水到 ${through}`, `statements through ${through}`)}</small>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Account({ account }: { account: number }) {
  const { has } = useDesk()
  const open = useOpen(account, false)
  if (!open.told) return <Opening error={open.error} />
  const { standing, next } = open.told
  return (
    <article class="stack reconcile">
      <h1>{say('对账', 'Reconcile')} · {word(standing.title)}</h1>
      <Standing standing={standing} />
      <Balance account={account} />
      <Fault error={open.error} />
      {has('ACCOUNTANT') && <Import account={account} isFirst={standing.through === undefined} />}
      <Lines account={account} open={open.told} onMatched={open.drop} />
      {next !== undefined && <Doing quiet onDo={open.more}>{say('再列一些', 'More lines')}</Doing>}
      <Doubtful account={account} matches={open.told.doubtful} />
      {standing.said.lines > 0 && <Said account={account} count={standing.said.lines} />}
      <Matches account={account} />
    </article>
  )
}

/**
 * What is still to do, which comes to nothing in the end: money in and money out apart, since they do not make up for each other. It
 * stays in sight while the list moves below it.
 */
function Standing({ standing: { balance, through, credits, debits, waiting, said } }: { standing: StandingTold }) {
  const headline = headlineOf({ credits: shareOf(credits), debits: shareOf(debits) })
  // What is matched, yet not explained: papers are missing, or somebody matched more than an entry has.
  const doubtful = leftOf(credits) + leftOf(debits) - sumOf(waiting) - sumOf(said)
  return (
    <section class="standing" aria-label={say('还要对的', 'Still to do')}>
      <dl>
        <div class="standing-main"><dt>{say('还没有对应的流水', 'Lines without an entry')}</dt><dd data-sum="waiting"><Waiting waiting={waiting} /></dd></div>
        <div><dt>{say('已说明原因', 'Explained otherwise')}</dt><dd class="amount" data-sum="said">{yuan(sumOf(said))}</dd></div>
        <div><dt>{through ? say(`银行余额（到 ${through}）`, `Bank, ${through}`) : say('银行余额', 'Bank')}</dt><dd class="amount" data-sum="balance">{yuan(balance)}</dd></div>
        <div><dt>{say('资金追溯率', 'Traceability')}</dt><dd data-sum="share">{headline ? formatShare(headline) : '—'}</dd></div>
      </dl>
      {headline && <p class="note">{say(`追溯率取收入（${formatShare(shareOf(credits))}）和支出（${formatShare(shareOf(debits))}）里较低的一个：能对上账、凭证又齐全的才算。`, `Traceability is the lower one of money in (${formatShare(shareOf(credits))}) and money out (${formatShare(shareOf(debits))}): what has an entry with all its papers.`)}</p>}
      {doubtful > 0n && <p class="note">{say(`另有 ${yuan(doubtful)} 已核对而不算解释：凭证不全，或核对超出了账。`, `${yuan(doubtful)} are matched and do not count: papers are missing, or more is matched than an entry has.`)}</p>}
    </section>
  )
}

function Waiting({ waiting: { lines, credits, creditLines, debits, debitLines } }: { waiting: SumsTold }) {
  if (lines === 0) return <>{say('✓ 没有了', '✓ none left')}</>
  return (
    <>
      {creditLines > 0 && <span>{say(`${creditLines} 笔收入 `, `${countOf(creditLines, 'credit')}, `)}<span class="amount" data-sum="credits">{yuan(credits)}</span></span>}
      {creditLines > 0 && debitLines > 0 && say('、', '; ')}
      {debitLines > 0 && <span>{say(`${debitLines} 笔支出 `, `${countOf(debitLines, 'debit')}, `)}<span class="amount" data-sum="debits">{yuan(debits)}</span></span>}
    </>
  )
}

/** Lines of which somebody said why they have no entry. Their papers may come after all. */
function Said({ account, count }: { account: number; count: number }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say(`已说明原因的 ${count} 笔`, `${countOf(count, 'line')} explained otherwise`)}</summary>
      {isOpen && <SaidLines account={account} />}
    </details>
  )
}

function SaidLines({ account }: { account: number }) {
  const { told, error, drop, more } = useOpen(account, true)
  if (!told) return <Fault error={error} />
  return (
    <>
      <Lines account={account} open={told} onMatched={drop} isSaid />
      {told.next !== undefined && <Doing quiet onDo={more}>{say('再列一些', 'More lines')}</Doing>}
    </>
  )
}

function shareOf({ all, explained }: ShareTold) {
  return { all: BigInt(all), explained: BigInt(explained) }
}

function leftOf(share: ShareTold): bigint {
  const { all, explained } = shareOf(share)
  return all - explained
}

function sumOf({ credits, debits }: { credits: string; debits: string }): bigint {
  return BigInt(credits) + BigInt(debits)
}
