import { formatMinute } from '../../ledger/day.ts'
import { sumFen } from '../../ledger/fen.ts'
import { KIND_WORDS, SOURCE_WORDS, type Words } from '../../ledger/words.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import { formatWords } from '../../ledger/headWords.ts'
import type { SealedHead } from '../sealed.ts'
import type { BankBook, EntryView, FlowView, FundView, Head } from '../views.ts'
import { TraceabilityLine } from './bank.tsx'
import { CodeForm, CodeScript } from './code.tsx'
import { DemoChip, Figures, isTurnedDown, lessOf, netOf, StateChip } from './figures.tsx'
import { FlowPicture } from './flow.tsx'
import type { Page } from './shell.tsx'
import { yuan, type Visit } from './visit.ts'

export type Home = {
  readonly funds: readonly FundView[]
  readonly flow: FlowView
  readonly latest: readonly EntryView[]
  readonly head: Head
  readonly sealing: Sealing
  readonly bank: BankBook
}

/** Who sealed the book, and up to which block. `own` are the sealers that this server runs itself. */
export type Sealing = {
  readonly anchor: Anchor
  readonly own: readonly string[]
  readonly newest?: SealedHead
}

/** `/`: the community's money at a glance. */
export function homePage(visit: Visit, home: Home): Page {
  const { say, word, site } = visit
  return {
    title: say(`${word(site.community)}的账`, `The book of ${word(site.community)}`),
    scripts: <CodeScript visit={visit} />,
    body: (
      <>
        <Opening visit={visit} home={home} />
        <Funds visit={visit} funds={home.funds} />
        {home.flow.into.length > 0 && <FlowPicture visit={visit} flow={home.flow} funds={home.funds} />}
        <Latest visit={visit} home={home} />
        <div class="two">
          <Sealers visit={visit} sealing={home.sealing} head={home.head} />
          <CheckYourself visit={visit} />
        </div>
      </>
    ),
  }
}

function Opening({ visit, home: { funds, head, sealing, bank } }: { visit: Visit; home: Home }) {
  const { say, word, site } = visit
  const sumOf = (key: 'received' | 'corrected' | 'spent' | 'transferred' | 'held' | 'available') => sumFen(funds.map((fund) => fund[key]))
  // What came back, what was voided, and what only changed from one fund to another, is neither received nor spent by the community.
  const inside = sumOf('corrected') + sumOf('transferred')
  const inflows = funds.reduce((count, fund) => count + fund.inflows, 0)
  return (
    <section class="stack">
      <h1>{say(`${word(site.community)}的每一分钱`, `Every fen of ${word(site.community)}`)}</h1>
      <p class="lead">
        {say(
          `${funds.length} 个基金，${inflows.toLocaleString('en')} 笔收入。每一分钱从哪里来、用到哪里去，都能逐笔查到，并在您自己的浏览器里核对。`,
          `${funds.length} funds, ${inflows.toLocaleString('en')} inflows. Where every fen came from and where it went can be followed, and checked in your own browser.`,
        )}
      </p>
      <div class="sheet stack">
        <Figures
          visit={visit}
          received={lessOf(sumOf('received'), inside)} spent={lessOf(sumOf('spent'), inside)} held={sumOf('held')} available={sumOf('available')}
          label={say('合计收到', 'Received in all')}
        />
        {inside > 0n && (
          <small>{say('合计不含付出后又退回的款项、冲销的错账，也不含基金之间的划转。', 'Without what came back or was voided, and without transfers between funds.')}</small>
        )}
        <small>
          {say(`截至 ${formatMinute(head.time)}（第 ${head.number} 个区块）`, `As of ${formatMinute(head.time)} China time (block ${head.number})`)}
        </small>
        <SealedLine visit={visit} sealing={sealing} />
        <TraceabilityLine visit={visit} bank={bank} />
      </div>
      <CodeForm visit={visit} />
    </section>
  )
}

/** What neighbours compare. */
function SealedLine({ visit, sealing: { anchor, newest } }: { visit: Visit; sealing: Sealing }) {
  const { say, href } = visit
  if (!newest || newest.sealers.length === 0) return null
  return (
    <small id="sealed">
      {say(
        `签封：${anchor.sealers.length} 位见证人中 ${newest.sealers.length} 位 · 第 ${newest.number} 个区块 · 校验词 `,
        `Sealed by ${newest.sealers.length} of ${anchor.sealers.length} witnesses · block ${newest.number} · words `,
      )}
      <a href={`${href('/check')}#compare`} lang="zh-Hans">{formatWords(newest.words)}</a>
    </small>
  )
}

function Funds({ visit, funds }: { visit: Visit; funds: readonly FundView[] }) {
  const { say, word, href } = visit
  return (
    <section class="stack" aria-labelledby="funds">
      <h2 id="funds">{say('基金', 'Funds')}</h2>
      {funds.length === 0 && <p class="empty">{say('还没有设立基金。', 'No fund has been opened yet.')}</p>}
      <div class="cards">
        {funds.map((fund) => (
          <article class="sheet card">
            <div class="stack-tight">
              <h3>
                <a href={href(`/f/${fund.number}`)}>{word(fund.title)}</a>
              </h3>
              <p class="note">{word(fund.purpose)}</p>
              <p class="eyebrow">
                <span>{say(`基金 ${fund.number}`, `Fund ${fund.number}`)}</span>
                {fund.restricted && <span class="chip">{say('定向捐赠', 'restricted')}</span>}
                {!fund.open && <span class="chip">{say('已终止', 'closed')}</span>}
              </p>
            </div>
            <Figures visit={visit} {...netOf(fund)} label={say('收到', 'Received')} />
          </article>
        ))}
      </div>
    </section>
  )
}

const STEP_WORDS: Record<'Proposed' | 'Executed' | 'Voided', Words> = {
  Proposed: { zh: '申请', en: 'proposed' },
  Executed: { zh: '付款', en: 'paid' },
  Voided: { zh: '冲销', en: 'voided' },
}

function Latest({ visit, home: { latest, funds } }: { visit: Visit; home: Home }) {
  const { say, word, href } = visit
  const titleOf = (number: number) => word(funds.find((fund) => fund.number === number)?.title ?? { zh: `基金 ${number}`, en: `Fund ${number}` })
  return (
    <section class="stack" aria-labelledby="latest">
      <h2 id="latest">{say('最近登记', 'Latest entries')}</h2>
      {latest.length === 0 && <p class="empty">{say('账本还是空的。', 'The book is still empty.')}</p>}
      <ul class="rows">
        {latest.map((entry) =>
          entry.what === 'inflows' ? (
            <li class="row">
              <a class="row-title" href={href(`/f/${entry.fund}`)}>
                {say(`${word(SOURCE_WORDS[entry.source])} ${entry.count.toLocaleString('en')} 笔`, `${entry.count.toLocaleString('en')} × ${word(SOURCE_WORDS[entry.source])}`)}
              </a>
              <span class="amount in">+{yuan(entry.amount)}</span>
              <span class="note">
                <span>{entry.effectiveOn}</span>
                <span>{titleOf(entry.fund)}</span>
              </span>
            </li>
          ) : (
            <li class="row">
              <a class="row-title" href={href(`/p/${entry.outflow.fund}/${entry.outflow.number}`)}>{word(entry.outflow.title)}</a>
              <span class={entry.step === 'Proposed' ? 'amount' : 'amount out'}>{entry.step === 'Proposed' ? '' : '−'}{yuan(entry.amount)}</span>
              <span class="note">
                <span>{formatMinute(entry.at).slice(0, 10)} {word(STEP_WORDS[entry.step])}</span>
                <span>{say(`${titleOf(entry.outflow.fund)} · 第 ${entry.outflow.number} 笔${word(KIND_WORDS[entry.outflow.kind])}`, `${titleOf(entry.outflow.fund)} · ${word(KIND_WORDS[entry.outflow.kind])} ${entry.outflow.number}`)}</span>
                {isTurnedDown(entry.outflow) ? <StateChip visit={visit} outflow={entry.outflow} /> : entry.outflow.demo && <DemoChip visit={visit} />}
              </span>
            </li>
          ),
        )}
      </ul>
    </section>
  )
}

function Sealers({ visit, sealing, head }: { visit: Visit; sealing: Sealing; head: Head }) {
  const { say, href } = visit
  const { anchor, own, newest } = sealing
  const outside = anchor.sealers.filter(({ address }) => !own.includes(address)).length
  return (
    <section class="sheet stack" aria-labelledby="sealers">
      <h2 id="sealers">{say('谁在签封这本账', 'Who seals this book')}</h2>
      <p class="note">
        {say(
          `每个区块要有 ${anchor.sealers.length} 位见证人中的 ${anchor.quorum} 位签封才算数。签封之后，账目再被改动就会被发现。`,
          `A block counts when ${anchor.quorum} of ${anchor.sealers.length} witnesses have sealed it. What is changed after that is found out.`,
        )}{' '}
        <a href={`${href('/check')}#words`}>{say('什么是签封', 'What is a seal')}</a>
      </p>
      <ul class="rows">
        {anchor.sealers.map(({ address, name }) => (
          <li class="row">
            <span class="row-title">{name}</span>
            <span class={own.includes(address) ? 'chip chip-wait' : 'chip chip-good'}>
              {own.includes(address) ? say('本服务器自己的', "this server's own") : say('外部', 'outside')}
            </span>
            <span class="note hash">{address}</span>
          </li>
        ))}
      </ul>
      <p class="note">
        {newest
          ? say(`已签封到第 ${newest.number} 个区块，账本现有 ${head.number} 个。`, `Sealed up to block ${newest.number} of ${head.number}.`)
          : say('还没有凑够签封的区块。', 'No block has enough seals yet.')}
        {outside === 0 &&
          say(' 目前只有本服务器自己的见证人：还没有外部人员确认过。', ' So far only this server’s own witness: nobody outside has confirmed it.')}
      </p>
    </section>
  )
}

function CheckYourself({ visit: { say, href } }: { visit: Visit }) {
  return (
    <section class="sheet stack" aria-labelledby="check">
      <h2 id="check">{say('不必相信我们，请自己核对', 'Do not believe us: check it yourself')}</h2>
      <p class="note">
        {say(
          '打开收据上的链接，您的浏览器会下载一份证明，当场验算您的每一分钱。您也可以把证明带走，在没有网络的电脑上用命令行核对。',
          'Open the link on your receipt: your browser fetches a proof and works out every fen of yours. Or take the proof away and check it on a computer without a network.',
        )}
      </p>
      <p><a class="button" href={href('/check')}>{say('怎样核对', 'How to check')}</a></p>
    </section>
  )
}

