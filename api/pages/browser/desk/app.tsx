import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Day } from '../../../../ledger/day.ts'
import { ROLE_WORDS, type Words } from '../../../../ledger/words.ts'
import { prepare, sign, type BookOf, type Plan, type Prepared, type Recorded } from './acting.ts'
import { arrivalOf, checkNothingUnsent, isOutgoing, send, unsent, UNSENT, type Signed } from './outbox.ts'
import { Confirm, type Question } from './confirm.tsx'
import { DeskProvider, type Desk, type FundTold, type InboxItem, type Staff } from './desk.ts'
import type { Signer } from './keys.ts'
import { language, leaveForLanguage, say, wasLeftForLanguage, word } from './language.ts'
import { PLACES } from './places.tsx'
import { DeskLink, Fault, formatMinute } from './pieces.tsx'
import { focusPlace, onLink, usePath } from './router.ts'
import { isSeen } from './seen.ts'
import { get, leave, Refused, SentenceOnly } from './server.ts'
import { SignIn, type Locked } from './signIn.tsx'
import { enter } from './entering.ts'
import { ownedBy } from './owner.ts'

/** What the server told last. */
type Told = { readonly staff: Staff; readonly today: number; readonly inbox: readonly InboxItem[]; readonly funds: readonly FundTold[] }

/** What was signed last and arrived: the act by its name, and the block that it stands in. */
type Arrived = { readonly title: Words; readonly block: number }

/** Whoever does nothing for so long finds the desk locked. */
const IDLE_MS = 10 * 60_000
/** How often the clock is looked at, beside every touch. */
const LOOK_MS = 5_000
const RETRY_MS = 5_000
const ATTEMPTS = 3
const SAID_MS = 8_000

/** Refusals that say that somebody else was quicker: what stands on the page is no longer so. */
const OVERTAKEN = ['OUTFLOW_NOT_IN', 'COMPLAINT_NOT_IN', 'FINDING_NOT_IN', 'MATCH_IS_UNDONE']

/** Said when something is signed: a long list that goes out batch by batch is no idle desk. */
const WORKING = 'mz-working'

export function App({ book }: { book: BookOf }) {
  const [signer, setSigner] = useState<Signer>()
  const [told, setTold] = useState<Told>()
  const [locked, setLocked] = useState<Locked | undefined>(() => (wasLeftForLanguage() ? 'language' : undefined))
  const [question, setQuestion] = useState<Question>()
  const [done, setDone] = useState<Arrived>()
  const [overtaken, setOvertaken] = useState<Refused>()
  const [path, visit] = usePath()
  const current = useRef<Signer>(undefined)
  current.current = signer

  const lock = useCallback(() => {
    setSigner(undefined)
    setTold(undefined)
    setQuestion(undefined)
    setDone(undefined)
    setLocked('here')
    void leave()
  }, [])
  useIdle(signer !== undefined, lock)
  useSurroundings(path, signer !== undefined)
  // Going back is no yes: the question goes away with the place where it was asked.
  useEffect(() => {
    question?.answer(false)
    setOvertaken(undefined)
  }, [path, visit])
  useEffect(focusPlace, [path, visit, signer])

  const open = async (opened: Signer): Promise<void> => {
    await enter(opened, book)
    ownedBy(opened.address)
    setTold(await look())
    setSigner(opened)
  }
  const desk = useMemo(() => signer && told && deskOf({ isOpen: () => current.current === signer, signer, told, book, onRecorded: setDone, onOvertaken: setOvertaken, refresh: async () => setTold(await look()), ask: async (prepared) =>
    await new Promise<boolean>((answer) => setQuestion({ prepared, answer: (yes) => { setQuestion(undefined); answer(yes) } })) }), [signer, told, book])
  if (!desk) return <SignIn onOpen={open} locked={locked} />
  const follow = (event: MouseEvent): void => {
    // What was signed before would stand above another entry, as if it were of that.
    if (onLink(event)) setDone(undefined)
  }
  const place = PLACES.find(({ of }) => of.test(path))
  const isOthers = place?.isTheirs && !desk.has(...place.roles)
  return (
    <DeskProvider value={desk}>
      <div class="desk" onClick={follow}>
        <Bar desk={desk} path={path} onLock={lock} />
        <Outbox desk={desk} onRecorded={setDone} />
        <RecordedNow arrived={done} />
        <Fault error={overtaken} />
        <div class="place" tabIndex={-1}>
          {place && isOthers && <p class="empty">{say(`这一页由${place.roles.map((role) => ROLE_WORDS[role].zh).join('、')}办理。`, `This is the work of the ${place.roles.map((role) => ROLE_WORDS[role].en).join(', ')}.`)}</p>}
          {place ? !isOthers && <place.Place key={`${path} ${visit}`} path={path} /> : <p class="empty">{say('办公台没有这一页。', 'The desk has no such page.')}</p>}
        </div>
        {question && <Confirm question={question} funds={desk.funds} />}
      </div>
    </DeskProvider>
  )
}

type DeskParts = {
  /** Whether the key is still unlocked: a long list signs on while somebody locks the desk. */
  isOpen: () => boolean
  signer: Signer; told: Told; book: BookOf; onRecorded: (arrived: Arrived) => void; onOvertaken: (refused: Refused) => void; refresh: () => Promise<void>; ask: (prepared: readonly Prepared[]) => Promise<boolean>
}

function deskOf({ isOpen, signer, told, book, onRecorded, onOvertaken, refresh, ask }: DeskParts): Desk {
  const { staff, funds } = told
  const inbox = told.inbox.filter((item) => !isSeen(item))
  const inSession = async <Answer,>(work: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error
      await enter(signer, book)
      return await work()
    }
  }
  const record = async (prepared: Prepared): Promise<Recorded> => {
    checkNothingUnsent()
    if (!isOpen()) throw new SentenceOnly(say('办公台已锁定：还没有签名的没有登记。', 'The desk was locked: what was not signed is not recorded.'))
    dispatchEvent(new Event(WORKING))
    const signed = await sign(signer, book, prepared)
    const recorded = await inSession(async () => await send(signed)).catch(async (error: unknown) => await arrivalOf(signed, error))
    onRecorded({ title: signed.title, block: recorded.block })
    return recorded
  }
  /** Looks anew where somebody else was quicker, and says so above: the form that was pressed goes away with what it was for. */
  const overtaken = async (error: unknown): Promise<never> => {
    if (error instanceof Refused && OVERTAKEN.includes(error.code)) {
      onOvertaken(error)
      await inSession(refresh)
    }
    throw error
  }
  return {
    staff, inbox, funds, today: Day(told.today), inSession, refresh: async () => await inSession(refresh),
    has: (...roles) => roles.some((role) => staff.roles.includes(role)),
    async act(plan: Plan) {
      checkNothingUnsent()
      for (let attempt = 1; ; attempt++) {
        const prepared = await inSession(async () => await prepare(plan)).catch(overtaken)
        if (!(await ask([prepared]))) return undefined
        try {
          const recorded = await record(prepared)
          await inSession(refresh)
          return recorded
        } catch (error) {
          // The same key signed elsewhere meanwhile: the contract is asked again, and so is the person.
          if (!(error instanceof Refused) || error.code !== 'NONCE_WRONG' || attempt === ATTEMPTS) return await overtaken(error)
        }
      }
    },
    async actAll(prepared, onDone) {
      if (!(await ask(prepared))) return undefined
      const all: Recorded[] = []
      onDone(0)
      for (const one of prepared) {
        all.push(await record(one))
        onDone(all.length)
      }
      await inSession(refresh)
      return all
    },
  }
}

async function look(): Promise<Told> {
  const [desk, funds] = await Promise.all([get<Omit<Told, 'funds'>>('/v1/desk'), get<FundTold[]>('/v1/funds')])
  return { ...desk, funds }
}

/** Said of every signature that arrived, by the act's name, since whoever signed may be elsewhere by then; it goes by itself. */
function RecordedNow({ arrived }: { arrived: Arrived | undefined }) {
  const [shown, setShown] = useState<Arrived>()
  useEffect(() => {
    setShown(arrived)
    const timer = setTimeout(() => setShown(undefined), SAID_MS)
    return () => clearTimeout(timer)
  }, [arrived])
  return <p class="recorded no-print" role="status">{arrived && shown && say(`✓ ${shown.title.zh}：已签名登记（第 ${shown.block} 个区块）。`, `✓ ${shown.title.en}: signed and recorded (block ${shown.block}).`)}</p>
}

function Bar({ desk: { staff, has, inbox }, path, onLock }: { desk: Desk; path: string; onLock: () => void }) {
  const shown = PLACES.filter(({ label, roles }) => label && (roles.length === 0 || has(...roles)))
  return (
    <nav class="desk-bar" aria-label={say('办公台', 'Desk')}>
      <ul>
        {shown.map(({ to, label }) => (
          <li><DeskLink to={to} here={path === to || (to !== '/desk' && path.startsWith(`${to}/`))}>{label && word(label)}{to === '/desk' && inbox.length > 0 ? ` ${inbox.length}` : ''}</DeskLink></li>
        ))}
      </ul>
      <p class="note">
        {say(`${staff.person} 号人员`, `no. ${staff.person}`)} · {staff.roles.map((role) => word(ROLE_WORDS[role])).join(say('、', ', ')) || say('没有岗位', 'no role')}
        {staff.pending.map(({ role, since }) => say(`；${ROLE_WORDS[role].zh}自 ${formatMinute(since)} 起生效`, `; ${ROLE_WORDS[role].en} from ${formatMinute(since)}`))}
        {' '}<button type="button" class="button-quiet button-small" onClick={onLock}>{say('锁定', 'Lock')}</button>
      </p>
    </nav>
  )
}

/** What was signed and did not arrive goes out again by itself, byte for byte the same. */
function Outbox({ desk, onRecorded }: { desk: Desk; onRecorded: (arrived: Arrived) => void }) {
  const [waiting, setWaiting] = useState<Signed | undefined>(unsent)
  const [error, setError] = useState<unknown>()
  const isSending = useRef(false)
  useEffect(() => {
    const again = async (): Promise<void> => {
      const signed = unsent()
      setWaiting(signed)
      if (!signed || isSending.current) return
      isSending.current = true
      try {
        const { block } = await desk.inSession(async () => await send(signed))
        setError(undefined)
        onRecorded({ title: signed.title, block })
        await desk.refresh()
      } catch (caught) {
        setError(caught instanceof Refused && caught.isPassing ? undefined : caught)
      } finally {
        isSending.current = false
        setWaiting(unsent())
      }
    }
    const show = (): void => setWaiting(unsent())
    const timer = setInterval(() => void again(), RETRY_MS)
    addEventListener('online', again)
    addEventListener(UNSENT, show)
    return () => {
      clearInterval(timer)
      removeEventListener('online', again)
      removeEventListener(UNSENT, show)
    }
  }, [desk])
  useEffect(() => {
    const stay = (event: BeforeUnloadEvent): void => {
      if (isOutgoing()) event.preventDefault()
    }
    addEventListener('beforeunload', stay)
    return () => removeEventListener('beforeunload', stay)
  }, [])
  if (waiting === undefined && error === undefined) return null
  return (
    <div class="sheet stack-tight" role="status">
      {waiting && <p>{say('有一笔已签名、尚未送达，网络恢复后会自动送出，不会重复；在此之前请不要关闭这一页。', 'One signed act has not arrived yet. It goes out by itself when the network is back, and only once; do not close this page before.')}</p>}
      <Fault error={error} />
    </div>
  )
}

/**
 * The page around the desk: its links would close the desk and lock the key, so that they open beside it; and another language
 * is offered of the place where somebody is.
 */
function useSurroundings(path: string, isOpen: boolean): void {
  useEffect(() => {
    for (const link of document.querySelectorAll<HTMLAnchorElement>('.header a, .footer a')) {
      if (link.hreflang !== '') {
        link.href = language === 'en' ? path : `${path}?lang=en`
        link.onclick = isOpen ? leaveForLanguage : null
      } else link.target = isOpen ? '_blank' : ''
    }
  }, [path, isOpen])
}

/** What somebody does at a desk; with the pointer, by the keyboard, or by a voice that only clicks and fills in. */
const TOUCHES = ['pointerdown', 'keydown', 'click', 'input', 'drop', WORKING]
/** What happens when a machine wakes, or somebody comes back to the desk. */
const RETURNS = ['visibilitychange', 'focus', 'pageshow']

/** Locks by the clock, since a timer sleeps with the machine. Whoever touches a desk too late finds it locked, and touched nothing else. */
function useIdle(isOpen: boolean, onIdle: () => void): void {
  useEffect(() => {
    if (!isOpen) return undefined
    let touchedAt = Date.now()
    // A clock that was set back far keeps no desk open either.
    const isLate = (): boolean => Math.abs(Date.now() - touchedAt) >= IDLE_MS
    const look = (): void => {
      if (isLate()) lock()
    }
    const touch = (event: Event): void => {
      if (!isLate()) {
        touchedAt = Date.now()
        return
      }
      event.preventDefault()
      event.stopImmediatePropagation()
      lock()
    }
    const timer = setInterval(look, LOOK_MS)
    for (const name of TOUCHES) addEventListener(name, touch, true)
    for (const name of RETURNS) addEventListener(name, look, true)
    const stop = (): void => {
      clearInterval(timer)
      for (const name of TOUCHES) removeEventListener(name, touch, true)
      for (const name of RETURNS) removeEventListener(name, look, true)
    }
    // The first letter of a passphrase that is typed at once belongs to the door already.
    const lock = (): void => {
      stop()
      onIdle()
    }
    return stop
  }, [isOpen, onIdle])
}
