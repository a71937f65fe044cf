import { useEffect, useRef, useState } from 'preact/hooks'
import { pairUp, type NewMatch } from '../../../../intake/matching.ts'
import { doubtsOfMatch } from './bankDoubts.ts'
import { useDesk } from './desk.ts'
import { Letter } from './faults.tsx'
import { say } from './language.ts'
import { amountOf, Doing, Fault, Field, yuan } from './pieces.tsx'
import { aboutMatches } from './reconcileAbout.ts'
import { recordMatches } from './reconcileActs.ts'
import { EntryName } from './reconcileLines.tsx'
import type { EntryTold, LineTold, ProposalLineTold } from './reconcileTold.ts'
import { get, SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

/** An entry that was chosen. What was typed is how much of it; nothing is as much as there is room for. */
type Chosen = EntryTold & { readonly typed: string }

const SEARCH_PAUSE_MS = 250

type Given = { account: number; line: LineTold; others: readonly LineTold[]; onClose: (gone?: readonly number[]) => void }

/** Chooses by hand: entries for one line, lines for one entry, or several of both. What is left of the lines is said all the time. */
export function Hand({ account, line, others, onClose }: Given) {
  const desk = useDesk()
  const { form, fields, change } = useTyping(`hand-${account}-${line.line}`, { lines: '', entries: '', q: '' })
  const candidates = useCandidates(account, line.line, fields.q)
  const search = useRef<HTMLDivElement>(null)
  useEffect(() => search.current?.querySelector('input')?.focus(), [])

  const joined = new Set(listOf<number>(fields.lines))
  const entries = listOf<Chosen>(fields.entries)
  const isOut = line.amount.startsWith('-')
  const lines = [line, ...others.filter((one) => one.line !== line.line && joined.has(one.line))]
  const total = lines.reduce((sum, { left }) => sum + BigInt(left), 0n)
  const { amounts, problem } = amountsOf(total, entries)
  const left = total - amounts.reduce((sum, amount) => sum + amount, 0n)
  const printed = lines.map(({ day, texts }) => ({ day, who: texts['counterparty'] ?? '' }))
  const doubts = entries.flatMap((entry, at) => doubtsOfMatch(printed, entry, amounts[at] ?? 0n))
  const choose = (entry: EntryTold, isChosen: boolean): void =>
    change({ entries: JSON.stringify(isChosen ? [...entries, { ...entry, typed: '' }] : entries.filter((one) => keyOf(one) !== keyOf(entry))) })
  const type = (entry: Chosen, typed: string): void =>
    change({ entries: JSON.stringify(entries.map((one) => (keyOf(one) === keyOf(entry) ? { ...one, typed } : one))) })
  const join = (number: number, isJoined: boolean): void =>
    change({ lines: JSON.stringify(isJoined ? [...joined, number] : [...joined].filter((one) => one !== number)) })
  const record = async (): Promise<void> => {
    if (problem) throw new SentenceOnly(problem)
    const matches: NewMatch[] = pairUp(lines.map(({ line, left }) => ({ line, amount: BigInt(left) })), entries.map((entry, at) => ({ ...entry, amount: amounts[at] ?? 0n })))
    if (matches.length === 0) throw new SentenceOnly(say('请先勾选对应的账。', 'Choose the entries first.'))
    const done = await recordMatches(desk, account, { matches, by: 'hand', about: aboutMatches([{ lines: lines.map(lineOf), entries }]), warnings: doubts, form })
    if (done) onClose(left === 0n ? lines.map(({ line }) => line) : [])
  }

  // What is ticked stays where it is; what the search does not show any more stands first.
  const found = candidates.found ?? []
  const shown = [...entries.filter((one) => !found.some((other) => keyOf(one) === keyOf(other))), ...found]
  const alike = others.filter((one) => one.line !== line.line && one.amount.startsWith('-') === isOut)
  return (
    <Letter look="panel" label={say('手工选择', 'Choose by hand')}>
      <div ref={search}><Field label={say('查找账：金额、姓名、用途、基金/编号', 'Find entries: amount, name, purpose, fund/number')} name="q" value={fields.q} onInput={(q) => change({ q })} maxLength={100} autocomplete="off" /></div>
      <fieldset class="choices">
        <legend>{isOut ? say('这笔支出是', 'This debit is') : say('这笔收入是', 'This credit is')}</legend>
        {shown.map((entry) => {
          const at = entries.findIndex((one) => keyOf(one) === keyOf(entry))
          const chosen = entries[at]
          return (
            <div class="choice">
              <label class="check"><input type="checkbox" name="entry" checked={chosen !== undefined} onChange={(event) => choose(entry, event.currentTarget.checked)} /><span><EntryName entry={entry} /></span><span class="amount">{yuan(entry.amount)}</span></label>
              {chosen && <Field label={say('其中（元，可不填）', 'of it (yuan)')} name={`amount-${entry.fund}-${entry.number}`} inputMode="decimal" value={chosen.typed} placeholder={yuan(amounts[at] ?? 0n).slice(1)} onInput={(typed) => type(chosen, typed)} />}
            </div>
          )
        })}
        {candidates.found && shown.length === 0 && <p class="empty">{say('没有未核对的账。', 'No open entry.')}</p>}
        <Fault error={candidates.error} />
      </fieldset>
      {alike.length > 0 && (
        <details open={joined.size > 0}>
          <summary>{say('与其他流水合起来', 'Join other lines')}</summary>
          <fieldset class="choices">
            <legend>{say('一并核对的流水', 'Lines matched together')}</legend>
            {alike.map((one) => (
              <label class="check"><input type="checkbox" name="line" checked={joined.has(one.line)} onChange={(event) => join(one.line, event.currentTarget.checked)} /><span>{one.texts.counterparty ?? ''} <small>{say(`第 ${one.line} 笔`, `line ${one.line}`)} · {one.day}</small></span><span class="amount">{yuan(one.left)}</span></label>
            ))}
          </fieldset>
        </details>
      )}
      <p class="hand-left" role="status">
        {lines.length > 1 ? say(`${lines.length} 笔流水共 `, `${lines.length} lines of `) : say('流水 ', 'line of ')}<strong class="amount">{yuan(total)}</strong>
        {say('，已选 ', ', chosen ')}<strong class="amount">{yuan(total - left)}</strong>{say('，还差 ', ', left ')}<strong class={`amount ${left < 0n ? 'overdue' : ''}`} data-sum="left">{yuan(left)}</strong>
      </p>
      {problem ? <p class="overdue">{problem}</p> : doubts.map((doubt) => <p class="overdue">{doubt}</p>)}
      <div class="buttons">
        <Doing type="submit" onDo={record} disabled={entries.length === 0 || problem !== undefined}>{say('对上所选', 'Match what is chosen')}</Doing>
        <button type="button" class="button-quiet" onClick={() => onClose()}>{say('收起', 'Close')}</button>
      </div>
    </Letter>
  )
}

/** How much of each entry: what was typed, or as much as is left of the lines. */
function amountsOf(total: bigint, entries: readonly Chosen[]): { amounts: bigint[]; problem?: string } {
  let room = total
  let problem: string | undefined
  const amounts = entries.map(({ typed, amount }) => {
    const all = BigInt(amount)
    const free = room > 0n ? room : 0n
    const taken = typed.trim() === '' ? (all < free ? all : free) : readTyped(typed)
    if (typeof taken === 'string') {
      problem ??= taken
      return 0n
    }
    if (taken > all) problem ??= say(`这笔账只剩 ${yuan(all)} 未核对。`, `Only ${yuan(all)} of this entry are open.`)
    room -= taken
    if (room < 0n) problem ??= say(`所选比流水多 ${yuan(-room)}。`, `What is chosen is ${yuan(-room)} more than the lines.`)
    return taken
  })
  return { amounts, ...(problem !== undefined && { problem }) }
}

function readTyped(typed: string): bigint | string {
  try {
    return amountOf(typed)
  } catch (error) {
    if (!(error instanceof SentenceOnly)) throw error
    return error.message
  }
}

function useCandidates(account: number, line: number, q: string): { found?: readonly EntryTold[]; error?: unknown } {
  const desk = useDesk()
  const [told, setTold] = useState<{ found?: readonly EntryTold[]; error?: unknown }>({})
  useEffect(() => {
    let isCurrent = true
    const look = async () => await desk.inSession(async () => await get<EntryTold[]>(`/v1/desk/bank/${account}/candidates?line=${line}${q.trim() === '' ? '' : `&q=${encodeURIComponent(q.trim())}`}`))
    const timer = setTimeout(() => look().then((found) => isCurrent && setTold({ found }), (error: unknown) => isCurrent && setTold({ error })), q === '' ? 0 : SEARCH_PAUSE_MS)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [account, line, q, desk.inbox])
  return told
}

function lineOf({ line, day, left, texts: { counterparty } }: LineTold): ProposalLineTold {
  return { line, day, amount: left, ...(counterparty && { who: counterparty }) }
}

function keyOf({ fund, outflow, number, day, amount }: EntryTold): string {
  return `${fund} ${outflow} ${number} ${day} ${amount}`
}

function listOf<One>(text: string): One[] {
  return text === '' ? [] : (JSON.parse(text) as One[])
}
