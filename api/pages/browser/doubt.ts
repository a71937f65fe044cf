import type { ProofError } from '../../../proof/check/error.ts'
import { errorSentence } from '../../../proof/check/sentences.ts'
import { element } from './element.ts'
import type { Unanswered } from './fetching.ts'
import type { Claim } from './judge.ts'
import type { Language } from './sentences.ts'
import { freshen, isOtherMoment } from './moments.ts'
import { ageNote, limits, particulars, sayIn, sealers, show, showVerdict, type Outcome, type Say } from './verdict.ts'

// Loaded only when something is wrong: who has nothing to fear need not wait for it.

/** The page, and how to look at it and at its proof once more. */
type Again = { readonly main: HTMLElement; readonly code: string; readonly look: () => Promise<Outcome> }

/**
 * The proof holds, but the page says something else, or gave papers that are not the book's, or tells of another gift.
 *
 * Two moments of one book may differ without anybody's fault, so page and proof are fetched again; what differs then is a
 * warning only as far as moments can explain it (`couldBecome`).
 */
export async function showDoubt(box: HTMLElement, outcome: Outcome, { main, code, look }: Again): Promise<void> {
  if (!isApart(outcome)) return showPlainly(box, outcome)

  const told = await freshen(main, code, outcome.language)
  const again = await look()
  const { verdict } = again
  if (verdict.agree && verdict.falsePapers === 0 && !again.othersGift) showVerdict(box, again)
  else if (isApart(again) && told && (await isOtherMoment(told, again))) showOtherMoment(box, again)
  else showPlainly(box, again)
}

function isApart({ facts, verdict, pageBlock, othersGift }: Outcome): boolean {
  return !othersGift && verdict.falsePapers === 0 && pageBlock !== undefined && pageBlock !== facts.block.number
}

function showPlainly(box: HTMLElement, outcome: Outcome): void {
  if (outcome.othersGift) showOthersGift(box, outcome)
  else showDisagreement(box, outcome)
}

/** Page and proof are of different blocks: what differs may be new, or wrong, and nobody can tell yet. */
function showOtherMoment(box: HTMLElement, outcome: Outcome): void {
  const { verdict, facts, pageBlock, language } = outcome
  const say = sayIn(language)
  const proven = String(facts.block.number)
  show(
    box, 'check check-warn', say('本页和证明不是同一时刻的账本', 'This page and the proof are of different moments'),
    element('p', {}, (pageBlock ?? 0n) > facts.block.number
      ? say(
        `证明截至第 ${proven} 个区块，本页显示的是第 ${pageBlock} 个区块。已经签封的，本页一处也没有改；多出来的可能是刚刚登记、还没有签封的，也可能是服务器有误。等下一次签封后再核对一次。`,
        `The proof is of block ${proven}, this page of block ${pageBlock}. The page changes nothing that is sealed; what it has beyond that may be too new to be sealed, or wrong. Check again after the next seals.`,
      )
      : say(
        `服务器的网页慢了一步：本页是第 ${pageBlock} 个区块，证明是第 ${proven} 个。请以证明为准，过一会儿再核对一次。`,
        `The server’s pages are behind: this one is of block ${pageBlock}, the proof of block ${proven}. Believe the proof, and check again in a while.`,
      )),
    ageNote(outcome),
    element('ul', {}, ...verdict.claims.flatMap((claim) => differenceOf(claim, say))),
    sealers(outcome), limits(outcome), particulars(outcome),
  )
}

/** The proof holds, but for another gift than the one whose paper the link's key opens. */
function showOthersGift(box: HTMLElement, outcome: Outcome): void {
  const say = sayIn(outcome.language)
  show(
    box, 'check check-bad', say('✗ 请勿相信本页：这是另一笔捐赠的去向', '✗ Do not believe this page: it tells of another gift'),
    element('p', {}, say(
      '您的密钥打开的凭证，与本页所证明的那一笔收入不是同一份。服务器把别人的捐赠当作您的给您看：请保存本页，并告诉监督机构。',
      'The paper that your key opens is not the paper of the entry proven here. The server shows you somebody else’s gift as yours: keep this page, and tell the supervisors.',
    )),
    sealers(outcome), particulars(outcome),
  )
}

/** The page and the proof say different things. */
function showDisagreement(box: HTMLElement, outcome: Outcome): void {
  const { verdict, language } = outcome
  const say = sayIn(language)
  show(
    box, 'check check-bad', say('✗ 请勿相信本页：服务器显示的与证明不一致', '✗ Do not believe this page: the server shows something else than the proof'),
    element('p', {}, say(
      '证明本身有效，是见证人签封过的账本；本页的文字却与它不同。请以证明为准，保存证明文件，并告诉监督机构。',
      'The proof is valid: it is the book that the witnesses sealed. What this page says differs from it. Believe the proof, keep its file, and tell the supervisors.',
    )),
    verdict.falsePapers > 0 && element('p', {}, say(
      `服务器给出的 ${verdict.falsePapers} 份凭证与账本上的指纹不符。`,
      `${verdict.falsePapers} of the papers that the server gave are not those of the book.`,
    )),
    element('ul', {}, ...verdict.claims.flatMap((claim) => differenceOf(claim, say))),
    sealers(outcome), particulars(outcome),
  )
}

function differenceOf({ said, proven }: Claim, say: Say): HTMLElement[] {
  if (said === proven) return [element('li', { class: 'said' }, said ?? '')]
  return [element('li', { class: 'said wrong' },
    say(`服务器显示：${said ?? '（没有这一句）'}`, `The server shows: ${said ?? '(nothing)'}`),
    element('br'),
    say(`证明却是：${proven ?? '（没有这一笔）'}`, `The proof says: ${proven ?? '(no such thing)'}`))]
}

/** The proof does not hold, or the anchor, which has no code. */
export function showRefusal(box: HTMLElement, error: ProofError | RangeError, language: Language): void {
  const say = sayIn(language)
  const isProof = 'code' in error && !('words' in error)
  show(
    box, 'check check-bad', isProof ? say('✗ 核对没有通过', '✗ The check failed') : say('✗ 信任锚不可用', '✗ The anchor cannot be used'),
    element('p', {}, isProof
      ? errorSentence(error)[language]
      : say('您给的信任锚不是一份完整有效的信任锚文件，所以无法核对。', 'What you gave as an anchor is no complete anchor file, so nothing can be checked.')),
    element('p', { class: 'note' }, say(
      '本页上方的内容因此没有得到证实。请换一份可靠来源的信任锚再试；仍然不行，请保存证明并告诉监督机构。',
      'So nothing above is confirmed. Try again with an anchor from a source you trust; if it still fails, keep the proof and tell the supervisors.',
    )),
    element('p', { class: 'hash' }, isProof ? `${error.code}: ${error.message}` : error.message),
  )
}

/** The server gave no proof. */
export function showUnanswered(box: HTMLElement, error: Unanswered, language: Language): void {
  const say = sayIn(language)
  show(
    box, 'check check-warn', say('还不能核对', 'Not checked yet'),
    element('p', {}, error.message),
    element('p', { class: 'note' }, say('在此之前，本页的内容只是服务器的说法。', 'Until then, this page is only what the server says.')),
  )
}
