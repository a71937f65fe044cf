import { useState } from 'preact/hooks'
import { useDesk } from './desk.ts'
import { say, word } from './language.ts'
import { DeskLink, formatMinute } from './pieces.tsx'
import { placeOf } from './owner.ts'

/** A list whose recording began: the file and the SHA-256 of its bytes, how much it is, and since when. No names of donors. */
export type Unfinished = { readonly file: string; readonly hash: string; readonly fund: number; readonly gifts: number; readonly since: number }

const MOST = 20

/** The lists that whoever sits here began to record in this browser and did not bring to their end. */
export function unfinished(): readonly Unfinished[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(placeOf('lists')) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isUnfinished) : []
  } catch {
    return []
  }
}

/** Remembers that a list is under way, before the first of it is sent: whoever closes the page in the middle is told so later. */
export function begin(list: Unfinished): void {
  keep([list, ...unfinished().filter(({ hash }) => hash !== list.hash)].slice(0, MOST))
}

/** A list has come to its end, or somebody does not want to be told of it any more. */
export function end(hash: string): void {
  keep(unfinished().filter((list) => list.hash !== hash))
}

/** Says which lists were recorded in part. On the inbox it leads to where they are read again. */
export function UnfinishedLists({ isHere = false }: { isHere?: boolean }) {
  const { funds } = useDesk()
  const [lists, setLists] = useState(unfinished)
  if (lists.length === 0) return null
  const dismiss = (hash: string): void => {
    end(hash)
    setLists(unfinished())
  }
  return (
    <section class="sheet stack unfinished" aria-label={say('没有登记完的名单', 'Unfinished lists')}>
      {lists.map(({ file, hash, fund, gifts, since }) => {
        const title = funds.find(({ number }) => number === fund)?.title
        return (
          <div key={hash} class="stack-tight">
            <p><strong>{say(
              `名单“${file}”只登记了一部分：请再读一次同一个文件，已登记的会跳过。`,
              `Only a part of the list “${file}” was recorded: read the same file again; what is recorded is skipped.`,
            )}</strong></p>
            <p class="note">{say(`共 ${gifts} 笔，${formatMinute(since)} 开始登记到`, `${gifts} gifts, begun ${formatMinute(since)}, into `)}{title ? word(title) : say(`基金 ${fund}`, `fund ${fund}`)}</p>
            <p class="buttons">
              {!isHere && <DeskLink look="button" to="/desk/receive">{say('去收款', 'Go to Receive')}</DeskLink>}
              <button type="button" class="button-quiet button-small" onClick={() => dismiss(hash)}>{say('不再提醒', 'Do not remind me')}</button>
            </p>
          </div>
        )
      })}
    </section>
  )
}

function keep(lists: readonly Unfinished[]): void {
  try {
    if (lists.length === 0) localStorage.removeItem(placeOf('lists'))
    else localStorage.setItem(placeOf('lists'), JSON.stringify(lists))
  } catch {
    // A private window keeps nothing: whoever reads the file again sees what is recorded.
  }
}

function isUnfinished(kept: unknown): kept is Unfinished {
  const { file, hash, fund, gifts, since } = Object(kept)
  return typeof file === 'string' && typeof hash === 'string' && [fund, gifts, since].every(Number.isFinite)
}
