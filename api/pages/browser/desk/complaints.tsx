import { useState } from 'preact/hooks'
import { COMPLAINT_WORDS, type ComplaintState } from '../../../../ledger/words.ts'
import { ConcernOf } from './answer.tsx'
import { useTold } from './asking.ts'
import { say, word } from './language.ts'
import { ageOf, DeskLink, formatMinute, Opening } from './pieces.tsx'

type ComplaintTold = { readonly number: number; readonly fund: number; readonly outflow: number; readonly state: ComplaintState; readonly overdue: boolean; readonly filedAt: number }

const ROWS = 50

/** 投诉: all of them, the newest first, also those that are answered: they are closed here, and an auditor reopens them. */
export function Complaints() {
  const [before, setBefore] = useState<number>()
  const { told, error } = useTold<readonly ComplaintTold[]>(`/v1/complaints?limit=${ROWS}${before === undefined ? '' : `&before=${before}`}`)
  if (!told) return <Opening error={error} />
  const last = told.at(-1)?.number ?? 0
  return (
    <section class="stack narrow">
      <h1>{say('投诉', 'Complaints')}</h1>
      {told.length === 0 && <p class="empty">{say('没有投诉。', 'No complaints.')}</p>}
      <ul class="rows">
        {told.map(({ number, fund, outflow, state, overdue, filedAt }) => (
          <li>
            <DeskLink look="inbox-item" to={`/desk/complaints/${number}`}>
              <span class="inbox-what"><small><ConcernOf fund={fund} outflow={outflow} isLinked={false} /> · {formatMinute(filedAt)}</small><strong>{say(`第 ${number} 号投诉`, `Complaint ${number}`)}</strong></span>
              {state === 'Filed' && <small>{say(`已等 ${ageOf(filedAt)}，应在 24 小时内答复`, `waiting ${ageOf(filedAt)}; due within 24 hours`)}</small>}
              <span class={`chip ${overdue ? 'chip-bad' : state === 'Filed' ? 'chip-wait' : 'chip-good'}`}>{word(COMPLAINT_WORDS[state])}{overdue && say(' · 超时', ' · late')}</span>
            </DeskLink>
          </li>
        ))}
      </ul>
      {told.length === ROWS && last > 1 && <p class="pager"><span /><button type="button" class="button-quiet" onClick={() => setBefore(last)}>{say('更早的', 'Older')}</button></p>}
    </section>
  )
}
