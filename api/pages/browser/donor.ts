import { formatCode, readCode } from '../../../ledger/code.ts'
import type { Hex } from '../../../ledger/hex.ts'
import type { TraceFacts } from '../../../proof/check/facts.ts'
import { findAnchor, offerAnchors } from './anchors.ts'
import { byId } from './element.ts'
import { fetchHere, Unanswered } from './fetching.ts'
import { keyOfLink, openPrivate, tell } from './private.ts'
import { judge } from './judge.ts'
import { showVerdict, showWorking, type Outcome } from './verdict.ts'

/**
 * The donor's page comes alive: the proof is fetched and checked here, the link's key opens the donor's own fields here, and
 * the QR is drawn here, since it holds the key.
 */
const main = byId('main')
const code = main.dataset['code'] ?? ''
const language = document.documentElement.lang === 'en' ? 'en' : 'zh'
const say = (zh: string, en: string) => (language === 'zh' ? zh : en)

void begin()

async function begin(): Promise<void> {
  const checker = await import('./checker.ts')
  offerAnchors(checker.readAnchor, () => void check())
  byId('print').addEventListener('click', () => void drawOwnQr().then(() => print()))
  byId('print').hidden = false

  const opened = openLink()
  void check()
  addEventListener('hashchange', () => location.reload())

  async function check(): Promise<void> {
    const box = byId('check')
    showWorking(box, language)
    try {
      const outcome = await look()
      const { verdict, othersGift } = outcome
      if (verdict.agree && verdict.falsePapers === 0 && !othersGift) showVerdict(box, outcome)
      else await (await import('./doubt.ts')).showDoubt(box, outcome, { main, code, look })
    } catch (error) {
      const { showRefusal, showUnanswered } = await import('./doubt.ts')
      if (error instanceof checker.ProofError || error instanceof RangeError) showRefusal(box, error, language)
      else if (error instanceof Unanswered) showUnanswered(box, error, language)
      else throw error
    }
  }

  /** Fetches the proof and holds what stands on the page against it. */
  async function look(): Promise<Outcome> {
    const asked = Promise.all([findAnchor(language), fetchProof()])
    void checker.warmUp(asked)
    const [found, bytes] = await asked
    const started = performance.now()
    const anchor = checker.readAnchor(found.text)
    // Joined, a proof of a part alone is refused: what it leaves out could be a payment that somebody wants to hide.
    const facts: TraceFacts = checker.joinTraces([checker.verifyTrace(bytes, anchor)])
    const took = performance.now() - started
    const verdict = await judge(facts, main, language)
    const mine = await opened
    const mineByKey = mine === facts.inflow.paper
    const othersGift = mine !== undefined && !mineByKey
    const block = main.dataset['block']
    return {
      facts, verdict, anchor, mine: found.mine, mineByKey, othersGift, took, bytes: bytes.length, own: ownSealers(),
      pageBlock: block ? BigInt(block) : undefined, language,
    }
  }
}

async function fetchProof(): Promise<Uint8Array> {
  return new Uint8Array(await (await fetchHere(`/v1/trace/${code}/proof`, language)).arrayBuffer())
}

/** Opens what the link's key opens; gives the hash of the paper that it opened. */
async function openLink(): Promise<Hex | undefined> {
  try {
    const key = keyOfLink()
    if (key === undefined) return undefined
    drawOwnQrWhenSeen()
    return await openPrivate(code, key, language)
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof URIError || error instanceof Unanswered)) throw error
    tell(say(`打不开您的个人信息：${error.message}`, `Your own fields could not be opened: ${error.message}`))
    return undefined
  }
}

/** The QR is far below; it is drawn when somebody comes near it, or prints. */
function drawOwnQrWhenSeen(): void {
  const place = byId('qr')
  const observer = new IntersectionObserver(([entry]) => {
    if (entry?.isIntersecting) void draw()
  })
  observer.observe(place)
  addEventListener('beforeprint', () => void draw())
  place.dataset['own'] = 'waiting'

  async function draw(): Promise<void> {
    observer.disconnect()
    await drawOwnQr()
  }
}

async function drawOwnQr(): Promise<void> {
  const place = byId('qr')
  if (place.dataset['own'] !== 'waiting') return
  place.dataset['own'] = 'drawn'
  const { drawQr } = await import('./qr.ts')
  const label = say(`您的链接的二维码，查询码 ${formatCode(readCode(code))}`, `QR of your link, code ${formatCode(readCode(code))}`)
  place.replaceChildren(drawQr(location.href, label))
  byId('qr-note').hidden = false
}

function ownSealers(): readonly string[] {
  return (main.dataset['own'] ?? '').split(' ').filter(Boolean)
}
