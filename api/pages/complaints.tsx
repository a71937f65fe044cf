import { formatMinute } from '../../ledger/day.ts'
import { ANSWER_WITHIN_SECONDS } from '../../ledger/deadlines.ts'
import { COMPLAINT_WORDS, type ComplaintState, type Words } from '../../ledger/words.ts'
import type { ComplaintView } from '../audit.ts'
import { ComplainScript, ReopenForm } from './complain.tsx'
import type { Page } from './shell.tsx'
import type { Visit } from './visit.ts'

/** A page of complaints, the newest first; `older` is where the next one begins. */
export type ComplaintList = { readonly complaints: readonly ComplaintView[]; readonly overdue: number; readonly older?: number }

/** `/complaints`: every complaint, how far it has come, and which wait too long. */
export function complaintsPage(visit: Visit, { complaints, overdue, older }: ComplaintList): Page {
  const { say, href } = visit
  return {
    title: say('居民投诉', 'Complaints'),
    body: (
      <section class="stack narrow">
        <h1>{say('居民投诉', 'Complaints')}</h1>
        <p class="lead">
          {say(
            '每一条投诉都记在账本里，谁也删不掉；内容只有接诉人和审计人员看得到。24 小时内应有首次答复，逾期的在这里和所涉的账目上用红字标出。',
            'Every complaint stands in the book, where nobody can delete it; what it says is for the office and the auditors. It must be answered within 24 hours: what is overdue is marked in red, here and on the entry that it is about.',
          )}
        </p>
        <p><a class="button no-print" href={href('/complain')}>{say('我要投诉', 'Complain')}</a></p>
        {overdue > 0 && <p class="overdue">{say(`${overdue} 条投诉逾期未答复`, `${overdue} overdue`)}</p>}
        {complaints.length === 0 && <p class="empty">{say('还没有投诉。', 'There are none.')}</p>}
        <ul class="rows">
          {complaints.map((complaint) => (
            <li class="row">
              <a class="row-title" href={href(`/complaints/${complaint.number}`)}>{say(`第 ${complaint.number} 号`, `No. ${complaint.number}`)}</a>
              <ComplaintChip visit={visit} complaint={complaint} />
              <span class="note">
                <span>{formatMinute(complaint.filedAt)}</span>
                <Concern visit={visit} complaint={complaint} />
                <Waited visit={visit} complaint={complaint} />
              </span>
            </li>
          ))}
        </ul>
        {older !== undefined && <nav class="pager no-print" aria-label={say('翻页', 'Pages')}><span /><a href={href(`/complaints?before=${older}`)}>{say('更早的 →', 'Older →')}</a></nav>}
      </section>
    ),
  }
}

/** `/complaints/{number}`: its steps, the public answers, and a way to open it again. */
export function complaintPage(visit: Visit, complaint: ComplaintView, mainAttributes: Record<string, string>): Page {
  const { say, href } = visit
  const { number, steps, state } = complaint
  return {
    title: say(`第 ${number} 号投诉`, `Complaint ${number}`),
    mainAttributes,
    scripts: <ComplainScript visit={visit} />,
    body: (
      <>
        <section class="stack narrow">
          <p class="eyebrow"><a href={href('/complaints')}>{say('居民投诉', 'Complaints')}</a></p>
          <h1>{say(`第 ${number} 号投诉`, `Complaint ${number}`)}</h1>
          {state === 'Filed' && steps.at(-1)?.step === 'Reopened' && (
            <p id="reopened" class="sheet if-target" role="status">{say('投诉已重开，重开的理由已送达接诉人。', 'It is open again, and the reason has reached the office.')}</p>
          )}
          <p class="eyebrow"><ComplaintChip visit={visit} complaint={complaint} /><Concern visit={visit} complaint={complaint} /></p>
          <p class="note">{say('投诉的内容不公开；账本里只有它的指纹。答复是公开的。', 'What it says is not public; the book holds its fingerprint. Answers are public.')}</p>
        </section>
        <section class="sheet stack narrow" aria-labelledby="steps">
          <h2 id="steps">{say('经过', 'Steps')}</h2>
          <ol class="steps">
            {steps.map((step) => (
              <li class={step.step === 'Reopened' ? 'step-bad' : undefined}>
                <strong>{visit.word(STEPS[step.step])}</strong>
                {step.statement !== undefined && <span>{step.statement}</span>}
                <span class="note">
                  {formatMinute(step.at)}{' '}
                  {step.person > 0 && <a href={href(`/rights#person-${step.person}`)}>{say(`${step.person} 号`, `no. ${step.person}`)}</a>}{' '}
                  <a href={`/v1/papers/${step.paper}`}>{say('凭证', 'paper')}</a>
                </span>
              </li>
            ))}
            {state === 'Filed' && <li class="step-open note">{dueWords(visit, complaint)}</li>}
          </ol>
        </section>
        {state !== 'Filed' && <ReopenForm visit={visit} number={number} />}
      </>
    ),
  }
}

function dueWords({ say }: Visit, { dueAt, steps, overdue }: ComplaintView): string {
  const [by, isAgain] = [formatMinute(dueAt), steps.at(-1)?.step === 'Reopened']
  return say(
    `等待答复：应在 ${by} 前答复（${isAgain ? '重开' : '提出'}后 24 小时内）${overdue ? '，已逾期' : ''}`,
    `Waiting for an answer: it is due by ${by} China time (24 hours after it was ${isAgain ? 'opened again' : 'filed'})${overdue ? ', and overdue' : ''}`,
  )
}

/** In red, on the page of what it is about: somebody waits for an answer longer than they should. */
export function OverdueComplaints({ visit: { say, href }, numbers }: { visit: Visit; numbers: readonly number[] }) {
  if (numbers.length === 0) return null
  return (
    <p class="overdue">
      {say('投诉逾期未答复：', 'Complaints overdue: ')}
      {numbers.map((number) => <><a href={href(`/complaints/${number}`)}>{say(`第 ${number} 号`, `no. ${number}`)}</a>{' '}</>)}
    </p>
  )
}

/** How far a complaint has come. */
export function ComplaintChip({ visit: { say, word }, complaint: { state, overdue } }: { visit: Visit; complaint: ComplaintView }) {
  if (overdue) return <span class="chip chip-bad">{say('逾期未答复', 'overdue')}</span>
  return <span class={`chip ${TONES[state]}`}>{word(COMPLAINT_WORDS[state])}</span>
}

function Concern({ visit: { say, href }, complaint: { fund, outflow } }: { visit: Visit; complaint: ComplaintView }) {
  if (fund === 0) return <span>{say('关于社区', 'about the community')}</span>
  if (outflow === 0) return <a href={href(`/f/${fund}`)}>{say(`关于基金 ${fund}`, `about fund ${fund}`)}</a>
  return <a href={href(`/p/${fund}/${outflow}`)}>{say(`关于基金 ${fund} 第 ${outflow} 笔支出`, `about entry ${outflow} of fund ${fund}`)}</a>
}

function Waited({ visit: { say }, complaint: { filedAt, answeredAt } }: { visit: Visit; complaint: ComplaintView }) {
  if (answeredAt === undefined) return null
  const hours = Math.max(1, Math.ceil((answeredAt - filedAt) / 3_600))
  const late = answeredAt - filedAt > ANSWER_WITHIN_SECONDS
  return <span>{say(`${hours} 小时内首次答复${late ? '（逾期）' : ''}`, `first answered within ${hours} h${late ? ' (late)' : ''}`)}</span>
}

const TONES: Record<ComplaintState, string> = { None: '', Filed: 'chip-wait', Answered: 'chip-good', Closed: 'chip-good' }

const STEPS: Record<ComplaintView['steps'][number]['step'], Words> = {
  Filed: { zh: '提出', en: 'Filed' },
  Answered: { zh: '答复', en: 'Answered' },
  Closed: { zh: '办结', en: 'Closed' },
  Reopened: { zh: '重开', en: 'Reopened' },
}
