import { REASON_WORDS, REASONS_IN, type Reason } from '../../../../ledger/words.ts'
import { checkedAmount } from './correctForms.tsx'
import { useDesk } from './desk.ts'
import type { AskTold, InflowTold } from './find.tsx'
import { Letter } from './faults.tsx'
import { say, word } from './language.ts'
import { Doing, Field, formatMinute, ReasonChoice, yuan } from './pieces.tsx'
import { drop, post, SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

const ASKED = '/v1/desk/voids/asked'
const REFUSED = '/v1/desk/voids/refused'

/** For an accountant who may not void: asks the approvers for it, and tells that it was asked. */
export function AskForm({ inflow: { fund, number, voidable, asked } }: { inflow: InflowTold }) {
  const { inSession, refresh } = useDesk()
  const { fields, change, clear } = useTyping(`ask-${fund}-${number}`, { amount: '', reason: '' as Reason | '' })
  if (asked && !asked.refused) {
    return (
      <>
        <p>{say(`已请审批人冲销（${about(asked)}）：在审批人的待办里。`, `The approvers were asked to void it (${about(asked)}); it is in their inbox.`)}</p>
        <p class="buttons"><AnswerButton onAnswer={async () => await drop(`${ASKED}/${fund}/${number}`)}>{say('撤回', 'Take it back')}</AnswerButton></p>
      </>
    )
  }
  const run = async (): Promise<void> => {
    if (fields.reason === '') throw new SentenceOnly(say('请先选冲销的原因。', 'Choose why first.'), { at: 'reason' })
    const amount = String(checkedAmount(fields.amount, voidable))
    await inSession(async () => await post(ASKED, { fund, inflow: number, amount, reason: fields.reason }))
    clear()
    await refresh()
  }
  return (
    <Letter>
      {asked && <SaidNo asked={asked} />}
      <Field label={say(`冲销多少（元，最多 ${yuan(voidable)}；不填则全部）`, `How much (yuan, at most ${yuan(voidable)}; empty means all)`)} name="askAmount" inputMode="decimal" value={fields.amount} placeholder={yuan(voidable).slice(1)} onInput={(amount) => change({ amount })} />
      <ReasonChoice label={say('原因', 'Why')} name="askReason" of={REASONS_IN} value={fields.reason} onInput={(reason) => change({ reason })} />
      <Doing type="submit" onDo={run}>{say('请审批人冲销', 'Ask the approvers to void it')}</Doing>
    </Letter>
  )
}

/** For an approver: who asks for the void, and why. */
export function AskedOf({ inflow: { fund, number }, asked }: { inflow: InflowTold; asked: AskTold }) {
  if (asked.refused) return <SaidNo asked={asked} />
  return (
    <>
      <p>{say(`${asked.person} 号人员请您冲销：${about(asked)}。`, `No. ${asked.person} asks you to void it: ${about(asked)}.`)}</p>
      <p class="buttons"><AnswerButton onAnswer={async () => await post(REFUSED, { fund, inflow: number })}>{say('不冲销', 'No void')}</AnswerButton></p>
    </>
  )
}

/** What became of it when an approver said no. */
function SaidNo({ asked }: { asked: AskTold }) {
  const { refused } = asked
  return refused ? <p>{say(`${refused.by} 号人员 ${formatMinute(refused.at)} 没有同意冲销（${about(asked)}）。`, `No. ${refused.by} did not agree at ${formatMinute(refused.at)} to void it (${about(asked)}).`)}</p> : null
}

function AnswerButton({ onAnswer, children }: { onAnswer: () => Promise<unknown>; children: string }) {
  const { inSession, refresh } = useDesk()
  const run = async (): Promise<void> => {
    await inSession(onAnswer)
    await refresh()
  }
  return <Doing quiet onDo={run}>{children}</Doing>
}

function about({ amount, reason, at }: AskTold): string {
  return `${yuan(amount)}${say('，', ', ')}${word(REASON_WORDS[reason])}${say('，', ', ')}${formatMinute(at)}`
}
