import { say } from './language.ts'
import { isoOf } from './pieces.tsx'
import type { Typing } from './typing.ts'

/** Says of a form that it was typed on an earlier day, and empties it for whoever wants a new one. */
export function DraftNote({ typing: { draft, clear } }: { typing: Pick<Typing<unknown>, 'draft' | 'clear'> }) {
  if (!draft) return null
  const [year, month, day] = isoOf(draft.on).split('-').map(Number)
  return (
    <p class="draft" role="status">
      <span>{say(`草稿（${year} 年 ${month} 月 ${day} 日填写${draft.isMoved ? '，日期已改为今天' : ''}）`, `A draft of ${isoOf(draft.on)}${draft.isMoved ? '; its date is today’s now' : ''}`)}</span>
      <button type="button" class="button-quiet button-small" onClick={() => clear()}>{say('清空', 'Clear')}</button>
    </p>
  )
}
