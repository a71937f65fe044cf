import { KIND_WORDS, SOURCE_WORDS, type Source } from '../../ledger/words.ts'
import type { BankBook, EntryQuery, FundView, InflowView, OutflowView } from '../views.ts'
import { OverdueComplaints } from './complaints.tsx'
import { BankLinks } from './bank.tsx'
import { Figures, isTurnedDown, netOf, StateChip } from './figures.tsx'
import type { Page } from './shell.tsx'
import { dateOf, yuan, type Visit } from './visit.ts'

export type FundEntries = {
  readonly fund: FundView
  readonly payments: readonly OutflowView[]
  readonly inflows: readonly InflowView[]
  readonly query: Filter
  readonly bank?: BankBook
  /** Complaints on the fund, or on an entry of it, that ought to have been answered. */
  readonly overdue?: readonly number[]
}

/** What the visitor asked for. `show` is which list is paged on; the other one shows its newest few. */
export type Filter = Pick<EntryQuery, 'before' | 'from' | 'to' | 'source' | 'limit'> & { readonly show: 'all' | 'payments' | 'inflows' }

/** Sources that a filter offers: those that donors and others bring, then what the ledger writes itself. */
const OFFERED: readonly Source[] = ['Donation', 'FiscalGrant', 'Corporate', 'Resident', 'Interest', 'Return', 'Transfer']

/** `/f/{fund}`: what came in and what went out, newest first. */
export function fundPage(visit: Visit, entries: FundEntries): Page {
  const { say, word } = visit
  const { fund, query } = entries
  return {
    title: word(fund.title),
    body: (
      <>
        <section class="stack">
          <p class="eyebrow">
            <span>{say(`基金 ${fund.number}`, `Fund ${fund.number}`)}</span>
            {fund.restricted && <span class="chip">{say('定向捐赠', 'restricted')}</span>}
            {!fund.open && <span class="chip">{say('已终止', 'closed')}</span>}
          </p>
          <h1>{word(fund.title)}</h1>
          <p class="lead">{word(fund.purpose)}</p>
          <OverdueComplaints visit={visit} numbers={entries.overdue ?? []} />
          <div class="sheet"><Figures visit={visit} {...netOf(fund)} label={say('收到', 'Received')} /></div>
          {fund.corrected > 0n && (
            <p class="note">{say(`另有 ${yuan(fund.corrected)} 付出后又退回，或记错后冲销，收到和支出里都不算。`, `${yuan(fund.corrected)} was paid and came back, or was recorded in error and voided; it counts as neither received nor spent.`)}</p>
          )}
          {fund.transferred > 0n && (
            <p class="note">{say(`支出里有 ${yuan(fund.transferred)} 是划往其他基金的。`, `Of what is spent, ${yuan(fund.transferred)} went to other funds.`)}</p>
          )}
          {fund.reserve > 0n && (
            <p class="note">{say(`其中 ${yuan(fund.reserve)} 为应急准备金，不计入可用。`, `${yuan(fund.reserve)} of it is a reserve and not available.`)}</p>
          )}
        </section>
        <p class="no-print"><a href={visit.href(`/complain?fund=${fund.number}`)}>{say('对这个基金有疑问', 'Something wrong with this fund?')}</a></p>
        <Choice visit={visit} fund={fund} query={query} />
        {query.show !== 'inflows' && <Payments visit={visit} entries={entries} />}
        {query.show !== 'payments' && <Inflows visit={visit} entries={entries} />}
      </>
    ),
  }
}

function Choice({ visit: { say, word, language }, fund, query }: { visit: Visit; fund: FundView; query: Filter }) {
  return (
    <form class="filter no-print" method="get" action={`/f/${fund.number}`}>
      {language === 'en' && <input type="hidden" name="lang" value="en" />}
      <label>
        {say('看', 'Show')}
        <select name="show">
          <option value="all" selected={query.show === 'all'}>{say('收入和支出', 'In and out')}</option>
          <option value="payments" selected={query.show === 'payments'}>{say('支出', 'Out')}</option>
          <option value="inflows" selected={query.show === 'inflows'}>{say('收入', 'In')}</option>
        </select>
      </label>
      <label>
        {say('来源', 'Source')}
        <select name="source">
          <option value="">{say('全部', 'All')}</option>
          {OFFERED.map((source) => <option value={source} selected={query.source === source}>{word(SOURCE_WORDS[source])}</option>)}
        </select>
      </label>
      <label>{say('从', 'From')}<input type="date" name="from" value={query.from} /></label>
      <label>{say('到', 'To')}<input type="date" name="to" value={query.to} /></label>
      <button type="submit" class="button-quiet">{say('筛选', 'Filter')}</button>
    </form>
  )
}

function Payments({ visit, entries: { fund, payments, query } }: { visit: Visit; entries: FundEntries }) {
  const { say, word, href } = visit
  return (
    <section class="stack" aria-labelledby="payments">
      <div class="head-row">
        <h2 id="payments">{say('支出', 'Out')}</h2>
        <small>{say(`共 ${fund.outflows} 笔`, `${fund.outflows} in all`)}</small>
      </div>
      {payments.length === 0 && <p class="empty">{say('没有符合条件的支出。', 'No such entries.')}</p>}
      <ul class="rows">
        {payments.map((outflow) => (
          <li class="row">
            <a class="row-title" href={href(`/p/${fund.number}/${outflow.number}`)}>{word(outflow.title)}</a>
            {outflow.paid > 0n ? <span class="amount out">−{yuan(outflow.paid)}</span> : <span class="amount">{yuan(outflow.amount)}</span>}
            <span class="note">
              <span>{outflow.effectiveOn ? dateOf(visit, outflow.effectiveOn) : isTurnedDown(outflow) ? say('没有付出', 'not paid') : say('尚未付款', 'not paid yet')}</span>
              <span>{say(`第 ${outflow.number} 笔${word(KIND_WORDS[outflow.kind])}`, `${word(KIND_WORDS[outflow.kind])} ${outflow.number}`)}</span>
              <StateChip visit={visit} outflow={outflow} />
            </span>
          </li>
        ))}
      </ul>
      <Pager visit={visit} fund={fund.number} show="payments" query={query} last={payments.at(-1)?.number} count={payments.length} />
    </section>
  )
}

function Inflows({ visit, entries: { fund, inflows, query, bank } }: { visit: Visit; entries: FundEntries }) {
  const { say, word, href } = visit
  return (
    <section class="stack" aria-labelledby="inflows">
      <div class="head-row">
        <h2 id="inflows">{say('收入', 'In')}</h2>
        <small>{say(`共 ${fund.inflows.toLocaleString('en')} 笔`, `${fund.inflows.toLocaleString('en')} in all`)}</small>
      </div>
      <p class="note">{say('公开的账目没有捐赠人姓名；凭收据上的链接，捐赠人自己能看到。', 'Names of donors are in no public place; each donor sees their own with the link on the receipt.')}</p>
      {inflows.length === 0 && <p class="empty">{say('没有符合条件的收入。', 'No such entries.')}</p>}
      <ul class="rows">
        {inflows.map((inflow) => (
          <li class="row" id={`in-${inflow.number}`}>
            <span class="row-title">{say(`第 ${inflow.number} 笔`, `No. ${inflow.number}`)}</span>
            <span class="amount in">+{yuan(inflow.amount)}</span>
            <span class="note">
              <span>{dateOf(visit, inflow.effectiveOn)}</span>
              <span>{word(SOURCE_WORDS[inflow.source])}</span>
              {inflow.origin && (
                <a href={href(`/p/${inflow.origin.fund}/${inflow.origin.outflow}`)}>
                  {say(`来自基金 ${inflow.origin.fund} 第 ${inflow.origin.outflow} 笔支出`, `from entry ${inflow.origin.outflow} of fund ${inflow.origin.fund}`)}
                </a>
              )}
              <BankLinks visit={visit} matches={bank?.matchesOf(fund.number, false, inflow.number) ?? []} />
            </span>
          </li>
        ))}
      </ul>
      <Pager visit={visit} fund={fund.number} show="inflows" query={query} last={inflows.at(-1)?.number} count={inflows.length} />
    </section>
  )
}

type PagerOf = { visit: Visit; fund: number; show: 'payments' | 'inflows'; query: Filter; last: number | undefined; count: number }

function Pager({ visit: { say, href }, fund, show, query, last, count }: PagerOf) {
  const address = (before?: number) => {
    const fields = { show, source: query.source, from: query.from, to: query.to, before }
    const given = Object.entries(fields).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)])
    return href(`/f/${fund}?${new URLSearchParams(given).toString()}`)
  }
  const isPaged = query.show === show
  const newest = isPaged && query.before !== undefined
  const older = count === query.limit && last !== undefined && last > 1
  if (!newest && !older) return null
  return (
    <nav class="pager no-print" aria-label={show === 'payments' ? say('支出翻页', 'Pages of payments') : say('收入翻页', 'Pages of inflows')}>
      {newest ? <a href={address()}>{say('← 回到最新', '← Newest')}</a> : <span />}
      {older && <a href={address(last)}>{say('更早的 →', 'Older →')}</a>}
    </nav>
  )
}
