import { useEffect, useRef, useState } from 'preact/hooks'
import { SURE, WHY_WORDS } from '../../../../intake/matching.ts'
import { UNEXPLAINED_WORDS } from '../../../../ledger/words.ts'
import { useDesk } from './desk.ts'
import { countOf, say, word } from './language.ts'
import { Doing, Fault, useDoing, yuan } from './pieces.tsx'
import { aboutMatches } from './reconcileAbout.ts'
import { recordMatches } from './reconcileActs.ts'
import { Explain } from './reconcileExplain.tsx'
import { Hand } from './reconcileHand.tsx'
import { ReceiveLine } from './reconcileReceive.tsx'
import { matchesOfTold, type EntryTold, type LineTold, type OpenTold, type ProposalTold } from './reconcileTold.ts'
import { get } from './server.ts'

type Given = { account: number; open: OpenTold; onMatched: (lines: readonly number[]) => void; isSaid?: boolean }

/** The lines that are open, for the keyboard as for the mouse: ↑ and ↓ go from line to line, Enter takes the first proposal. */
export function Lines({ account, open: { lines, sure, standing }, onMatched, isSaid = false }: Given) {
  const { has } = useDesk()
  const mayAct = has('ACCOUNTANT')
  const list = useRef<HTMLOListElement>(null)
  const wanted = useRef<{ at: number; gone: readonly number[] } | undefined>(undefined)
  const focus = (at: number): void => list.current?.querySelectorAll<HTMLElement>('.line')[at]?.focus()
  // The line that was matched is gone: whoever works with the keyboard stands on the next one.
  useEffect(() => {
    const { at, gone } = wanted.current ?? { at: 0, gone: [] }
    // An effect of the list before it is gone comes late.
    if (!wanted.current || lines.some(({ line }) => gone.includes(line))) return
    wanted.current = undefined
    focus(Math.min(at, lines.length - 1))
  })
  // Whoever arrives, or has brought more lines, may go on with the keyboard at once, unless they are at something already, or have none.
  const known = useRef(0)
  useEffect(() => {
    const before = known.current
    known.current = lines.length
    if (lines.length <= before || isSaid || !mayAct) return
    const at = document.activeElement
    const isFree = !at || at === document.body || at.classList.contains('place') || at.closest('.desk-bar') !== null
    if (isFree && !matchMedia('(pointer: coarse)').matches) list.current?.querySelectorAll<HTMLElement>('.line')[before]?.focus({ preventScroll: before === 0 })
  })
  const matched = (at: number, gone: readonly number[]): void => {
    wanted.current = { at, gone }
    onMatched(gone)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    if (event.target instanceof Element && event.target.closest('input, select, textarea')) return
    const all = [...(list.current?.querySelectorAll<HTMLElement>('.line') ?? [])]
    const at = all.findIndex((line) => line.contains(document.activeElement))
    event.preventDefault()
    all[Math.min(all.length - 1, Math.max(0, at + (event.key === 'ArrowDown' ? 1 : -1)))]?.focus()
  }
  const count = isSaid ? standing.said.lines : standing.waiting.lines
  return (
    <section class="stack" aria-label={isSaid ? say('已说明原因的流水', 'Lines explained otherwise') : say('待核对的流水', 'Open lines')}>
      {!isSaid && <h2>{say(`待核对 ${count} 笔`, countOf(count, 'open line'))}</h2>}
      {!isSaid && lines.length === 0 && <p class="empty">{say('流水全部核对或说明完毕。', 'Every line is matched, or explained otherwise.')}</p>}
      {mayAct && !isSaid && lines.length > 0 && <p class="note keys">{say('键盘：↓ ↑ 换行，Enter 对上第一个建议，H 手工选择，W 说明原因，Esc 收起。', 'Keys: ↓ ↑ move, Enter accepts the first proposal, H chooses by hand, W says why, Esc closes.')}</p>}
      {mayAct && !isSaid && sure.proposals > 1 && <AcceptAll account={account} sure={sure} onMatched={(gone) => matched(0, gone)} />}
      <ol class="rows lines" ref={list} onKeyDown={onKeyDown}>
        {lines.map((line, at) => <Line key={line.line} account={account} line={line} others={lines} onMatched={(gone) => matched(at, gone)} />)}
      </ol>
    </section>
  )
}

type LineGiven = { account: number; line: LineTold; others: readonly LineTold[]; onMatched: (gone: readonly number[]) => void }

function Line({ account, line, others, onMatched }: LineGiven) {
  const desk = useDesk()
  const [panel, setPanel] = useState<'hand' | 'why'>()
  const self = useRef<HTMLDivElement>(null)
  const { proposal, amount, left, texts, day } = line
  const mayAct = desk.has('ACCOUNTANT')
  const accept = useDoing(async () => {
    if (!proposal) return
    const done = await recordMatches(desk, account, { matches: matchesOfTold(proposal), by: 'proposal', about: aboutMatches([proposal]) })
    if (done) onMatched(proposal.lines.map(({ line }) => line))
    else self.current?.focus()
  })
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && panel) {
      setPanel(undefined)
      self.current?.focus()
    }
    if (event.target !== self.current || event.repeat || event.ctrlKey || event.metaKey || event.altKey || !mayAct) return
    const key = event.key.toLowerCase()
    if (key !== 'enter' && key !== 'h' && key !== 'w') return
    event.preventDefault()
    if (key === 'enter') void accept.run()
    else setPanel(key === 'h' ? 'hand' : 'why')
  }
  const isOut = amount.startsWith('-')
  const name = say(`第 ${line.line} 笔`, `Line ${line.line}`)
  const close = (gone?: readonly number[]): void => {
    setPanel(undefined)
    if (gone) onMatched(gone)
    else self.current?.focus()
  }
  return (
    <li>
      <div class="line stack-tight" role="group" tabIndex={0} ref={self} onKeyDown={onKeyDown} aria-label={`${name} ${day} ${yuan(amount)} ${texts.counterparty ?? ''}`}>
        <div class="row">
          <span class="row-title">{texts.counterparty ?? texts.kind ?? name}</span><strong class={`amount ${isOut ? 'out' : 'in'}`}>{yuan(amount)}</strong>
          <span class="note">
            <span>{name} · {day}{texts.time ? ` ${texts.time}` : ''}</span>
            {[texts.counterparty ? texts.kind : '', texts.remark, texts.document, texts.counterpartyAccount].map((text) => text && <span>{text}</span>)}
            {left !== amount.replace('-', '') && <span>{say(`还有 ${yuan(left)} 未核对`, `${yuan(left)} not matched`)}</span>}
            {line.explained && <span class="chip chip-wait">{word(UNEXPLAINED_WORDS[line.explained.why])}{line.explained.statement ? `：${line.explained.statement}` : ''}</span>}
          </span>
        </div>
        {proposal && <ProposalOf proposal={proposal} line={line.line} />}
        {mayAct && (
          <div class="buttons">
            {proposal && <button type="button" class="button-small" disabled={accept.isBusy} aria-busy={accept.isBusy} onClick={() => void accept.run()}>{say('对上', 'Match')}</button>}
            <button type="button" class="button-quiet button-small" aria-expanded={panel === 'hand'} onClick={() => setPanel(panel === 'hand' ? undefined : 'hand')}>{say('手工选择', 'By hand')}</button>
            <button type="button" class="button-quiet button-small" aria-expanded={panel === 'why'} onClick={() => setPanel(panel === 'why' ? undefined : 'why')}>{say('说明原因', 'Say why')}</button>
            {!isOut && !proposal && <ReceiveLine account={account} line={line} />}
          </div>
        )}
        <Fault error={accept.error} />
        {panel === 'hand' && <Hand account={account} line={line} others={others} onClose={close} />}
        {panel === 'why' && <Explain account={account} line={line} onClose={close} />}
      </div>
    </li>
  )
}

/** What a line seems to be, how sure that is, and why. */
function ProposalOf({ proposal: { lines, entries, score, why }, line }: { proposal: ProposalTold; line: number }) {
  const others = lines.filter((one) => one.line !== line)
  const shown = entries.filter(({ title }) => title)
  return (
    <div class="proposal">
      <ul class="stack-tight">
        {shown.map((entry) => <li class="row"><span>= <EntryName entry={entry} /></span><span class="amount">{yuan(entry.amount)}</span></li>)}
        {entries.length > shown.length && <li class="note">{say(`……共 ${entries.length} 笔账`, `… ${entries.length} entries`)}</li>}
        {others.length > 0 && <li class="note">{say(`与第 ${others.map((one) => one.line).join('、')} 笔流水合为一笔`, `together with line ${others.map((one) => one.line).join(', ')}`)}</li>}
      </ul>
      <p class="note"><span class={`chip ${score >= SURE ? 'chip-good' : 'chip-wait'}`}>{say(`${score} 分`, `score ${score}`)}</span> {why.map((one) => word(WHY_WORDS[one])).join(say('、', ', '))}</p>
    </div>
  )
}

/** An entry as somebody recognises it: its fund and number, what it is for, whose it is, when. */
export function EntryName({ entry: { fund, outflow, number, title, who, day } }: { entry: EntryTold }) {
  const { funds } = useDesk()
  const of = funds.find((one) => one.number === fund)
  return (
    <>
      {title && word(title)}{who ? ` · ${who}` : ''} <small>{of ? word(of.title) : say(`基金 ${fund}`, `Fund ${fund}`)} {say(`第 ${number} 笔${outflow ? '支出' : '收入'}`, `${outflow ? 'outflow' : 'inflow'} ${number}`)} · <span class="nobr">{day}</span></small>
    </>
  )
}

/** Everything that is all but certain, in one signature. */
function AcceptAll({ account, sure, onMatched }: { account: number; sure: OpenTold['sure']; onMatched: (gone: readonly number[]) => void }) {
  const desk = useDesk()
  const accept = async (): Promise<void> => {
    const proposals = await desk.inSession(async () => await get<ProposalTold[]>(`/v1/desk/bank/${account}/proposals?atLeast=${SURE}`))
    const done = await recordMatches(desk, account, { matches: proposals.flatMap(matchesOfTold), by: 'proposal', about: aboutMatches(proposals) })
    if (done) onMatched(proposals.flatMap(({ lines }) => lines.map(({ line }) => line)))
  }
  return (
    <div class="stack-tight">
      <Doing quiet onDo={accept}>{say(`${SURE} 分及以上的 ${sure.proposals} 组（${yuan(sure.amount)}）一次对上`, `Match all ${sure.proposals} of score ${SURE} or more (${yuan(sure.amount)})`)}</Doing>
    </div>
  )
}
