import type { ComponentChildren } from 'preact'
import { MOST_LETTERS } from '../../ledger/complaint.ts'
import type { FundView, PaymentView } from '../views.ts'
import type { Page } from './shell.tsx'
import type { Visit } from './visit.ts'

/** What the visitor may complain of. `payment` and `chosen` are what the link that led here was about; `isVacant`: nobody is there to answer. */
export type Complainable = {
  readonly funds: readonly FundView[]; readonly payment?: PaymentView; readonly chosen?: number; readonly community: number; readonly isVacant: boolean
}

/** `/complain`: a form whose text the browser signs for before anybody here can read it. */
export function complainPage(visit: Visit, given: Complainable, mainAttributes: Record<string, string>): Page {
  const { say, href } = visit
  return {
    title: say('我要投诉', 'Complain'),
    mainAttributes,
    scripts: <ComplainScript visit={visit} />,
    body: (
      <section class="stack narrow">
        <p class="eyebrow"><a href={href('/complaints')}>{say('居民投诉', 'Complaints')}</a></p>
        <h1>{say('我要投诉', 'Complain')}</h1>
        <p class="lead">
          {say(
            '投诉先记入账本，再送达接诉人：记下以后谁也删不掉，24 小时内应有首次答复。可以不留姓名；除您写的以外，什么也不记。',
            'A complaint goes into the book before it reaches the office: nobody can delete it, and it must be answered within 24 hours. You need not say who you are; nothing is kept but what you write.',
          )}
        </p>
        {given.isVacant && (
          <p class="sheet" role="note">
            {say('现在没有接诉人，理事会已在待办里收到提醒。投诉照样记入账本，谁也删不掉；答复可能要等到任命新的接诉人以后。', 'Nobody holds the office that answers now; the council has it in its inbox. A complaint goes into the book all the same, and nobody can delete it; its answer may have to wait for an appointment.')}
          </p>
        )}
        <NoScript visit={visit} />
        <form id="complain" class="letter" hidden>
          <label>
            {say('关于哪一笔', 'What it is about')}
            <select name="concern"><Concerns visit={visit} given={given} /></select>
          </label>
          <Letter visit={visit} label={say('您要反映什么（不公开，只有接诉人和审计人员看得到）', 'What you want to say (not public: the office and the auditors read it)')} />
          <label>{say('姓名（可不填）', 'Name, if you like')}<input name="name" maxLength={40} autocomplete="name" /></label>
          <label>{say('电话（可不填；不填就请凭票据来看答复）', 'Phone, if you like; without one, come back with your ticket')}<input name="phone" type="tel" maxLength={40} autocomplete="tel" /></label>
          <button type="submit">{say('提交投诉', 'Send')}</button>
        </form>
        <Progress visit={visit} />
        <TicketSheet visit={visit} />
        <section id="mine" class="stack-tight" hidden aria-labelledby="mine-title">
          <h2 id="mine-title">{say('本浏览器提交过的投诉', 'Sent from this browser')}</h2>
          <ul id="mine-list" class="rows" />
        </section>
      </section>
    ),
  }
}

/** Opens a complaint again with the key that this browser, or the ticket, has. */
export function ReopenForm({ visit, number }: { visit: Visit; number: number }) {
  const { say } = visit
  return (
    <section class="stack narrow" aria-labelledby="reopen-title">
      <h2 id="reopen-title">{say('不满意？重开投诉', 'Not content? Open it again')}</h2>
      <p class="note">{say('只有提出投诉的人能重开：要用当时的密钥。密钥丢了，请找审计人员。', 'Only whoever filed it can: it takes the key of that time. If it is lost, ask an auditor.')}</p>
      <NoScript visit={visit} />
      <form id="reopen" class="letter" data-number={String(number)} hidden>
        <label id="secret-label">{say('票据上的密钥', 'The key on your ticket')}<input name="secret" autocomplete="off" spellcheck={false} maxLength={80} /></label>
        <Letter visit={visit} label={say('为什么重开（不公开）', 'Why (not public)')} />
        <button type="submit">{say('重开投诉', 'Open it again')}</button>
      </form>
      <Progress visit={visit} />
    </section>
  )
}

/** What a page with such a form loads. */
export function ComplainScript({ visit: { site: { assets } } }: { visit: Visit }) {
  return <script type="module" src={assets.complain.path} integrity={assets.complain.integrity} />
}

function Concerns({ visit: { say, word }, given: { funds, payment, chosen, community } }: { visit: Visit; given: Complainable }) {
  return (
    <>
      {payment && (
        <option value={`${community}/${payment.fund}/${payment.number}`} selected>
          {say(`基金 ${payment.fund} 第 ${payment.number} 笔支出：${word(payment.title)}`, `Entry ${payment.number} of fund ${payment.fund}: ${word(payment.title)}`)}
        </option>
      )}
      <option value={`${community}/0/0`}>{say('社区', 'The community')}</option>
      {funds.map((fund) => (
        <option value={`${fund.community}/${fund.number}/0`} selected={!payment && fund.number === chosen}>
          {say(`基金 ${fund.number}：${word(fund.title)}`, `Fund ${fund.number}: ${word(fund.title)}`)}
        </option>
      ))}
    </>
  )
}

function Letter({ visit: { say }, label }: { visit: Visit; label: ComponentChildren }) {
  return (
    <label class="wide">
      {label}
      <textarea name="text" required rows={7} maxLength={MOST_LETTERS} />
      <small>{say(`最多 ${MOST_LETTERS} 字`, `at most ${MOST_LETTERS} characters`)}</small>
    </label>
  )
}

function NoScript({ visit: { say } }: { visit: Visit }) {
  return (
    <noscript>
      <p class="note">
        {say(
          '这张表要用脚本签名，而您的浏览器不运行脚本。请换一部手机，请邻居代为提交，到社区办公室当面提出，或拨打 12345 政务服务热线。',
          'This form needs a script to sign with, and your browser runs none. Use another phone, ask a neighbour, come to the community’s office, or call the public service line 12345.',
        )}
      </p>
    </noscript>
  )
}

/** Where the script says how far the sending has come. */
function Progress({ visit: { say } }: { visit: Visit }) {
  return (
    <>
      <p id="sending" role="status" />
      <p id="again" hidden><button type="button" class="button-quiet">{say('再试一次', 'Try again')}</button></p>
    </>
  )
}

/** Where the script shows the ticket of what was filed. */
function TicketSheet({ visit: { say } }: { visit: Visit }) {
  return (
    <section id="ticket" class="sheet stack-tight" hidden aria-labelledby="ticket-title">
      <h2 id="ticket-title">{say('投诉已送达，请保存票据', 'It has arrived. Keep this ticket')}</h2>
      <p>{say('投诉编号：', 'Number: ')}<strong id="ticket-number" /></p>
      <p>{say('密钥（重开时要用，不要给别人）：', 'Key (to open it again; show it to nobody): ')}<code id="ticket-secret" class="hash" /></p>
      <p class="note">{say('票据已存在本浏览器里；清除浏览数据或换手机后就没有了，请保存成文件、抄下或截屏。', 'This browser keeps it, until its data are cleared: save it as a file, note it down, or keep the screen.')}</p>
      <p class="buttons"><a id="ticket-file" class="button button-quiet" href="/complaints">{say('保存票据', 'Save the ticket')}</a> <a id="ticket-link" href="/complaints">{say('查看进展', 'See how it goes')}</a></p>
    </section>
  )
}
