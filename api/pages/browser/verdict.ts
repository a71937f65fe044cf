import type { Anchor } from '../../../ledger/anchor.ts'
import { formatMinute } from '../../../ledger/day.ts'
import type { TraceFacts } from '../../../proof/check/facts.ts'
import { element } from './element.ts'
import type { Verdict } from './judge.ts'
import type { Language } from './sentences.ts'

/** Picks one of two texts. */
export type Say = (zh: string, en: string) => string

/** @see Say */
export const sayIn = (language: Language): Say => (zh, en) => (language === 'zh' ? zh : en)

/** What a check came to. */
export type Outcome = {
  readonly facts: TraceFacts
  readonly verdict: Verdict
  readonly anchor: Anchor
  /** Whether the visitor brought the anchor. */
  readonly mine: boolean
  /** Whether the link's key opened the paper of the proven inflow. */
  readonly mineByKey: boolean
  readonly took: number
  readonly bytes: number
  /** Sealers that this server says it runs itself. */
  readonly own: readonly string[]
  /** Whether the link's key opened the paper of another inflow than the proven one. */
  readonly othersGift: boolean
  /** The block that the page itself says it is of; none when it could not tell anything of the gift. */
  readonly pageBlock: bigint | undefined
  readonly language: Language
}

/** Fills the box. */
export function show(box: HTMLElement, look: string, title: string, ...children: (HTMLElement | false)[]): void {
  box.className = `sheet ${look}`
  box.replaceChildren(element('h2', {}, title), ...children.filter((child) => child !== false))
}

/** Before anything is known. */
export function showWorking(box: HTMLElement, language: Language): void {
  const say = sayIn(language)
  show(box, 'check', say('正在您的浏览器里核对……', 'Checking in your browser …'))
}

/** The proof holds and the page says the same: tells what was proven, who sealed it, and what nobody proved. */
export function showVerdict(box: HTMLElement, outcome: Outcome): void {
  const say = sayIn(outcome.language)
  const outside = outsideOf(outcome)
  const title = outside > 0 ? say('✓ 核对通过', '✓ Checked') : say('✓ 与签封的账本一致', '✓ Agrees with the sealed book')
  const old = ageNote(outcome)
  show(
    box, outside > 0 && !old ? 'check check-good' : 'check check-warn', title,
    old,
    element('p', {}, trustSentence(outcome)),
    provenList(outcome),
    sealers(outcome), limits(outcome), neighbours(outcome), particulars(outcome),
  )
}

function provenList({ verdict, language }: Outcome): HTMLElement {
  const [gift = '', entry = '', ...rest] = verdict.claims.map(({ proven = '' }) => proven)
  const first = language === 'zh' ? `您的 ${gift}：${entry}` : `Your ${gift}. ${entry}`
  return element('ul', {}, ...[first, ...rest].map((sentence) => element('li', { class: 'said' }, sentence)))
}

function trustSentence({ facts, anchor, mine, own, language }: Outcome): string {
  const say = sayIn(language)
  const outside = facts.sealers.filter((sealer) => !own.includes(sealer)).length
  const sealed = say(
    `${anchor.sealers.length} 位签封人中有 ${facts.sealers.length} 位签封了这一刻的账本（至少要 ${anchor.quorum} 位）。`,
    `${facts.sealers.length} of ${anchor.sealers.length} sealers sealed the book of this moment (${anchor.quorum} are needed).`,
  )
  if (mine) return sealed + say('信任锚是您自己带来的。', ' The anchor is the one you brought.')
  if (outside === 0)
    return sealed + say(
      '但签封人只有本服务器自己的见证人，信任锚也来自本服务器：这只说明本页完整，并与本服务器签过的一致，还没有外部人员确认。',
      ' But the only sealer is this server’s own witness, and the anchor came from this server too: the page is complete and consistent with what this server signed; nobody outside has confirmed it.',
    )
  return sealed + say(
    '但信任锚来自本服务器。想要更放心，请从公告栏或监督机构另取一份，在下面换上。',
    ' But the anchor came from this server. To be surer, get one from the notice board or a supervisor and put it in below.',
  )
}

/** Says how old the proof is, when a server could be holding newer ones back. By the visitor's own clock. */
export function ageNote({ facts, language }: Outcome): HTMLElement | false {
  const days = Math.floor((Date.now() / 1000 - facts.block.time) / 86_400)
  if (days <= FRESH_DAYS) return false
  return element('p', { class: 'aged' }, sayIn(language)(
    `证明截至 ${days} 天前：在那以后登记的，这里都看不到。账本这些天没有新账目，才会这样；若不是，请告诉监督机构。`,
    `The proof is ${days} days old: nothing that was recorded since is in it. That is right only if the book has had no entry since; if it has, tell the supervisors.`,
  ))
}

const FRESH_DAYS = 7

function outsideOf({ facts, own, mine }: Outcome): number {
  return mine ? facts.sealers.length : facts.sealers.filter((sealer) => !own.includes(sealer)).length
}

/** Who sealed, and up to when. */
export function sealers(outcome: Outcome): HTMLElement {
  const { facts, anchor, own, language } = outcome
  const say = sayIn(language)
  const asOf = say(
    `截至 ${formatMinute(facts.block.time)}，第 ${facts.block.number} 个区块。`,
    `As of ${formatMinute(facts.block.time)} China time, block ${facts.block.number}.`,
  )
  // Whose witness it is was said before, and its name says no more.
  if (outsideOf(outcome) === 0) return element('p', {}, asOf)
  const names = facts.sealers.map((sealer) => {
    const name = anchor.sealers.find(({ address }) => address === sealer)?.name ?? sealer
    return own.includes(sealer) ? say(`${name}（本服务器自己的）`, `${name} (this server’s own)`) : name
  })
  return element('p', {}, say(`签封人：${names.join('、')}。`, `Sealed by ${names.join(', ')}. `), asOf)
}

/** What a proof cannot know. */
export function limits({ verdict, mineByKey, language }: Outcome): HTMLElement {
  const say = sayIn(language)
  const items = [
    say('银行的流水是否与账本一致——这要由审计人员带着银行对账单核对；', 'that the bank agrees with the book: an auditor checks that with the bank’s statement;'),
    say('凭证所写的事是否属实——证明的只是凭证没有被换过；', 'that what the papers say is true: proven is that they were not exchanged;'),
    say('付款的日期、冲销的原因和经手人——它们在账本的事件里，不在这份证明里；', 'the dates of payments, the reasons of voids, and who acted: they stand in the book’s events, not in this proof;'),
    say('签封之后新登记的账目。', 'what was recorded after the seals.'),
    verdict.missingPapers > 0 && say(`有 ${verdict.missingPapers} 份凭证不在服务器上，用途无从得知。`, `${verdict.missingPapers} papers are not on the server: what those payments were for is unknown.`),
    !mineByKey && say('这一笔就是您的——链接里没有能打开这份凭证的密钥。', 'that this gift is yours: the link has no key that opens its paper.'),
  ].filter((item) => item !== false)
  return element('details', {},
    element('summary', {}, say('这份证明没有证明什么', 'What this does not prove')),
    element('ul', {}, ...items.map((item) => element('li', { class: 'said unsaid' }, item))))
}

/** The words of the proven block, to compare with a neighbour's. The list of words is fetched when somebody looks. */
function neighbours({ facts: { block }, anchor, language }: Outcome): HTMLElement {
  const say = sayIn(language)
  const words = element('p', { class: 'words', lang: 'zh-Hans' }, '……')
  const details = element('details', {},
    element('summary', {}, say('校验词：与邻居比一比', 'Words: compare them with a neighbour')),
    words,
    element('p', { class: 'note' }, say(
      `由您的浏览器从第 ${block.number} 个区块算出。别人看到的同一个区块，校验词应当一字不差；不同，就是有人给你们看了两本账。`,
      `Worked out by your browser from block ${block.number}. Everybody must see the same words for the same block; if they differ, you are shown two books.`,
    )))
  details.addEventListener('toggle', () => {
    import('./words.ts').then(({ wordsOf }) => {
      const said = wordsOf(anchor.chainId, anchor.genesis, block.number, block.hash)
      words.replaceChildren(...said.map((word) => element('span', {}, word)))
    }, () => words.replaceChildren(say('没能取得词表，请检查网络后刷新。', 'The list of words did not arrive; please check the network and reload.')))
  }, { once: true })
  return details
}

/** For whoever compares by hand. */
export function particulars({ facts, took, bytes, language }: Outcome): HTMLElement {
  const say = sayIn(language)
  return element('p', { class: 'hash' },
    `${say('链', 'chain')} ${facts.chainId} · ${say('区块', 'block')} ${facts.block.hash} · ${say('证明', 'proof')} ${bytes} B · ${took.toFixed(1)} ms`)
}
