import type { Words } from '../../../../ledger/words.ts'
import { useDesk, type InboxItem } from './desk.ts'
import { say, word } from './language.ts'
import { approval } from './payment.tsx'
import { ageOf, DeskLink, Doing, Fault, useDoing, yuan } from './pieces.tsx'

const KINDS: Record<InboxItem['kind'], Words> = {
  approve: { zh: '待审批', en: 'to approve' },
  execute: { zh: '待付款', en: 'to pay' },
  accept: { zh: '待验收', en: 'to accept' },
  explain: { zh: '待核对流水', en: "bank's lines to explain" },
  complaint: { zh: '待答复投诉', en: 'complaint to answer' },
  finding: { zh: '待整改', en: 'finding to answer' },
}

const LIGHTS: Record<InboxItem['light'], Words & { readonly tone: string }> = {
  green: { zh: '正常', en: 'in time', tone: 'chip-good' },
  yellow: { zh: '该办了', en: 'soon', tone: 'chip-wait' },
  red: { zh: '超时', en: 'late', tone: 'chip-bad' },
}

/** What waits for whoever sits here, the most urgent first. Empty means done. */
export function Inbox() {
  const { inbox, refresh } = useDesk()
  const { isBusy, error, run } = useDoing(refresh)
  const order = ['red', 'yellow', 'green']
  const items = [...inbox].sort((a, b) => order.indexOf(a.light) - order.indexOf(b.light) || a.since - b.since)
  return (
    <section class="stack">
      <div class="head-row"><h1>{say('待办', 'Inbox')}</h1><button type="button" class="button-quiet button-small" disabled={isBusy} onClick={() => void run()}>{say('刷新', 'Look again')}</button></div>
      <Fault error={error} />
      {items.length === 0 && <p class="empty">{say('没有等您办的事。', 'Nothing waits for you.')}</p>}
      <ul class="rows">
        {items.map((item) => (
          <li>
            <DeskLink look="inbox-item" to={placeOf(item)}>
              <span class="inbox-what"><small>{word(KINDS[item.kind])}{item.count === undefined ? '' : say(` ${item.count} 行`, ` (${item.count})`)}</small><strong>{word(item.title)}</strong></span>
              {item.amount !== undefined && <span class="amount">{yuan(item.amount)}</span>}
              <span><small>{ageOf(item.since)}</small> <span class={`chip ${LIGHTS[item.light].tone}`}>{word(LIGHTS[item.light])}</span></span>
            </DeskLink>
            <ApproveHere item={item} />
          </li>
        ))}
      </ul>
    </section>
  )
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
      return `/desk/reconcile/${fund}`
    case 'complaint':
      return `/desk/complaints/${number}`
    case 'finding':
      return `/desk/findings/${number}`
    default:
      return `/desk/payments/${fund}/${number}`
  }
}
