import { useState } from 'preact/hooks'
import { certificateDraft, type Certificate } from '../../../../ledger/auditDrafts.ts'
import { accountDraft } from '../../../../ledger/bankDrafts.ts'
import { Day, formatDay } from '../../../../ledger/day.ts'
import { fundDraft, stepDraft } from '../../../../ledger/drafts.ts'
import { daysOf, monthBefore } from '../../../../ledger/month.ts'
import type { Kind, Source, Words } from '../../../../ledger/words.ts'
import { prepareAll } from './acting.ts'
import { useTold } from './asking.ts'
import { CommunityChoice, useCommunity } from './community.tsx'
import { useDesk, type FundTold } from './desk.ts'
import { Letter } from './faults.tsx'
import { say, word } from './language.ts'
import { amountOf, dayOf, Doing, Fault, Field, isoOf, yuan } from './pieces.tsx'
import { SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

type Sum<Of> = Of & { readonly amount: string; readonly count: number }
type ToClose = {
  readonly fund: number; readonly title: Words; readonly from?: number; readonly through: number; readonly opening: string; readonly closing: string
  readonly inflows: readonly Sum<{ source: Source }>[]; readonly outflows: readonly Sum<{ kind: Kind }>[]
}
type ClosingTold = { readonly funds: readonly ToClose[]; readonly unexplained: number }

/** 基金: what a steward does. Months are closed; funds and bank accounts are opened, and funds are closed in the end. */
export function Funds() {
  const { funds } = useDesk()
  return (
    <section class="stack narrow">
      <h1>{say('基金', 'Funds')}</h1>
      <CloseMonth />
      <section class="stack" aria-labelledby="funds">
        <h2 id="funds">{say('全部基金', 'All funds')}</h2>
        <ul class="rows">{funds.map((fund) => <li><Fund fund={fund} /></li>)}</ul>
      </section>
      <OpenFund />
      <OpenAccount />
    </section>
  )
}

/** 结账: all funds of a month in one go. What was closed takes no more entries, ever. */
function CloseMonth() {
  const { actAll, inSession, refresh, today } = useDesk()
  const { fields, change } = useTyping('close', { month: monthBefore(today) })
  const [closed, setClosed] = useState(0)
  const through = throughOf(fields.month)
  const { told, error } = useTold<ClosingTold>(`/v1/desk/closing?through=${through}`)
  const run = async ({ funds }: ClosingTold) => {
    const plans = funds.map((one) => ({
      contract: 'ledger', name: 'closePeriod', drafts: [certificateDraft(certificateOf(one))], args: ([paper]: readonly string[]) => [one.fund, one.through, paper],
    }) as const)
    try {
      const done = await actAll(await inSession(async () => await prepareAll(plans)), () => {})
      if (done) setClosed(done.length)
    } finally {
      await refresh()
    }
  }
  return (
    <section class="sheet stack" aria-labelledby="close">
      <h2 id="close">{say('月末结账', 'Close a month')}</h2>
      <label>
        <span>{say('月份', 'Month')}</span>
        <input type="month" name="closeMonth" value={fields.month} max={monthBefore(today)} required onInput={(event) => { setClosed(0); if (event.currentTarget.value !== '') change({ month: event.currentTarget.value }) }} />
      </label>
      <Fault error={error} />
      {told && error === undefined && told.funds.length === 0 && <p role="status">{closed > 0 ? say(`已结账：${closed} 个基金。`, `Closed: ${closed} fund${closed === 1 ? '' : 's'}.`) : say(`${fields.month} 及以前没有要结的账。`, `Nothing is open in ${fields.month} or before.`)}</p>}
      {told && told.unexplained > 0 && told.funds.length > 0 && (
        <p class="overdue">{say(`这些日子里还有 ${told.unexplained} 行银行流水没有对应的账。结账后只能记入下一期，请先请会计核对。`, `${told.unexplained} of the bank's lines of these days have no entry yet. After closing, theirs is dated later: let the accountant reconcile first.`)}</p>
      )}
      {told && error === undefined && told.funds.length > 0 && (
        <>
          <ul class="rows">{told.funds.map((one) => <li><Certified of={one} /></li>)}</ul>
          <p class="note">{say('结账以后，这些日子不能再记任何账；合计写进公开的结账凭证，其中收入、支出都含退回、划转和冲销。', 'Closed days take no more entries, ever. The sums go into public certificates; in and out are with returns, transfers and voids.')}</p>
          <Doing onDo={async () => await run(told)}>{say(`结账（${told.funds.length} 个基金）`, `Close (${told.funds.length} fund${told.funds.length === 1 ? '' : 's'})`)}</Doing>
        </>
      )}
    </section>
  )
}

function Certified({ of: { title, from, through, opening, closing, inflows, outflows } }: { of: ToClose }) {
  const sumOf = (sums: readonly Sum<object>[]) => ({ amount: sums.reduce((sum, { amount }) => sum + BigInt(amount), 0n), count: sums.reduce((sum, { count }) => sum + count, 0) })
  const [came, went] = [sumOf(inflows), sumOf(outflows)]
  return (
    <div class="stack-tight">
      <p><strong>{word(title)}</strong> <small>{from === undefined ? say('自设立起', 'since it was opened') : isoOf(from)} – {isoOf(through)}</small></p>
      <dl class="facts">
        <div><dt>{say('期初结余', 'Opening')}</dt><dd class="amount">{yuan(opening)}</dd></div>
        <div><dt>{say('收入', 'In')}</dt><dd><span class="amount in">{yuan(came.amount)}</span> <small>{say(`${came.count} 笔`, `${came.count}`)}</small></dd></div>
        <div><dt>{say('支出', 'Out')}</dt><dd><span class="amount">{yuan(went.amount)}</span> <small>{say(`${went.count} 笔`, `${went.count}`)}</small></dd></div>
        <div><dt>{say('期末结余', 'Closing')}</dt><dd class="amount">{yuan(closing)}</dd></div>
      </dl>
    </div>
  )
}

function certificateOf({ fund, from, through, opening, closing, inflows, outflows }: ToClose): Certificate {
  const amountsOf = <Of,>(sums: readonly Sum<Of>[]) => sums.map((sum) => ({ ...sum, amount: BigInt(sum.amount) }))
  return {
    fund, ...(from !== undefined && { from: Day(from) }), through: Day(through), opening: BigInt(opening), closing: BigInt(closing),
    inflows: amountsOf(inflows), outflows: amountsOf(outflows),
  }
}

/** The last day of what was chosen; while it is no month, the server says so. */
function throughOf(month: string): string {
  try {
    return formatDay(daysOf(month).through)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return month
  }
}

function Fund({ fund: { number, title, open, available, unspent, held, restricted } }: { fund: FundTold }) {
  const { act, today } = useDesk()
  const close = async () => await act({
    contract: 'ledger', name: 'closeFund', drafts: [stepDraft({ kind: 'closing', fund: number, outflow: 0, on: today })], args: ([paper]) => [number, paper],
  })
  return (
    <article class="stack-tight">
      <p><strong>{word(title)}</strong> <small>{say(`基金 ${number}`, `fund ${number}`)}{restricted && say(' · 定向', ' · restricted')}</small> {!open && <span class="chip">{say('已终止', 'closed')}</span>}</p>
      <p class="note">{say(`尚未使用 ${yuan(unspent)}，可用 ${yuan(available)}，已批未付 ${yuan(held)}`, `${yuan(unspent)} unspent, ${yuan(available)} available, ${yuan(held)} approved and unpaid`)}</p>
      {open && (
        <details>
          <summary>{say('终止', 'Close it')}</summary>
          {BigInt(unspent) > 0n
            ? <p class="note">{say('还有钱没有用完：先拨付、退款，或全部划转到别的基金，才能终止。', 'Money is left: pay it, give it back or transfer all of it first.')}</p>
            : <Doing quiet onDo={close}>{say('永久终止这个基金', 'Close it for ever')}</Doing>}
        </details>
      )}
    </article>
  )
}

/** Payments above it need more than one approver's word, once the book has a committee. */
const THRESHOLD = '1000000'

function OpenFund() {
  const { act } = useDesk()
  const { form, fields, change } = useTyping('open-fund', { community: useCommunity(), title: '', titleEn: '', purpose: '', purposeEn: '', restricted: '', reserve: '', threshold: '' })
  const run = async () => {
    const [title, titleEn, purpose, purposeEn] = [fields.title, fields.titleEn, fields.purpose, fields.purposeEn].map((text) => text.trim())
    if (!title) throw new SentenceOnly(say('请写名称。', 'Write its name.'), { at: 'title' })
    if (!purpose) throw new SentenceOnly(say('请写用途。', 'Write what it is for.'), { at: 'purpose' })
    const draft = fundDraft({ title, purpose, ...(titleEn && { titleEn }), ...(purposeEn && { purposeEn }) })
    const terms = [Number(fields.community), fields.restricted === 'yes', amountOr(fields.reserve, '0', 'reserve'), amountOr(fields.threshold, THRESHOLD, 'threshold')]
    await act({ contract: 'ledger', name: 'openFund', drafts: [draft], args: ([paper]) => [[...terms, paper]], form })
  }
  return (
    <details class="sheet">
      <summary>{say('设立基金', 'Open a fund')}</summary>
      <Letter label={say('设立基金', 'Open a fund')}>
        <CommunityChoice value={fields.community} onInput={(community) => change({ community })} />
        <Field label={say('名称（公开）', 'Name (public)')} name="fundTitle" value={fields.title} maxLength={60} onInput={(title) => change({ title })} required />
        <Field label={say('用途（公开；定向捐赠只能用于此）', 'What it is for (public; restricted gifts go to nothing else)')} name="purpose" value={fields.purpose} maxLength={400} onInput={(purpose) => change({ purpose })} required />
        <label class="check"><input type="checkbox" name="restricted" checked={fields.restricted === 'yes'} onInput={(event) => change({ restricted: event.currentTarget.checked ? 'yes' : '' })} />{say('定向捐赠：只能用于这个用途', 'Restricted: for this purpose only')}</label>
        <details>
          <summary>{say('英文、应急准备金、限额', 'English, reserve, threshold')}</summary>
          <div class="stack">
            <Field label={say('英文名称', 'Name in English')} name="fundTitleEn" value={fields.titleEn} maxLength={60} onInput={(titleEn) => change({ titleEn })} />
            <Field label={say('英文用途', 'Purpose in English')} name="purposeEn" value={fields.purposeEn} maxLength={400} onInput={(purposeEn) => change({ purposeEn })} />
            <Field label={say('应急准备金（元，一直留着）', 'Reserve (yuan, always kept)')} name="reserve" inputMode="decimal" value={fields.reserve} placeholder="0" onInput={(reserve) => change({ reserve })} />
            <Field label={say('限额（元，超过的算大额）', 'Threshold (yuan; payments above it are large)')} name="threshold" inputMode="decimal" value={fields.threshold} placeholder={THRESHOLD} onInput={(threshold) => change({ threshold })} />
          </div>
        </details>
        <p class="note">{say('设立以后名称、用途和限额不能再改。', 'None of this can be changed afterwards.')}</p>
        <Doing type="submit" onDo={run}>{say('设立', 'Open it')}</Doing>
      </Letter>
    </details>
  )
}

function OpenAccount() {
  const { act, today } = useDesk()
  const { form, fields, change } = useTyping('open-account', { community: useCommunity(), title: '', bank: '', accountNumber: '', opening: '', on: isoOf(today) })
  const [opened, setOpened] = useState(false)
  const run = async () => {
    const [title, bank, accountNumber] = [fields.title, fields.bank, fields.accountNumber].map((text) => text.trim())
    if (!title) throw new SentenceOnly(say('请写账户名称。', 'Write what the account is called.'), { at: 'title' })
    const on = dayOf(fields.on)
    const opening = balanceOf(fields.opening)
    const done = await act({
      contract: 'bank', name: 'openAccount', drafts: [accountDraft({ title, ...(bank && { bank }) }, { ...(accountNumber && { accountNumber }) })],
      args: ([paper]) => [Number(fields.community), opening, on, paper], form,
    })
    if (done) setOpened(true)
  }
  return (
    <details class="sheet">
      <summary>{say('开立银行账户账', 'Begin a bank account')}</summary>
      <Letter label={say('开立银行账户账', 'Begin a bank account')}>
        <CommunityChoice value={fields.community} onInput={(community) => change({ community })} />
        <Field label={say('账户名称（公开）', 'What it is called (public)')} name="accountTitle" value={fields.title} maxLength={60} onInput={(title) => change({ title })} required />
        <Field label={say('开户银行（公开）', 'Bank (public)')} name="bank" value={fields.bank} maxLength={60} onInput={(bank) => change({ bank })} />
        <Field label={say('账号（不公开）', 'Account number (private)')} name="accountNumber" value={fields.accountNumber} maxLength={60} autocomplete="off" onInput={(accountNumber) => change({ accountNumber })} />
        <Field label={say('从哪天起记', 'From which day on')} name="accountOn" type="date" max={isoOf(today)} value={fields.on} onInput={(on) => change({ on })} />
        <Field label={say('那天日初的余额（元，透支写负数）', 'Balance when that day began (yuan; below zero when overdrawn)')} name="opening" value={fields.opening} placeholder="0" onInput={(opening) => change({ opening })} />
        <Doing type="submit" onDo={run}>{say('开立', 'Begin it')}</Doing>
        {opened && <p role="status">{say('已开立。会计在“对账”里导入它的流水。', 'It has begun. The accountant imports its statements under “Reconcile”.')}</p>}
      </Letter>
    </details>
  )
}

function amountOr(text: string, otherwise: string, at: string): bigint {
  return amountOf(text.trim() === '' ? otherwise : text, at)
}

function balanceOf(text: string): bigint {
  const typed = text.trim().replace(/^[−－]/, '-')
  return typed.startsWith('-') ? -amountOr(typed.slice(1), '0', 'opening') : amountOr(typed, '0', 'opening')
}
