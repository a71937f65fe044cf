import { formatMinute } from '../../ledger/day.ts'
import { ERASURE_WORDS, FINDING_WORDS, KIND_WORDS, OPINION_WORDS, SOURCE_WORDS, type FindingState, type Kind, type OpinionKind, type Source, type Words } from '../../ledger/words.ts'
import { formatYuan, Fen } from '../../ledger/fen.ts'
import type { ErasuresView, FindingsView, FindingView, OpinionView, PeriodView } from '../audit.ts'
import type { FundView } from '../views.ts'
import type { Page } from './shell.tsx'
import { dateOf, type Visit } from './visit.ts'

export type Audited = {
  readonly opinions: readonly OpinionView[]
  readonly findings: FindingsView
  readonly periods: readonly PeriodView[]
  readonly erasures: ErasuresView
  readonly funds: readonly FundView[]
}

/** `/audit`: what auditors said of the book, what was done about it, and the periods that are closed. */
export function auditPage(visit: Visit, audited: Audited): Page {
  const { say, href } = visit
  return {
    title: say('审计', 'Audit'),
    body: (
      <>
        <section class="stack narrow">
          <h1>{say('审计', 'Audit')}</h1>
          <p class="lead">
            {say(
              '审计人员能看、能说，不能记任何一笔账。意见、问题、答复都由本人签名，记在账本里，删不掉。',
              'Auditors look and speak; they can write no entry of money. Opinions, findings and answers are signed and stand in the book for ever.',
            )}
          </p>
          <p class="eyebrow"><a href={href('/check')}>{say('怎样自己核对', 'How to check it yourself')}</a><a href={href('/complaints')}>{say('居民投诉', 'Complaints')}</a></p>
        </section>
        <Opinions visit={visit} opinions={audited.opinions} />
        <Findings visit={visit} findings={audited.findings} />
        <Periods visit={visit} periods={audited.periods} funds={audited.funds} />
        <Erasures visit={visit} erasures={audited.erasures} />
      </>
    ),
  }
}

function Opinions({ visit, opinions }: { visit: Visit; opinions: readonly OpinionView[] }) {
  const { say, word, href } = visit
  return (
    <section class="stack narrow" aria-labelledby="opinions">
      <h2 id="opinions">{say('审计意见', 'Opinions')}</h2>
      {opinions.length === 0 && <p class="empty">{say('还没有审计意见。', 'There is none yet.')}</p>}
      {opinions.map((opinion) => (
        <article class="sheet stack-tight" id={`opinion-${opinion.number}`}>
          <div class="head-row">
            <h3>{say(`第 ${opinion.number} 号`, `No. ${opinion.number}`)}</h3>
            <span class={`chip ${OPINION_TONES[opinion.opinion]}`}>{word(OPINION_WORDS[opinion.opinion])}</span>
          </div>
          <p>{say(`${dateOf(visit, opinion.from)}至${dateOf(visit, opinion.through)}`, `${dateOf(visit, opinion.from)} to ${dateOf(visit, opinion.through)}`)}</p>
          <p>{opinion.statement ?? say('意见正文不在凭证库里。', 'The vault does not have its text.')}</p>
          <p class="note">
            <a href={href(`/rights#person-${opinion.person}`)}>{say(`审计人员 ${opinion.person} 号`, `auditor no. ${opinion.person}`)}</a>{' '}{formatMinute(opinion.at)}
          </p>
          <p class="note">{say('所审账册的 SHA-256（用 sha256sum 可以重算）：', 'SHA-256 of the examined bundle (sha256sum works it out):')}<br /><span class="hash">{opinion.bundle.slice(2)}</span></p>
        </article>
      ))}
    </section>
  )
}

function Findings({ visit, findings: { findings, completion, overdue } }: { visit: Visit; findings: FindingsView }) {
  const { say, word, href } = visit
  return (
    <section class="stack narrow" aria-labelledby="findings">
      <div class="head-row">
        <h2 id="findings">{say('问题与整改', 'Findings')}</h2>
        {completion !== undefined && <small>{say(`整改率 ${completion}`, `${completion} done`)}</small>}
      </div>
      {overdue > 0 && <p class="overdue">{say(`${overdue} 项逾期未答复`, `${overdue} overdue`)}</p>}
      {findings.length === 0 && <p class="empty">{say('没有审计问题。', 'There are none.')}</p>}
      <ul class="rows">
        {findings.map((finding) => (
          <li class="stack-tight" id={`finding-${finding.number}`}>
            <div class="head-row">
              <strong>{say(`第 ${finding.number} 号`, `No. ${finding.number}`)}</strong>
              {finding.overdue ? <span class="chip chip-bad">{say('逾期', 'overdue')}</span> : <span class={`chip ${FINDING_TONES[finding.state]}`}>{word(FINDING_WORDS[finding.state])}</span>}
            </div>
            <p class="note">
              <a href={href(`/rights#person-${finding.owner}`)}>{say(`责任人 ${finding.owner} 号`, `for no. ${finding.owner} to answer`)}</a>
              {say(`，${dateOf(visit, finding.dueOn)}前答复`, ` by ${dateOf(visit, finding.dueOn)}`)}
            </p>
            <ol class="stack-tight">
              {finding.steps.map((step) => (
                <li>
                  <span class="note">{formatMinute(step.at)} {word(FINDING_STEPS[step.step])}{say(`（${step.person} 号）：`, ` (no. ${step.person}): `)}</span>
                  {step.statement ?? say('（正文不在凭证库里）', '(its text is not in the vault)')}
                </li>
              ))}
            </ol>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Periods({ visit, periods, funds }: { visit: Visit; periods: readonly PeriodView[]; funds: readonly FundView[] }) {
  const { say, word, href } = visit
  const titleOf = (fund: number) => funds.find(({ number }) => number === fund)?.title ?? { zh: `基金 ${fund}`, en: `Fund ${fund}` }
  return (
    <section class="stack narrow" aria-labelledby="periods">
      <h2 id="periods">{say('已结账的期间', 'Closed periods')}</h2>
      <p class="note">{say('结账以后，这些日子不能再记任何账。凭证里的合计由管理人签名；谁都可以用账册逐笔重算。', 'A closed period takes no more entries. Its certificate is signed by the steward; anybody can add the entries up again from a bundle.')}</p>
      {periods.length === 0 && <p class="empty">{say('还没有结账。', 'None yet.')}</p>}
      {periods.map((period) => (
        <article class="sheet stack-tight">
          <h3><a href={href(`/f/${period.fund}`)}>{word(titleOf(period.fund))}</a> {say(`第 ${period.number} 期`, `period ${period.number}`)}</h3>
          <p>{period.from === undefined ? '' : `${dateOf(visit, period.from)} `}{say('截至 ', 'through ')}{dateOf(visit, period.through)}</p>
          <Certificate visit={visit} period={period} />
          <p class="note">{formatMinute(period.closedAt)} {say(`${period.person} 号结账`, `closed by no. ${period.person}`)} · <a href={`/v1/papers/${period.paper}`}>{say('结账凭证', 'certificate')}</a></p>
        </article>
      ))}
    </section>
  )
}

function Erasures({ visit, erasures: { restricted, destroyed, newest } }: { visit: Visit; erasures: ErasuresView }) {
  const { say, word, href } = visit
  return (
    <section class="stack narrow" aria-labelledby="erasures">
      <h2 id="erasures">{say('依法限制和删除的个人信息', 'Personal data restricted or destroyed by law')}</h2>
      <p class="note">
        {say(
          '只有凭证里不公开的个人信息会被限制或删除，金额、日期和证明都不变。每一次都由登记员签名，记在账本里；账本上没有的，谁也不能说成“依法不给看”。',
          'Only the private fields of papers go; sums, dates and proofs stand. Each is signed by the registrar and stands in the book: what does not stand here nobody can withhold in the name of the law.',
        )}
      </p>
      {restricted + destroyed === 0
        ? <p class="empty">{say('还没有。', 'None yet.')}</p>
        : <p>{say(`限制 ${restricted} 份，删除 ${destroyed} 份。`, `${restricted} restricted, ${destroyed} destroyed.`)}</p>}
      <ul class="rows">
        {newest.map(({ paper, erasure, person, at }) => (
          <li class="stack-tight">
            <p><span class="chip">{word(ERASURE_WORDS[erasure])}</span>{' '}<small>{formatMinute(at)} <a href={href(`/rights#person-${person}`)}>{say(`${person} 号登记`, `by no. ${person}`)}</a></small></p>
            <a class="hash" href={`/v1/papers/${paper}`}>{paper.slice(2)}</a>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Certificate({ visit: { say, word }, period: { certificate } }: { visit: Visit; period: PeriodView }) {
  if (!certificate) return <p class="note">{say('结账凭证不在凭证库里。', 'The vault does not have its certificate.')}</p>
  const { opening, closing, sums } = certificate
  return (
    <table>
      <tbody>
        <tr><th scope="row">{say('期初结余', 'Unspent at opening')}</th><td class="amount">{signed(opening)}</td></tr>
        {sums.map(({ way, of, amount, count }) => (
          <tr>
            <th scope="row">{word(nameOf(way, of))}{' '}<small>{say(`${count} 笔`, `${count}`)}</small></th>
            <td class="amount">{signed(way === 'in' ? amount : -amount)}</td>
          </tr>
        ))}
        <tr><th scope="row">{say('期末结余', 'Unspent at closing')}</th><td class="amount">{signed(closing)}</td></tr>
      </tbody>
    </table>
  )
}

function nameOf(way: 'in' | 'out', of: Source | Kind): Words {
  const { zh, en } = way === 'in' ? SOURCE_WORDS[of as Source] : KIND_WORDS[of as Kind]
  return way === 'in' ? { zh: `收入·${zh}`, en: `In: ${en}` } : { zh: `支出·${zh}`, en: `Out: ${en}` }
}

function signed(amount: bigint): string {
  return amount < 0n ? `−¥${formatYuan(Fen(-amount))}` : `¥${formatYuan(Fen(amount))}`
}

const OPINION_TONES: Record<OpinionKind, string> = {
  None: '', Unqualified: 'chip-good', Qualified: 'chip-wait', Adverse: 'chip-bad', Disclaimer: 'chip-bad',
}
const FINDING_TONES: Record<FindingState, string> = { None: '', Open: 'chip-wait', Answered: 'chip-wait', Verified: 'chip-good' }

const FINDING_STEPS: Record<FindingView['steps'][number]['step'], Words> = {
  Raised: { zh: '提出', en: 'raised' },
  Answered: { zh: '答复', en: 'answered' },
  Verified: { zh: '核销', en: 'verified' },
  SentBack: { zh: '退回整改', en: 'sent back' },
}
