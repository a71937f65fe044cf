import { useEffect } from 'preact/hooks'
import type { Words } from '../../../../ledger/words.ts'
import { useDesk, type InboxItem } from './desk.ts'
import { say, word } from './language.ts'
import { approval } from './payment.tsx'
import { ageOf, DeskLink, Doing, Fault, useDoing, yuan } from './pieces.tsx'
import { UnfinishedLists } from './receiveUnfinished.tsx'
import { isNews, markSeen } from './seen.ts'

const KINDS: Record<InboxItem['kind'], Words> = {
  approve: { zh: '待审批', en: 'to approve' },
  execute: { zh: '待付款', en: 'to pay' },
  accept: { zh: '待验收', en: 'to accept' },
  rejected: { zh: '被驳回', en: 'rejected' },
  void: { zh: '待冲销', en: 'to void' },
  refused: { zh: '请求未获同意', en: 'refused' },
  explain: { zh: '待核对流水', en: "bank's lines to explain" },
  paper: { zh: '待补凭证的流水（在“已说明原因的”里）', en: "bank's lines that wait for papers (under “explained otherwise”)" },
  close: { zh: '待结账', en: 'to close' },
  appoint: { zh: '待任命', en: 'to appoint' },
  vacant: { zh: '岗位没有人', en: 'nobody holds' },
  complaint: { zh: '待答复投诉', en: 'complaint to answer' },
  finding: { zh: '待整改', en: 'finding to answer' },
  verify: { zh: '待核销', en: 'answer to verify' },
}

const LIGHTS: Record<InboxItem['light'], Words & { readonly tone: string }> = {
  green: { zh: '正常', en: 'in time', tone: 'chip-good' },
  yellow: { zh: '该办了', en: 'soon', tone: 'chip-wait' },
  red: { zh: '超时', en: 'late', tone: 'chip-bad' },
}

const OF_FUNDS: readonly InboxItem['kind'][] = ['approve', 'execute', 'accept', 'rejected', 'void', 'refused']

/** What waits for whoever sits here, the most urgent first. Empty means done. */
export function Inbox() {
  const { inbox, refresh, funds } = useDesk()
  const { isBusy, error, run } = useDoing(refresh)
  useEffect(() => {
    void run()
  }, [])
  const order = ['red', 'yellow', 'green']
  const items = [...inbox].sort((a, b) => order.indexOf(a.light) - order.indexOf(b.light) || a.since - b.since)
  const fundOf = ({ kind, fund }: InboxItem): string => {
    const of = OF_FUNDS.includes(kind) ? funds.find(({ number }) => number === fund) : undefined
    const available = of && kind === 'approve' ? say(`，可用 ${yuan(of.available)}`, `, ${yuan(of.available)} available`) : ''
    return of ? ` · ${word(of.title)}${available}` : ''
  }
  const isTooMuch = ({ kind, fund, amount = '0' }: InboxItem): boolean => {
    const of = kind === 'approve' ? funds.find(({ number }) => number === fund) : undefined
    return of !== undefined && BigInt(of.available) < BigInt(amount)
  }
  return (
    <section class="stack">
      <div class="head-row"><h1>{say('待办', 'Inbox')}</h1><button type="button" class="button-quiet button-small" disabled={isBusy} onClick={() => void run()}>{say('刷新', 'Look again')}</button></div>
      <Fault error={error} />
      {items.length > 0 && (
        <details class="note">
          <summary>{say('灯是怎么算的', 'How the lights are reckoned')}</summary>
          <p>{say('从轮到您算起。付款、冲销、任命：3 天黄灯，7 天红灯；银行流水：7 天、30 天；投诉：12 小时、24 小时；结账：月末后 10 天、15 天；审计问题：到期前 3 天黄灯，逾期红灯。', 'Since it became yours. Payments, voids, appointments: yellow after 3 days, red after 7; bank lines: 7 and 30; complaints: 12 and 24 hours; closing: 10 and 15 days after the month; findings: yellow 3 days before they are due, red after it.')}</p>
        </details>
      )}
      <UnfinishedLists />
      {items.length === 0 && <p class="empty">{say('没有等您办的事。', 'Nothing waits for you.')}</p>}
      <ul class="rows">
        {items.map((item) => (
          <li>
            <DeskLink look="inbox-item" to={placeOf(item)}>
              <span class="inbox-what"><small>{word(KINDS[item.kind])}{countOf(item)}{fundOf(item)}</small><strong>{word(item.title)}</strong>{isTooMuch(item) && <small class="overdue">{say('基金的钱不够，现在批不了', 'The fund has not so much: it cannot be approved now')}</small>}</span>
              {item.amount !== undefined && <span class="amount">{yuan(item.amount)}</span>}
              <span><small>{say(`已等 ${ageOf(item.since)}`, `waiting ${ageOf(item.since)}`)}</small> <span class={`chip ${LIGHTS[item.light].tone}`}>{word(LIGHTS[item.light])}</span></span>
            </DeskLink>
            <ApproveHere item={item} />
            {isNews(item) && <button type="button" class="button-quiet button-small" onClick={() => { markSeen(item); void run() }}>{say('知道了', 'Seen')}</button>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function countOf({ kind, count }: InboxItem): string {
  if (count === undefined || kind === 'vacant') return ''
  return kind === 'close' ? say(` ${count} 个基金`, ` (${count} fund${count === 1 ? '' : 's'})`) : say(` ${count} 行`, ` (${count})`)
}

/** An approval without opening the payment: what is asked for stands in the question before the signature. */
function ApproveHere({ item: { kind, fund, number, amount, paper } }: { item: InboxItem }) {
  const { act, today } = useDesk()
  if (kind !== 'approve' || fund === undefined || amount === undefined || paper === undefined) return null
  return <Doing quiet onDo={async () => await act(approval({ fund, outflow: number, on: today }, { amount, paper }))}>{say('批准', 'Approve')}</Doing>
}

function placeOf({ kind, fund, number }: InboxItem): string {
  switch (kind) {
    case 'explain':
    case 'paper':
      return `/desk/reconcile/${fund}`
    case 'void':
    case 'refused':
      return `/desk/inflows/${fund}/${number}`
    case 'complaint':
      return `/desk/complaints/${number}`
    case 'close':
      return '/desk/funds'
    case 'appoint':
    case 'vacant':
      return '/desk/people'
    case 'finding':
    case 'verify':
      return `/desk/findings/${number}`
    default:
      return `/desk/payments/${fund}/${number}`
  }
}
