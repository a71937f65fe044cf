import type { Row } from '../../../../ledger/actWords.ts'
import { replyDraft, type Reply } from '../../../../ledger/auditDrafts.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import { shownText } from '../../../../ledger/shown.ts'
import { COMPLAINT_WORDS, FINDING_WORDS, type ComplaintState, type FindingState, type Words } from '../../../../ledger/words.ts'
import type { Listed } from './acting.ts'
import { useTold } from './asking.ts'
import { useDesk } from './desk.ts'
import { Letter } from './faults.tsx'
import { say, word } from './language.ts'
import { PaperFields, usePaper } from './papers.tsx'
import { DeskLink, Doing, formatMinute, Opening, Writing, yuan } from './pieces.tsx'
import { get, SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

type Turn = { readonly step: string; readonly person: number; readonly at: number; readonly paper: Hex; readonly statement?: string }
type ComplaintTold = {
  readonly number: number; readonly fund: number; readonly outflow: number; readonly state: ComplaintState; readonly overdue: boolean; readonly steps: readonly Turn[]
}
type FindingTold = {
  readonly number: number; readonly owner: number; readonly dueOn: string; readonly state: FindingState; readonly overdue: boolean; readonly steps: readonly Turn[]
}

/** A complaint: what it says for those who may read it, and the answer that everybody will. */
export function Complaint({ path }: { path: string }) {
  const number = Number(path.split('/').at(-1))
  const { told: complaint, error } = useTold<ComplaintTold>(`/v1/complaints/${number}`)
  const { has } = useDesk()
  if (!complaint) return <Opening error={error} />
  const { fund, outflow, state, overdue, steps } = complaint
  return (
    <article class="stack narrow">
      <p class="eyebrow">{say('居民投诉', 'Complaint')} · <ConcernOf fund={fund} outflow={outflow} /></p>
      <h1>{say(`第 ${number} 号投诉`, `Complaint ${number}`)}</h1>
      <p><span class={`chip ${state === 'Filed' ? 'chip-wait' : 'chip-good'}`}>{word(COMPLAINT_WORDS[state])}</span> {overdue && <span class="overdue">{say('已超过 24 小时', 'waiting for more than a day')}</span>}</p>
      <Turns steps={steps} />
      {!has('RESPONDENT', 'AUDITOR') && <p class="note">{say('投诉内容只有接诉人和审计人员看得到。', 'What it says is for the respondent and the auditors.')}</p>}
      {state === 'Filed' && has('RESPONDENT') && <AnsweringResident complaint={complaint} kind="complaint-answer" act="answerComplaint" number={number} label={say('答复', 'Answer')} />}
      {state === 'Answered' && has('RESPONDENT') && <AnsweringResident complaint={complaint} kind="complaint-closing" act="closeComplaint" number={number} label={say('办结', 'Close')} />}
      {state !== 'Filed' && has('AUDITOR') && <AnsweringResident complaint={complaint} kind="complaint-review" act="reopenComplaintAsAuditor" number={number} label={say('责成重开', 'Reopen')} />}
    </article>
  )
}

/** What a complaint is about. */
export function ConcernOf({ fund, outflow, isLinked = true }: { fund: number; outflow: number; isLinked?: boolean }) {
  const { funds } = useDesk()
  const title = funds.find(({ number }) => number === fund)?.title
  if (fund === 0) return <>{say('整个社区', 'the whole community')}</>
  if (outflow === 0) return <>{title ? word(title) : say(`基金 ${fund}`, `fund ${fund}`)}</>
  const words = say(`基金 ${fund} 第 ${outflow} 笔支出`, `outflow ${outflow} of fund ${fund}`)
  return isLinked ? <DeskLink to={`/desk/payments/${fund}/${outflow}`}>{words}</DeskLink> : <>{words}</>
}

/** A finding: its owner answers, whatever their roles; an auditor verifies the answer or sends it back. */
export function Finding({ path }: { path: string }) {
  const number = Number(path.split('/').at(-1))
  const { told: finding, error } = useTold<FindingTold>(`/v1/desk/findings/${number}`)
  const { has, staff } = useDesk()
  if (!finding) return <Opening error={error} />
  const { owner, dueOn, state, overdue, steps } = finding
  const isOwn = owner === staff.person
  return (
    <article class="stack narrow">
      <p class="eyebrow">{say('审计问题', 'Finding')}</p>
      <h1>{say(`第 ${number} 号审计问题`, `Finding ${number}`)}</h1>
      <p><span class={`chip ${state === 'Verified' ? 'chip-good' : 'chip-wait'}`}>{word(FINDING_WORDS[state])}</span> {overdue && <span class="overdue">{say('已逾期', 'overdue')}</span>}</p>
      <p class="note">{say(`由 ${owner} 号人员在 ${dueOn} 前答复。`, `To be answered by no. ${owner} by ${dueOn}.`)}</p>
      <Turns steps={steps} />
      {state === 'Open' && isOwn && <Answering kind="finding-answer" act="answerFinding" number={number} about={async () => aboutFinding(finding)} label={say('答复', 'Answer')} />}
      {state === 'Answered' && isOwn && <p class="note">{say('已答复，等待审计人员核销。', 'Answered; an auditor will look at it.')}</p>}
      {state === 'Answered' && !isOwn && has('AUDITOR') && <Judging finding={finding} />}
    </article>
  )
}

const STEPS: Readonly<Record<string, Words>> = {
  Filed: { zh: '投诉', en: 'filed' }, Answered: { zh: '答复', en: 'answered' }, Closed: { zh: '办结', en: 'closed' }, Reopened: { zh: '重开', en: 'reopened' },
  Raised: { zh: '提出', en: 'raised' }, Verified: { zh: '核销', en: 'verified' }, SentBack: { zh: '退回整改', en: 'sent back' },
}

function Turns({ steps }: { steps: readonly Turn[] }) {
  return (
    <ol class="rows">
      {steps.map(({ step, person, at, paper, statement }) => (
        <li class="stack-tight">
          <p>{word(STEPS[step] ?? { zh: step, en: step })} <small>{person === 0 ? say('居民', 'the resident') : say(`${person} 号人员`, `no. ${person}`)} · {formatMinute(at)}</small></p>
          {statement !== undefined && <p class="said-public">{statement}</p>}
          {person === 0 && <Said hash={paper} />}
        </li>
      ))}
    </ol>
  )
}

/** What a resident wrote. Its paper comes after the act, so that it may not be here yet. */
function Said({ hash }: { hash: Hex }) {
  const { has } = useDesk()
  return has('RESPONDENT', 'AUDITOR') ? <PaperFields hash={hash} /> : null
}

const NO_PAPER: Hex = `0x${'0'.repeat(64)}`

/** `secrets` must not stand in the text, which everybody reads for ever; `about` is what the call names by its number alone. */
type AnsweringOf = { kind: Reply; act: string; number: number; label: string; about: () => Promise<Listed>; secrets?: readonly string[] }

/** An answer to a resident, which must not say who they are. */
function AnsweringResident({ complaint, ...rest }: Omit<AnsweringOf, 'about'> & { complaint: ComplaintTold }) {
  const { funds, inSession } = useDesk()
  const filed = complaint.steps[0]?.paper ?? NO_PAPER
  const reopened = complaint.steps.findLast(({ step, person }) => step === 'Reopened' && person === 0)?.paper
  const { name, phone, text } = usePaper(filed).told?.opened ?? {}
  const said = usePaper(reopened ?? filed).told?.opened?.['text']
  const again = reopened && said
  const about = async (): Promise<Listed> => {
    const { fund, outflow, steps } = complaint
    const title = funds.find((one) => one.number === fund)?.title
    const paid = outflow === 0 ? undefined : await inSession(async () => await get<{ title: Words; amount: string }>(`/v1/payments/${fund}/${outflow}`))
    const concern = paid
      ? { zh: `${paid.title.zh} · ${yuan(paid.amount)}（基金 ${fund} 第 ${outflow} 笔支出）`, en: `${paid.title.en} · ${yuan(paid.amount)} (outflow ${outflow} of fund ${fund})` }
      : fund === 0 ? { zh: '整个社区', en: 'the whole community' } : (title ?? { zh: `基金 ${fund}`, en: `fund ${fund}` })
    return {
      rows: [
        { label: { zh: '投诉对象', en: 'About' }, value: concern },
        ...(text ? [saidRow({ zh: '投诉内容（不公开）', en: 'What it says (private)' }, text.value)] : []),
        ...(again ? [saidRow({ zh: '重开的理由（不公开）', en: 'Why it was opened again (private)' }, again.value)] : []),
        ...lastRow(steps),
      ],
    }
  }
  return <Answering {...rest} about={about} secrets={[name, phone].flatMap((field) => field?.value ?? [])} />
}

/** A finding's words, and what was said of it last. */
function aboutFinding({ steps }: FindingTold): Listed {
  const raised = steps[0]?.statement
  return { rows: [...(raised === undefined ? [] : [saidRow({ zh: '问题', en: 'What it is' }, raised)]), ...lastRow(steps)] }
}

/** What was answered or judged last, where anything was. */
function lastRow(steps: readonly Turn[]): Row[] {
  const last = steps.slice(1).at(-1)
  return last?.statement === undefined ? [] : [saidRow(STEPS[last.step] ?? { zh: last.step, en: last.step }, last.statement)]
}

function saidRow(label: Words, text: string): Row {
  const said = shownText(text)
  return { label, value: { zh: said, en: said } }
}

function Answering({ kind, act: name, number, label, about, secrets = [] }: AnsweringOf) {
  const { act } = useDesk()
  const { form, fields, change } = useTyping(`${kind}-${number}`, { text: '' })
  const run = async () => {
    const text = checkedText(fields.text)
    const told = secrets.find((secret) => folded(secret) !== '' && folded(text).includes(folded(secret)))
    if (told !== undefined)
      throw new SentenceOnly(say(`正文里有投诉人不公开的“${told}”。正文公开、永久保留，请去掉。`, `The text has the resident's private "${told}". Everybody reads it for ever: take it out.`), { at: 'text' })
    await act({ contract: 'audit', name, drafts: [replyDraft(kind, number, text)], args: ([paper]) => [number, paper], about: await about(), form })
  }
  return (
    <Letter look="sheet" label={label}>
      <Answer isOfComplaint={kind.startsWith('complaint')} value={fields.text} onInput={(text) => change({ text })} />
      <Doing type="submit" onDo={run}>{label}</Doing>
    </Letter>
  )
}

function Judging({ finding }: { finding: FindingTold }) {
  const { number } = finding
  const { act } = useDesk()
  const { form, fields, change } = useTyping(`judge-${number}`, { text: '' })
  const judge = async (isDone: boolean) => {
    const draft = replyDraft(isDone ? 'finding-verified' : 'finding-sent-back', number, checkedText(fields.text))
    await act({ contract: 'audit', name: 'verifyFinding', drafts: [draft], args: ([paper]) => [number, isDone, paper], about: aboutFinding(finding), form })
  }
  return (
    <Letter look="sheet" label={say('核销', 'Verify')}>
      <Answer value={fields.text} onInput={(text) => change({ text })} />
      <div class="buttons">
        <Doing onDo={async () => await judge(true)}>{say('核销', 'Verify')}</Doing>
        <Doing quiet onDo={async () => await judge(false)}>{say('退回整改', 'Send back')}</Doing>
      </div>
    </Letter>
  )
}

function Answer({ value, onInput, isOfComplaint = false }: { value: string; onInput: (text: string) => void; isOfComplaint?: boolean }) {
  const hint = isOfComplaint
    ? say('不要写投诉人的姓名、电话，也不要照抄投诉内容。', 'Name nobody, and do not repeat what was said.')
    : undefined
  return <Writing label={say('正文（公开，永久保留）', 'The text (public, for ever)')} hint={hint} value={value} onInput={onInput} />
}

/** As it is compared: without blanks and the strokes that people put into telephone numbers. */
function folded(text: string): string {
  return text.normalize('NFKC').replace(/[\s-]/gu, '').toLowerCase()
}

/** @throws {SentenceOnly} when nothing was written. */
export function checkedText(text: string): string {
  const written = text.trim()
  if (written === '') throw new SentenceOnly(say('请先写正文。', 'Write the text first.'), { at: 'text' })
  return written
}
