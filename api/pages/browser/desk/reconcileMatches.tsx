import { useEffect, useState } from 'preact/hooks'
import { undoingDraft } from '../../../../ledger/bankDrafts.ts'
import { REASONS, REASON_WORDS, type Reason } from '../../../../ledger/words.ts'
import { useDesk } from './desk.ts'
import { Letter } from './faults.tsx'
import { say, word } from './language.ts'
import { Doing, Fault, Field, formatMinute, ReasonChoice, REASONS_MATCH, yuan } from './pieces.tsx'
import { aboutMatches } from './reconcileAbout.ts'
import { EntryName } from './reconcileLines.tsx'
import type { MatchTold } from './reconcileTold.ts'
import { get, SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

/** What was matched, the newest first. Whoever approves undoes what is wrong of it, unless they matched it themselves. */
export function Matches({ account }: { account: number }) {
  const { has } = useDesk()
  const isMine = has('APPROVER') && !has('ACCOUNTANT')
  const [isOpen, setOpen] = useState(isMine)
  return (
    <details open={isMine} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say('已核对的记录', 'What was matched')}</summary>
      {isOpen && <MatchList account={account} />}
    </details>
  )
}

function MatchList({ account }: { account: number }) {
  const desk = useDesk()
  const [matches, setMatches] = useState<readonly MatchTold[]>()
  const [error, setError] = useState<unknown>()
  const look = async (before?: number) => await desk.inSession(async () => await get<MatchTold[]>(`/v1/desk/bank/${account}/matches${before === undefined ? '' : `?before=${before}`}`))
  useEffect(() => {
    look().then(setMatches, setError)
  }, [account, desk.inbox])
  if (!matches) return <Fault error={error} />
  const last = matches.at(-1)?.number ?? 1
  return (
    <>
      {matches.length === 0 && <p class="empty">{say('还没有核对过。', 'Nothing was matched yet.')}</p>}
      <ol class="rows">{matches.map((match) => <MatchOf key={match.number} account={account} match={match} />)}</ol>
      {last > 1 && <Doing quiet onDo={async () => setMatches([...matches, ...await look(last)])}>{say('更早的', 'Earlier')}</Doing>}
    </>
  )
}

/** What was matched and explains nothing, which is somebody's to mend: nothing is left of the line to match it anew. */
export function Doubtful({ account, matches }: { account: number; matches: readonly MatchTold[] }) {
  if (matches.length === 0) return null
  return (
    <section class="stack-tight" aria-labelledby="doubtful">
      <h2 id="doubtful">{say(`核对过、又对不上的 ${matches.length} 项`, `Matched, and right no more: ${matches.length}`)}</h2>
      <p class="note">{say('对应的账后来冲销了，或凭证不全。账已冲销的，请审批人撤销这项核对，流水就回到上面，可以重新对；凭证不全的，请补凭证。', 'The entry was voided since, or lacks papers. Where it was voided an approver undoes the match, and the line stands above again; where papers are missing, bring them.')}</p>
      <ol class="rows">{matches.map((match) => <MatchOf key={match.number} account={account} match={match} />)}</ol>
    </section>
  )
}

function MatchOf({ account, match }: { account: number; match: MatchTold }) {
  const { has, staff } = useDesk()
  const { number, line, day, fund, outflow, entry, amount, person, at, counterparty, title, undone } = match
  return (
    <li class="stack-tight">
      <div class="row">
        <span>{say(`第 ${line} 笔流水`, `Line ${line}`)}{counterparty ? ` ${counterparty}` : ''} = <EntryName entry={{ fund, outflow, number: entry, day, amount, ...(title && { title }) }} /></span>
        <span class="amount">{yuan(amount)}</span>
        <span class="note">
          <span>{say(`核对 ${number} 号，${person} 号人员`, `match ${number} by no. ${person}`)} · {formatMinute(at)}</span>
          {undone && <span class="chip chip-bad">{say(`已撤销：${word(REASON_WORDS[undone.reason])}，${undone.person} 号人员`, `undone: ${word(REASON_WORDS[undone.reason])}, by no. ${undone.person}`)}</span>}
        </span>
      </div>
      {has('APPROVER') && !undone && person !== staff.person && <Undo account={account} match={match} />}
    </li>
  )
}

function Undo({ account, match: told }: { account: number; match: MatchTold }) {
  const { number: match, line, day, amount, counterparty, title, ...entry } = told
  const { act, today } = useDesk()
  const { form, fields, change } = useTyping(`undo-${account}-${match}`, { reason: '' as Reason | '', note: '' })
  const undo = async (): Promise<void> => {
    if (fields.reason === '') throw new SentenceOnly(say('请先选撤销的原因。', 'Choose why first.'), { at: 'reason' })
    const { reason } = fields
    await act({
      contract: 'bank', name: 'unmatch', drafts: [undoingDraft({ account, match, on: today, reason }, { note: fields.note.trim() })],
      args: ([paper]) => [account, match, REASONS.indexOf(reason), paper],
      about: aboutMatches([{
        lines: [{ line, day, amount, ...(counterparty && { who: counterparty }) }],
        entries: [{ fund: entry.fund, outflow: entry.outflow, number: entry.entry, day: '', amount, ...(title && { title }) }],
      }]),
      form,
    })
  }
  return (
    <details>
      <summary>{say('撤销这项核对', 'Undo this match')}</summary>
      <Letter look="panel">
        <ReasonChoice label={say('原因（公开）', 'Why (public)')} of={REASONS_MATCH} value={fields.reason} onInput={(reason) => change({ reason })} />
        <Field label={say('附注（不公开，可不填）', 'Note (private)')} name="note" value={fields.note} onInput={(note) => change({ note })} maxLength={400} />
        <Doing quiet onDo={undo}>{say('撤销核对', 'Undo it')}</Doing>
      </Letter>
    </details>
  )
}
