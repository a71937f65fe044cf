import { formatMinute } from '../../ledger/day.ts'
import { ROLE_WORDS, type Words } from '../../ledger/words.ts'
import type { RightsView } from '../views.ts'
import type { Page } from './shell.tsx'
import type { Visit } from './visit.ts'

/** contracts/roles.json: the matrix that the Charter was configured from. */
export type Matrix = {
  readonly powerChangeDelayDays: number
  readonly roles: readonly (Words & { readonly name: string; readonly appointmentDelayDays: number; readonly duty: Words })[]
  readonly powers: readonly { readonly contract: string; readonly function: string; readonly role: string }[]
}

/** `/rights`, 权责: who may do what, who holds which role, and who let them in. */
export function rightsPage(visit: Visit, matrix: Matrix, rights: RightsView): Page {
  const { say } = visit
  return {
    title: say('权责清单', 'Who may do what'),
    body: (
      <>
        <section class="stack narrow">
          <h1>{say('权责清单', 'Who may do what')}</h1>
          <p class="lead">
            {say(
              '谁能办什么事，写在账本的合约里，由合约强制。人员只有编号；姓名在线下的凭证里，由登记人担保。',
              'Who may do what stands in the contracts, which enforce it. People are numbers here; their names are in papers kept off the chain, and whoever enrolled them vouches for them.',
            )}
          </p>
        </section>
        <Roles visit={visit} matrix={matrix} rights={rights} />
        <Persons visit={visit} rights={rights} />
        <section class="stack narrow">
          <h2>{say('变更要等多久', 'How long changes take')}</h2>
          <p>
            {say(
              `任命要过了上面所写的天数才生效，改动这份清单本身要等 ${matrix.powerChangeDelayDays} 天；期间任何人都能看到，并提出异议。免去立即生效，好让丢失或被盗的密钥马上停用。`,
              `Appointments take effect after the days shown above, and a change of this matrix itself waits ${matrix.powerChangeDelayDays} days; meanwhile everybody can see it, and object. A dismissal takes effect at once, so that a key which was lost or stolen is stopped.`,
            )}
          </p>
        </section>
      </>
    ),
  }
}

function Roles({ visit, matrix, rights }: { visit: Visit; matrix: Matrix; rights: RightsView }) {
  const { say, word, href } = visit
  return (
    <section class="cards">
      {matrix.roles.map((role) => {
        const holders = rights.holders.filter((holder) => holder.role === role.name)
        return (
          <article class="sheet card">
            <div class="stack-tight">
              <h2>{word(role)}</h2>
              <p class="note">{word(role.duty)}</p>
            </div>
            <p>
              {matrix.powers.filter((power) => power.role === role.name).map((power) => (
                <><span class="chip" title={`${power.contract}.${power.function}`}>{word(ACTS[power.function] ?? { zh: power.function, en: power.function })}</span>{' '}</>
              ))}
            </p>
            <p class="eyebrow">
              {role.name !== 'PUBLIC' && <span>{say('现任：', 'Held by:')}</span>}
              {holders.map(({ person }) => <a href={href(`/rights#person-${person}`)}>{say(`${person} 号`, `no. ${person}`)}</a>)}
              {holders.length === 0 && role.name !== 'PUBLIC' && <span>{say('空缺', 'nobody')}</span>}
              {role.appointmentDelayDays > 0 && <span>{say(`任命 ${role.appointmentDelayDays} 天后生效`, `appointments take ${role.appointmentDelayDays} days`)}</span>}
            </p>
          </article>
        )
      })}
    </section>
  )
}

function Persons({ visit, rights: { persons, holders, pending } }: { visit: Visit; rights: RightsView }) {
  const { say, word } = visit
  return (
    <section class="stack narrow" aria-labelledby="persons">
      <h2 id="persons">{say('在册人员', 'People')}</h2>
      <ul class="rows">
        {persons.map((person) => (
          <li class="row" id={`person-${person.number}`}>
            <span class="row-title">{say(`${person.number} 号`, `No. ${person.number}`)}</span>
            <span>{[...new Set(holders.filter((holder) => holder.person === person.number).map(({ role }) => word(ROLE_WORDS[role])))].join(say('、', ', ')) || '—'}{pending.filter((holder) => holder.person === person.number).map(({ role, since }) => say(`（${ROLE_WORDS[role].zh}，自 ${formatMinute(since)} 起生效）`, ` (${ROLE_WORDS[role].en} from ${formatMinute(since)})`))}</span>
            <span class="note">
              <span>{person.enrolledBy === 0 ? say('设立账本时登记', 'enrolled when the book was founded') : say(`由 ${person.enrolledBy} 号登记`, `enrolled by no. ${person.enrolledBy}`)}</span>
              <span>{formatMinute(person.at)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What the functions of the contracts are called among people. */
const ACTS: Record<string, Words> = {
  enrol: { zh: '登记人员', en: 'enrol a person' },
  addKey: { zh: '增加密钥', en: 'add a key' },
  retireKey: { zh: '停用密钥', en: 'retire a key' },
  openFund: { zh: '设立基金', en: 'open a fund' },
  closeFund: { zh: '终止基金', en: 'close a fund' },
  closePeriod: { zh: '结账', en: 'close a period' },
  recordInflows: { zh: '登记收入', en: 'record inflows' },
  recordReturn: { zh: '登记退回', en: 'record a return' },
  proposePayment: { zh: '申请拨付', en: 'propose a payment' },
  proposeRefund: { zh: '申请退款', en: 'propose a refund' },
  proposeTransfer: { zh: '申请划转', en: 'propose a transfer' },
  cancelPayment: { zh: '撤销申请', en: 'cancel' },
  approvePayment: { zh: '审批', en: 'approve' },
  rejectPayment: { zh: '驳回', en: 'reject' },
  voidInflow: { zh: '冲销错账', en: 'void an error' },
  executePayment: { zh: '执行付款', en: 'pay' },
  acceptPayment: { zh: '验收', en: 'accept' },
  openAccount: { zh: '开立银行账户账', en: 'open a bank account' },
  recordLines: { zh: '登记银行流水', en: 'record bank lines' },
  matchLines: { zh: '核对流水', en: 'match bank lines' },
  explainLine: { zh: '说明未核对流水', en: 'explain a bank line' },
  unmatch: { zh: '撤销核对', en: 'undo a match' },
  giveOpinion: { zh: '出具审计意见', en: 'give an opinion' },
  raiseFinding: { zh: '提出审计问题', en: 'raise a finding' },
  verifyFinding: { zh: '核销审计问题', en: 'verify a finding' },
  reopenComplaintAsAuditor: { zh: '责成重开投诉', en: 'reopen a complaint' },
  answerFinding: { zh: '答复审计问题', en: 'answer a finding' },
  fileComplaint: { zh: '提出投诉', en: 'complain' },
  reopenComplaint: { zh: '重开本人的投诉', en: 'reopen one’s complaint' },
  answerComplaint: { zh: '答复投诉', en: 'answer a complaint' },
  closeComplaint: { zh: '办结投诉', en: 'close a complaint' },
  recordErasures: { zh: '登记依法限制、删除', en: 'record what the law took out' },
  skip: { zh: '跨过空段', en: 'skip cuts' },
}
