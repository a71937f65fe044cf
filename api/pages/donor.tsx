import type { ComponentChildren } from 'preact'
import { formatMinute } from '../../ledger/day.ts'
import { formatCode, type Code } from '../../ledger/code.ts'
import { REASON_WORDS, type Kind, type Words } from '../../ledger/words.ts'
import type { Problem } from '../problem.ts'
import type { PaperState } from '../routes/papers.ts'
import type { PartView, SpentView, TraceView } from '../views.ts'
import {
  backSentence, entrySentence, giftSentence, spentSentence, sumsOfTold, sumsSentence, unspentSentence, untracedSentence,
  type Sentence,
} from './browser/sentences.ts'
import { DemoChip } from './figures.tsx'
import type { Page } from './shell.tsx'
import { fillStencil } from './stencil.ts'
import { dateOf, type Visit } from './visit.ts'

export type Donor = {
  readonly code: Code
  /** Where the mirror contradicts itself there is a problem instead, and the page tells only what is proven. */
  readonly found: { readonly trace: TraceView } | { readonly problem: Problem }
  readonly state: PaperState
  /** Addresses of the sealers that this server runs itself. */
  readonly own: readonly string[]
}

/** `/t/{code}`: what became of one gift, fen by fen, and the means to check it. */
export function donorPage(visit: Visit, donor: Donor): Page {
  const { say, site } = visit
  const { code, own, found } = donor
  const trace = 'trace' in found ? found.trace : undefined
  return {
    title: say('我的捐款', 'My gift'),
    mainAttributes: { code, own: own.join(' '), block: trace ? String(trace.head.number) : '' },
    scripts: (
      <>
        <script type="module" src={site.assets.donor.path} integrity={site.assets.donor.integrity} />
        {site.assets.preloads.map(({ path, integrity }) => <link rel="modulepreload" href={path} integrity={integrity} />)}
      </>
    ),
    body: (
      <>
        {'problem' in found ? <Untold visit={visit} problem={found.problem} /> : <Gift visit={visit} trace={found.trace} />}
        <div class="columns">
          <div>
            {trace && <Parts visit={visit} trace={trace} />}
            <Private visit={visit} state={donor.state} />
          </div>
          <div dangerouslySetInnerHTML={{ __html: besides(visit, code) }} />
        </div>
      </>
    ),
  }
}

function Gift({ visit, trace }: { visit: Visit; trace: TraceView }) {
  const { say, word, href, language } = visit
  return (
    <section id="gift" class="gift">
      <p class="eyebrow"><a href={href(`/f/${trace.fund}`)}>{word(trace.fundTitle)}</a></p>
      <h1>
        {say('您的 ', 'Your ')}
        <Claim class="big" sentence={giftSentence(trace.told)} />
      </h1>
      <p class="note"><Claim sentence={entrySentence(trace.told, language)} /></p>
      <p class="sentence"><Claim sentence={sumsSentence(sumsOfTold(trace.parts), language)} /></p>
      <small>
        {say(`截至 ${formatMinute(trace.head.time)}，第 ${trace.head.number} 个区块`, `As of ${formatMinute(trace.head.time)} China time, block ${trace.head.number}`)}
      </small>
    </section>
  )
}

function Untold({ visit: { say }, problem }: { visit: Visit; problem: Problem }) {
  return (
    <section class="gift">
      <h1>{say('您的捐款', 'Your gift')}</h1>
      <p class="sheet check check-bad">{say(problem.zh, problem.message)}</p>
    </section>
  )
}

function Parts({ visit, trace }: { visit: Visit; trace: TraceView }) {
  const { say } = visit
  return (
    <section id="where" class="stack" aria-labelledby="parts">
      <h2 id="parts">{say('每一分钱的去向', 'Where every fen is')}</h2>
      <ol class="parts">
        {trace.parts.map((part) => <PartItem visit={visit} part={part} />)}
      </ol>
      <p class="note">
        {say('先登记的钱先用；顺序就是登记的顺序。', 'Money recorded first is used first; the order is that of recording.')}
      </p>
    </section>
  )
}

function PartItem({ visit, part }: { visit: Visit; part: PartView }) {
  const { language } = visit
  if (part.place === 'fund')
    return <li class="part part-unspent"><p class="sentence"><Claim sentence={unspentSentence(part, language)} /></p></li>
  return <SpentItem visit={visit} part={part} />
}

/** What the day is called on which an outflow took fen. */
const DAYS: Record<Kind, Words> = {
  None: { zh: '日期', en: 'On' },
  Payment: { zh: '付款日', en: 'Paid on' },
  Refund: { zh: '退还日', en: 'Given back on' },
  Transfer: { zh: '划转日', en: 'Transferred on' },
  Void: { zh: '冲销日', en: 'Voided on' },
}

function SpentItem({ visit, part }: { visit: Visit; part: SpentView }) {
  const { say, word, href, language } = visit
  const { outflow } = part
  const titleOf = () => (outflow.known ? outflow.title[language] : undefined)
  const untraced = untracedSentence(part, language)
  return (
    <li class={`part ${outflow.state === 'Approved' ? 'part-waiting' : ''}`}>
      <p class="sentence"><Claim sentence={spentSentence(part, titleOf, language)} /></p>
      <p class="eyebrow">
        {part.takenOn && <span>{word(DAYS[outflow.kind])} {dateOf(visit, part.takenOn)}</span>}
        {part.reason && <span>{say(`登记的原因：${word(REASON_WORDS[part.reason])}`, `reason recorded: ${word(REASON_WORDS[part.reason])}`)}</span>}
        <a href={href(`/p/${outflow.fund}/${outflow.number}`)}>{say('看这笔支出', 'See this entry')}</a>
        {outflow.demo && <DemoChip visit={visit} />}
      </p>
      {part.back.map((back) => (
        <>
          <p class="sentence"><Claim sentence={backSentence(back, language)} /></p>
          <ol class="parts">{back.parts.map((then) => <PartItem visit={visit} part={then} />)}</ol>
        </>
      ))}
      {untraced?.map((sentence) => <p class="sentence"><Claim sentence={sentence} /></p>)}
    </li>
  )
}

/** A sentence that the browser will hold against the proof. Nothing else may stand in the element. */
function Claim({ sentence, class: look }: { sentence: Sentence; class?: string }): ComponentChildren {
  return (
    <span data-claim class={look}>
      {sentence.map((piece) => (typeof piece === 'string' ? piece : <strong>{piece.strong}</strong>))}
    </span>
  )
}

/** The check and the receipt are the same on every gift's page but for its code. */
function besides(visit: Visit, code: Code): string {
  const { site, language } = visit
  return fillStencil(`donor ${site.id} ${language}`, ({ code: mark = '', shown = '' }) => (
    <>
      <Check visit={visit} code={mark} />
      <Receipt visit={visit} code={mark} shown={shown} />
    </>
  ), { texts: { code, shown: formatCode(code) } })
}

function Check({ visit, code }: { visit: Visit; code: string }) {
  const { say, href } = visit
  return (
    <section class="stack" aria-labelledby="proof">
      <h2 id="proof">{say('核对', 'The check')}</h2>
      <div id="check" class="sheet check" role="status">
        <h3>{say('尚未核对', 'Not checked')}</h3>
        <p>
          {say(
            '核对要在您的浏览器里运行一小段程序。没有它，本页的内容只是服务器的说法；您也可以下载证明，用别的电脑核对。',
            'The check runs a small program in your browser. Without it this page is only what the server says; you can also download the proof and check it elsewhere.',
          )}
        </p>
      </div>
      <p class="eyebrow no-print">
        <a href={`/v1/trace/${code}/proof`} download={`${code}.mzproof`}>{say('下载证明', 'Download the proof')}</a>
        <a href={href('/check')}>{say('怎样自己核对', 'How to check it yourself')}</a>
        <a href={`${href('/check')}#words`}>{say('什么是签封、信任锚', 'What are seals and anchors')}</a>
      </p>
      <details class="no-print">
        <summary>{say('信任锚：换上您自己从别处取得的', 'The anchor: put in one that you got elsewhere')}</summary>
        <div class="stack">
          <p class="note">
            {say(
              '信任锚是一份小文件，写明这是哪一本账、由谁签封。默认用的是本服务器给的；从公告栏、监督机构或别人那里取得的更可靠。它只存在您的浏览器里。',
              'An anchor is a small file that says which book this is and who seals it. By default it is the one this server gives; one from a notice board, a supervisor or a friend is better. It stays in your browser.',
            )}
          </p>
          <ul id="anchor-sealers" class="hash" />
          <form id="anchor-form" hidden>
            <label>{say('选择文件', 'A file')}<input id="anchor-file" type="file" accept=".json,application/json" /></label>
            <label>{say('或粘贴内容', 'or its text')}<textarea id="anchor-text" rows={3} spellcheck={false} /></label>
            <button type="submit">{say('用它核对', 'Check with it')}</button>
            <button type="button" id="anchor-forget" class="button-quiet" hidden>{say('改回本服务器的', 'Use this server’s again')}</button>
          </form>
        </div>
      </details>
    </section>
  )
}

function Private({ visit: { say }, state }: { visit: Visit; state: PaperState }) {
  return (
    <>
      {state !== 'kept' && (
        <p class="sheet">
          {state === 'restricted'
            ? say('这笔捐款的个人信息已依法限制，不再显示；账目和证明不受影响。', 'The personal data of this gift are restricted as the law asks; the book and its proofs stand.')
            : say('这笔捐款的个人信息已依法删除；账目和证明不受影响。', 'The personal data of this gift were destroyed as the law asks; the book and its proofs stand.')}
        </p>
      )}
      <section id="private" class="sheet stack" aria-labelledby="yours" hidden>
        <h2 id="yours">{say('只有您能看到', 'Only you can see this')}</h2>
        <dl id="private-fields" class="paper" />
        <small>{say('由链接里 # 后面的密钥在您的浏览器里打开，服务器看不到密钥。', 'Opened in your browser with the key after # in your link, which the server never sees.')}</small>
      </section>
    </>
  )
}

function Receipt({ visit: { say, site }, code, shown }: { visit: Visit; code: string; shown: string }) {
  return (
    <section class="receipt" aria-labelledby="receipt">
      <div id="qr"><img class="qr" src={`/t/${code}/qr.svg`} alt={say('本页的二维码', 'QR of this page')} width="160" height="160" /></div>
      <div class="stack-tight">
        <h2 id="receipt">{say('查询码', 'Code')}</h2>
        <p class="code">{shown}</p>
        <small>{site.publicUrl.replace(/^https?:\/\//, '')}</small>
        <small id="qr-note" hidden>{say('二维码含您的密钥，请勿转发。', 'The QR holds your key: do not pass it on.')}</small>
        <p><button type="button" id="print" class="button-quiet no-print" hidden>{say('打印凭据', 'Print')}</button></p>
      </div>
    </section>
  )
}
