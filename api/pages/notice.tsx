import { Day, formatDay, formatMinute } from '../../ledger/day.ts'
import type { Light } from '../../ledger/deadlines.ts'
import { Fen } from '../../ledger/fen.ts'
import { formatShare } from '../../ledger/traceability.ts'
import type { Words } from '../../ledger/words.ts'
import type { MonthView } from '../months.ts'
import type { FundView, Head } from '../views.ts'
import { reachSentence } from './bank.tsx'
import { lessOf, netOf } from './figures.tsx'
import type { Sealing } from './home.tsx'
import type { Page } from './shell.tsx'
import { yuan, type Visit } from './visit.ts'

export type Notice = {
  readonly funds: readonly FundView[]
  readonly head: Head
  readonly sealing: Sealing
  /** The months that have a notice of their own, written `2020-02`, the newest first. */
  readonly months: readonly string[]
  /** Of one month; absent: of all that was ever recorded. */
  readonly month?: MonthView
}

/** `/notice`, 公示: one sheet of paper for the notice board, so that people without a phone can compare, too. `?month=2020-02` is of a month. */
export function noticePage(visit: Visit, notice: Notice): Page {
  const { say, word, site, href } = visit
  const { funds, head, sealing, months, month } = notice
  return {
    scripts: <link rel="stylesheet" href={visit.site.assets.noticeStyle.path} integrity={visit.site.assets.noticeStyle.integrity} />,
    title: say('公示', 'Public notice'),
    body: (
      <>
        <section class="stack">
          {month && <p class="eyebrow no-print"><a href={href('/notice')}>{say('← 公示：合计和各月', '← The notice of all, and of other months')}</a></p>}
          <h1>{month
            ? say(`${word(site.community)}${monthZh(month.month)}账目公示`, `The book of ${word(site.community)} in ${month.month}`)
            : say(`${word(site.community)}账目公示`, `Public notice of the book of ${word(site.community)}`)}</h1>
          <p class="note">
            {say(
              `账目截至 ${formatMinute(head.time)}，第 ${head.number} 个区块。一切以账本为准。`,
              `The entries up to ${formatMinute(head.time)} China time, block ${head.number}. The book itself decides.`,
            )}
          </p>
          <p class="no-print note">{say('这一页可以直接打印成一张 A4 纸，贴在公告栏里。', 'Print this page on one sheet of A4 for the notice board.')}</p>
        </section>
        {month ? <Month visit={visit} month={month} /> : <Totals visit={visit} funds={funds} />}
        {!month && months.length > 0 && <MonthLinks visit={visit} months={months} />}
        <Sealed visit={visit} sealing={sealing} />
        <section class="receipt" aria-labelledby="look">
          <img class="qr" src="/qr.svg" alt={say('首页的二维码', 'QR of the home page')} width="160" height="160" />
          <div class="stack-tight">
            <h2 id="look">{say('逐笔查看', 'Every entry')}</h2>
            <p class="hash">{site.publicUrl.replace(/^https?:\/\//, '')}</p>
            <small>{say('用手机扫描，逐笔查看每一分钱的去向。', 'Scan it to follow every fen.')}</small>
          </div>
        </section>
      </>
    ),
  }
}

function Totals({ visit, funds }: { visit: Visit; funds: readonly FundView[] }) {
  const { say, word } = visit
  const region = say('各基金合计', 'Totals of the funds')
  const columns = [say('收到', 'Received'), say('已支出', 'Spent'), say('已批待付', 'Held'), say('应急准备金', 'Reserve'), say('可用', 'Available')]
  return (
    <section class="stack">
      <h2>{region}</h2>
      <p class="note">{say('收到 − 已支出 − 已批待付 − 应急准备金 = 可用。', 'Received − spent − held for approved payments − reserve = available.')}</p>
      {funds.length === 0 ? <p class="empty">{say('还没有设立基金。', 'No fund has been opened yet.')}</p> : (
        <div class="table-scroll" tabindex={0} role="region" aria-label={region}>
          <table class="notice">
            <thead>
              <tr>
                <th scope="col">{say('基金', 'Fund')}</th>
                {columns.map((column) => <th scope="col">{column}</th>)}
              </tr>
            </thead>
            <tbody>
              {funds.map((fund) => {
                const { received, spent, held, available } = netOf(fund)
                // What of the reserve is really there, so that each row adds up.
                const reserve = lessOf(fund.unspent, held + available)
                return (
                  <tr>
                    <th scope="row">{word(fund.title)}</th>
                    {[received, spent, held, reserve, available].map((amount, at) => <td class="amount" data-label={columns[at]}>{yuan(amount)}</td>)}
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

/** So many months are in sight; older ones are in a fold. */
const NEWEST = 12

function MonthLinks({ visit, months }: { visit: Visit; months: readonly string[] }) {
  const { say, href } = visit
  const list = (some: readonly string[]) => (
    <ul class="months">
      {some.map((month) => <li><a href={href(`/notice?month=${month}`)}>{say(monthZh(month), month)}</a></li>)}
    </ul>
  )
  return (
    <nav class="stack no-print" aria-labelledby="months">
      <h2 id="months">{say('按月公示', 'Month by month')}</h2>
      {list(months.slice(0, NEWEST))}
      {months.length > NEWEST && (
        <details>
          <summary>{say(`更早的 ${months.length - NEWEST} 个月`, `${months.length - NEWEST} older`)}</summary>
          {list(months.slice(NEWEST))}
        </details>
      )}
    </nav>
  )
}

const LIGHTS: Record<Light, Words & { readonly tone: string }> = {
  green: { zh: '绿灯', en: 'green', tone: 'chip-good' }, yellow: { zh: '黄灯', en: 'yellow', tone: 'chip-wait' }, red: { zh: '红灯', en: 'red', tone: 'chip-bad' },
}

/** What is dated in the month, by fund and together; how much of it the bank confirms; and whether anything is late today. */
function Month({ visit, month }: { visit: Visit; month: MonthView }) {
  const { say, word } = visit
  const { funds, from, through, headline, credits, debits, recordedThrough, light, waiting, late } = month
  const columns = [say('月初结余', 'At its start'), say('本月收入', 'In'), say('本月支出', 'Out'), say('月末结余', 'At its end')]
  const rowOf = ({ opening, received, spent, closing }: MonthView['funds'][number]) => [opening, received, spent, closing]
  const totals = funds.map(rowOf).reduce((sums, row) => sums.map((sum, at) => sum + (row[at] ?? 0n)), [0n, 0n, 0n, 0n])
  const voided = funds.reduce((sum, fund) => sum + fund.voided, 0n)
  const cells = (row: readonly bigint[]) => row.map((amount, at) => <td class="amount" data-label={columns[at]}>{signedYuan(amount)}</td>)
  const region = say(`${formatDay(from)} 至 ${formatDay(through)}`, `${formatDay(from)} to ${formatDay(through)}`)
  return (
    <section class="stack">
      <h2>{region}</h2>
      {funds.length === 0 ? <p class="empty">{say('还没有设立基金。', 'No fund has been opened yet.')}</p> : (
        <div class="table-scroll" tabindex={0} role="region" aria-label={region}>
          <table class="notice">
            <thead><tr><th scope="col">{say('基金', 'Fund')}</th>{columns.map((column) => <th scope="col">{column}</th>)}</tr></thead>
            <tbody>
              {funds.map((fund) => <tr><th scope="row">{word(fund.title)}</th>{cells(rowOf(fund))}</tr>)}
              <tr><th scope="row"><strong>{say('合计', 'Together')}</strong></th>{cells(totals)}</tr>
            </tbody>
          </table>
        </div>
      )}
      <Closing visit={visit} funds={funds} />
      <small>
        {say('按记账日期；收入、支出含退回的款项和基金之间的划转。', 'By accounting date, with what came back and transfers between funds.')}
        {voided > 0n && say(`本月冲销错账 ${signedYuan(voided)}（含以前月份登记的），已从收入里减去。`, ` ${signedYuan(voided)} was voided this month, also of months before: it is taken off what came in.`)}
      </small>
      <p>
        {say('资金追溯率（建账以来） ', 'Traceability since the book began ')}<strong>{headline ? formatShare(headline) : '—'}</strong>
        {credits && debits && say(`（本月收入 ${formatShare(credits)}，支出 ${formatShare(debits)}）`, ` (this month in ${formatShare(credits)}, out ${formatShare(debits)})`)}
        {say('，', '; ')}{reachSentence(visit, recordedThrough === undefined ? undefined : formatDay(recordedThrough))}
        <Unrecorded visit={visit} month={month} />
      </p>
      <p>
        {say('办理进度 ', 'What waits: ')}<span class={`chip ${LIGHTS[light].tone}`}>{word(LIGHTS[light])}</span>{' '}
        {say(`待办 ${waiting} 件，其中超时 ${late} 件`, `${waiting}, ${late} of them late`)}
      </p>
    </section>
  )
}

/** Whether the month's figures may still change. */
function Closing({ visit: { say, word }, funds }: { visit: Visit; funds: MonthView['funds'] }) {
  const closed = funds.filter(({ isClosed }) => isClosed === true)
  const open = funds.filter(({ isClosed }) => isClosed === false)
  const names = (some: typeof funds) => some.map(({ title }) => word(title)).join(say('、', ', '))
  if (closed.length + open.length === 0) return null
  return (
    <p>
      <span class={`chip ${open.length === 0 ? 'chip-good' : 'chip-wait'}`}>
        {open.length === 0 ? say('已结账', 'closed') : closed.length === 0 ? say('未结账', 'still open') : say('部分结账', 'closed in part')}
      </span>{' '}
      {open.length === 0 && say('本月已经结账，这些数字不会再变。', 'The month is closed: these figures will not change.')}
      {closed.length === 0 && say('本月还没有结账，这些数字还可能变。', 'The month is still open: these figures may change.')}
      {open.length > 0 && closed.length > 0 && say(
        `已结账：${names(closed)}。还没有结账，数字还可能变：${names(open)}。`, `Closed: ${names(closed)}. Still open, so that figures may change: ${names(open)}.`,
      )}
    </p>
  )
}

/** Says from which day on lines of the month are still to come: the share says nothing of them. */
function Unrecorded({ visit: { say }, month: { from, dueThrough, recordedThrough } }: { visit: Visit; month: MonthView }) {
  if (recordedThrough === undefined || dueThrough < from || recordedThrough >= dueThrough) return null
  const isPart = recordedThrough >= from
  return (
    <>
      {' '}
      <span class="chip chip-wait">
        {isPart
          ? say(`${formatDay(Day(recordedThrough + 1))} 起的流水还没有登记`, `its lines from ${formatDay(Day(recordedThrough + 1))} on are not recorded yet`)
          : say('本月的流水还没有登记', 'no lines of this month are recorded yet')}
      </span>
    </>
  )
}

function monthZh(month: string): string {
  const [year, number] = month.split('-').map(Number)
  return `${year}年${number}月`
}

function signedYuan(amount: bigint): string {
  return amount < 0n ? `−${yuan(Fen(-amount))}` : yuan(Fen(amount))
}

function Sealed({ visit, sealing: { anchor, own, newest } }: { visit: Visit; sealing: Sealing }) {
  const { say } = visit
  if (!newest) return <p class="sheet">{say('还没有凑够签封的区块，暂时没有校验词。', 'No block has enough seals yet, so there are no words to compare.')}</p>
  const sealers = anchor.sealers.filter(({ address }) => newest.sealers.includes(address))
  const outside = sealers.filter(({ address }) => !own.includes(address)).length
  return (
    <section class="sheet stack" aria-labelledby="words">
      <h2 id="words">{say('校验词', 'Words to compare')}</h2>
      <p class="words" lang="zh-Hans">{newest.words.map((word) => <span>{word}</span>)}</p>
      <p>
        {say(
          `第 ${newest.number} 个区块，${formatMinute(newest.time)}。请在手机上打开首页，或问问邻居：同一个区块的校验词应当一字不差。区块相同而词不同，就是有人给你们看了两本账，请告诉监督机构。`,
          `Block ${newest.number}, ${formatMinute(newest.time)} China time. Open the home page, or ask a neighbour: the words of the same block must be the same. If they differ, you are shown two books: tell the supervisors.`,
        )}
      </p>
      {sealers.length > 0 && (
        <p>
          {say(
            `签封：${anchor.sealers.length} 位见证人中 ${sealers.length} 位（至少 ${anchor.quorum} 位）：${sealers.map(({ name }) => name).join('、')}。`,
            `Sealed by ${sealers.length} of ${anchor.sealers.length} witnesses (${anchor.quorum} are needed): ${sealers.map(({ name }) => name).join(', ')}.`,
          )}
          {outside === 0 && say('目前只有本服务器自己的见证人，还没有外部人员确认过。', ' So far only this server’s own: nobody outside has confirmed it.')}
        </p>
      )}
      <p class="hash">{newest.hash}</p>
    </section>
  )
}
