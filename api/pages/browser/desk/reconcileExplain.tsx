import { useEffect, useRef } from 'preact/hooks'
import { explanationDraft } from '../../../../ledger/bankDrafts.ts'
import { UNEXPLAINED, UNEXPLAINED_WORDS, type Unexplained } from '../../../../ledger/words.ts'
import { useDesk } from './desk.ts'
import { Letter } from './faults.tsx'
import { say } from './language.ts'
import { Choice, Doing, Field, UNCHOSEN } from './pieces.tsx'
import { aboutLine } from './reconcileAbout.ts'
import { ReceiveLine } from './reconcileReceive.tsx'
import type { LineTold } from './reconcileTold.ts'
import { SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

/** Says why a line has no entry: for everybody in a word and, if need be, a sentence; for the office in a note. */
export function Explain({ account, line: told, onClose }: { account: number; line: LineTold; onClose: (gone?: readonly number[]) => void }) {
  const { line } = told
  const { act, today } = useDesk()
  const { form, fields, change } = useTyping(`explain-${account}-${line}`, { why: '' as Unexplained | '', statement: '', note: '' })
  const letter = useRef<HTMLFormElement>(null)
  useEffect(() => letter.current?.querySelector('select')?.focus(), [])
  const explain = async (): Promise<void> => {
    if (fields.why === '') throw new SentenceOnly(say('请先选原因。', 'Choose why first.'), { at: 'why' })
    const { why } = fields
    const done = await act({
      contract: 'bank', name: 'explainLine', drafts: [explanationDraft({ account, line, on: today, why, statement: fields.statement.trim() }, { note: fields.note.trim() })],
      args: ([paper]) => [account, line, UNEXPLAINED.indexOf(why), paper], about: aboutLine(told), form,
    })
    if (done) onClose([line])
  }
  const options = UNEXPLAINED.slice(1).map((why) => [why, UNEXPLAINED_WORDS[why]] as const)
  return (
    <Letter look="panel" of={letter}>
      {!told.amount.startsWith('-') && <div class="stack-tight"><p class="note">{say('捐款、利息是收入，不是“没有账”：请登记，再回来对上。', 'Gifts and interest are inflows: record them, and match them then.')}</p><p class="buttons"><ReceiveLine account={account} line={told} sources={['Donation', 'Interest']} /></p></div>}
      <Choice<Unexplained | ''> label={say('为何没有对应的账', 'Why it has no entry')} name="why" value={fields.why} options={[UNCHOSEN, ...options]} onInput={(why) => change({ why })} />
      <Field label={say('说明（公开，可不填；不要写人名、账号）', 'In words (public; no names, no numbers)')} name="statement" value={fields.statement} onInput={(statement) => change({ statement })} maxLength={200} />
      <Field label={say('附注（不公开，可不填）', 'Note (private)')} name="note" value={fields.note} onInput={(note) => change({ note })} maxLength={400} />
      <div class="buttons">
        <Doing type="submit" onDo={explain}>{say('登记说明', 'Record it')}</Doing>
        <button type="button" class="button-quiet" onClick={() => onClose()}>{say('收起', 'Close')}</button>
      </div>
    </Letter>
  )
}
