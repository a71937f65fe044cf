import { formatMinute } from '../../ledger/day.ts'
import { KIND_WORDS, REASON_WORDS, ROLE_WORDS, SOURCE_WORDS, stateWords, type Words } from '../../ledger/words.ts'
import type { ComplaintView } from '../audit.ts'
import type { FundView, PaymentView, StepView } from '../views.ts'
import { OverdueComplaints } from './complaints.tsx'
import { BankLinks } from './bank.tsx'
import { isTurnedDown, StateChip } from './figures.tsx'
import type { Page } from './shell.tsx'
import { yuan, type Visit } from './visit.ts'

/** `/p/{fund}/{number}`: what an outflow was for, who took its steps, and whose fen it used. */
export function paymentPage(visit: Visit, fund: FundView, payment: PaymentView, complaints: readonly ComplaintView[] = []): Page {
  const { say, word, href } = visit
  const { number, kind } = payment
  return {
    title: word(payment.title),
    body: (
      <>
        <section class="stack">
          <p class="eyebrow">
            <a href={href(`/f/${fund.number}`)}>{word(fund.title)}</a>
            <span>{say(`第 ${number} 笔${word(KIND_WORDS[kind])}`, `${word(KIND_WORDS[kind])} ${number}`)}</span>
          </p>
          <h1>{word(payment.title)}</h1>
          <p class="big">{yuan(payment.paid > 0n ? payment.paid : payment.amount)}</p>
          <p class="eyebrow"><StateChip visit={visit} outflow={payment} /><span>{word(payment.category)}</span>{payment.project !== undefined && <span>{say(`项目：${payment.project}`, `Project: ${payment.project}`)}</span>}</p>
          {payment.demo && (
            <p class="note">{say('这笔支出是为示范而虚构的，从未真的发生。', 'This entry was invented for the demonstration; it never happened.')}</p>
          )}
          <Amounts visit={visit} payment={payment} />
          <Complaints visit={visit} payment={payment} complaints={complaints} />
        </section>
        <div class="columns">
          <div class="aside">
            <Steps visit={visit} payment={payment} />
            <PaperHash visit={visit} payment={payment} />
          </div>
          <div><Donors visit={visit} payment={payment} /></div>
        </div>
      </>
    ),
  }
}

function Complaints({ visit, payment: { fund, number }, complaints }: { visit: Visit; payment: PaymentView; complaints: readonly ComplaintView[] }) {
  const { say, href } = visit
  return (
    <>
      <OverdueComplaints visit={visit} numbers={complaints.filter(({ overdue }) => overdue).map((complaint) => complaint.number)} />
      <p class="eyebrow no-print">
        <a href={href(`/complain?fund=${fund}&outflow=${number}`)}>{say('对这笔有疑问', 'Something wrong with it?')}</a>
        {complaints.filter(({ overdue }) => !overdue).map((complaint) => (
          <a href={href(`/complaints/${complaint.number}`)}>{say(`第 ${complaint.number} 号投诉`, `Complaint ${complaint.number}`)}</a>
        ))}
      </p>
    </>
  )
}

function PaperHash({ visit: { say }, payment }: { visit: Visit; payment: PaymentView }) {
  return (
    <section class="stack-tight" aria-labelledby="paper">
      <h2 id="paper">{say('凭证', 'Paper')}</h2>
      <p class="note">{say('账本里记的是凭证的指纹：内容改一个字，指纹就对不上。', 'The book holds the fingerprint of the paper: change one letter, and it no longer fits.')}</p>
      <p><a class="hash" href={`/v1/papers/${payment.paper}`}>{payment.paper}</a></p>
      {!payment.known && <p class="note">{say('这份凭证还没有存入凭证库。', 'The vault does not have this paper yet.')}</p>}
    </section>
  )
}

function Amounts({ visit: { say, href }, payment }: { visit: Visit; payment: PaymentView }) {
  const { amount, paid, returned, kind, state, subject, fund } = payment
  const turnedDown = stateWords(kind, state)
  return (
    <>
      {paid > 0n && paid < amount && (
        <p class="note">{say(`申请 ${yuan(amount)}，实付 ${yuan(paid)}。`, `${yuan(amount)} was asked for, ${yuan(paid)} was paid.`)}</p>
      )}
      {isTurnedDown(payment) && (
        <p class="note">{say(`申请的金额；${turnedDown.zh}，没有付出，也不会再付。`, `The amount asked for; it was ${turnedDown.en}: nothing was paid, and nothing will be.`)}</p>
      )}
      {paid === 0n && !isTurnedDown(payment) && <p class="note">{say('申请的金额；还没有付出。', 'The amount asked for; nothing has been paid.')}</p>}
      {kind === 'Transfer' && subject !== undefined && (
        <p class="note"><a href={href(`/f/${subject}`)}>{say(`划入基金 ${subject}`, `into fund ${subject}`)}</a></p>
      )}
      {(kind === 'Refund' || kind === 'Void') && subject !== undefined && (
        <p class="note">{say(`针对基金 ${fund} 第 ${subject} 笔收入`, `of inflow ${subject} of fund ${fund}`)}</p>
      )}
      {kind !== 'Transfer' && returned > 0n && (
        <p class="note">{say(`其中 ${yuan(returned)} 后来退回。`, `${yuan(returned)} of it came back later.`)}</p>
      )}
    </>
  )
}

const STEPS: Record<StepView['step'], Words> = {
  Proposed: { zh: '申请', en: 'Proposed' },
  Approved: { zh: '审批同意', en: 'Approved' },
  Executed: { zh: '付款', en: 'Paid' },
  Accepted: { zh: '验收', en: 'Accepted' },
  Rejected: { zh: '驳回', en: 'Rejected' },
  Cancelled: { zh: '撤销', en: 'Cancelled' },
  Voided: { zh: '冲销', en: 'Voided' },
}

function Steps({ visit, payment }: { visit: Visit; payment: PaymentView }) {
  const { say } = visit
  const waiting = nextStep(payment)
  return (
    <section class="sheet stack" aria-labelledby="steps">
      <h2 id="steps">{say('经过', 'Steps')}</h2>
      <ol class="steps">
        {payment.steps.map((step) => <StepItem visit={visit} step={step} />)}
        {waiting && <li class="step-open note">{say(`等待${waiting.zh}`, `Waiting: ${waiting.en}`)}</li>}
      </ol>
      {payment.bank && payment.bank.length > 0 && <p class="eyebrow"><BankLinks visit={visit} matches={payment.bank} /></p>}
      <p class="note">
        {say(
          '申请、审批、付款、验收须由四位不同的人办理，由合约强制。这里只显示岗位和人员编号，不显示姓名。',
          'Four different people must propose, approve, pay and accept; the contract enforces it. Shown are roles and numbers, no names.',
        )}
      </p>
    </section>
  )
}

function StepItem({ visit, step }: { visit: Visit; step: StepView }) {
  const { say, word, href } = visit
  const bad = step.step === 'Rejected' || step.step === 'Cancelled' || step.step === 'Voided'
  return (
    <li class={bad ? 'step-bad' : undefined}>
      <span class="head-row">
        <strong>{word(STEPS[step.step])}</strong>
        {step.amount !== undefined && <span class="amount">{yuan(step.amount)}</span>}
      </span>
      <span>
        {word(ROLE_WORDS[step.role])}{' '}
        <a href={href(`/rights#person-${step.person}`)}>{say(`${step.person} 号`, `no. ${step.person}`)}</a>
        {step.reason && step.reason !== 'None' && say(`，原因：${word(REASON_WORDS[step.reason])}`, `, because: ${word(REASON_WORDS[step.reason])}`)}
      </span>
      {step.statement !== undefined && <span class="said-public">{step.statement}</span>}
      {step.documents && (
        <span class="note">
          {say(`附 ${step.documents.length} 份照片或文件，不公开；公开的是指纹：`, `With ${step.documents.length} private ${step.documents.length === 1 ? 'photo or file' : 'photos or files'}; public are the fingerprints: `)}
        </span>
      )}
      {step.documents?.map((document) => <span class="hash">{document}</span>)}
      <span class="note">
        {say(`登记于 ${formatMinute(step.at)}`, `recorded ${formatMinute(step.at)} China time`)}
        {step.effectiveOn && say(`，记账日 ${step.effectiveOn}`, `, accounting date ${step.effectiveOn}`)}
      </span>
    </li>
  )
}

function nextStep({ state, kind }: PaymentView): Words | undefined {
  if (state === 'Proposed') return { zh: '审批', en: 'approval' }
  if (state === 'Approved') return { zh: '付款', en: 'payment' }
  return state === 'Executed' && kind !== 'Void' ? { zh: '验收', en: 'acceptance' } : undefined
}

function Donors({ visit, payment }: { visit: Visit; payment: PaymentView }) {
  const { say, word, href } = visit
  const { parts, more } = payment
  const inflows = new Set(parts.map(({ fund, inflow }) => `${fund} ${inflow}`)).size + more
  return (
    <section class="stack" aria-labelledby="donors">
      <div class="head-row">
        <h2 id="donors">{say('用的是谁的钱', 'Whose money it was')}</h2>
        <small>{say(`${inflows.toLocaleString('en')} 笔收入`, `${inflows.toLocaleString('en')} ${inflows === 1 ? 'inflow' : 'inflows'}`)}</small>
      </div>
      {parts.length === 0 && (
        <p class="empty">
          {isTurnedDown(payment)
            ? say('没有付款，所以没有用任何人的钱。', 'Nothing was paid, so nobody’s money was used.')
            : say('还没有付款，所以还没有用到任何人的钱。', 'Nothing has been paid, so nobody’s money was used.')}
        </p>
      )}
      <div class="table-scroll" hidden={parts.length === 0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{say('收入', 'Inflow')}</th>
              <th scope="col">{say('日期', 'Date')}</th>
              <th scope="col">{say('来源', 'Source')}</th>
              <th scope="col" class="amount">{say('用了', 'Used')}</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => (
              <tr>
                <td>
                  <a href={href(`/f/${part.fund}?show=inflows&before=${part.inflow + 1}`)}>
                    {say(`基金 ${part.fund} 第 ${part.inflow} 笔`, `${part.fund} / ${part.inflow}`)}
                  </a>
                </td>
                <td>{part.effectiveOn}</td>
                <td>{word(SOURCE_WORDS[part.source])}</td>
                <td class="amount">{yuan(part.amount)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more > 0 && <p class="note">{say(`另有 ${more.toLocaleString('en')} 笔未列出。`, `${more.toLocaleString('en')} more are not listed.`)}</p>}
    </section>
  )
}

