import { byId } from './element.ts'
import { fetchHere, Unanswered } from './fetching.ts'
import { couldBecome } from './growth.ts'
import { titlesOf } from './judge.ts'
import { claimsOf, textOf, type Language } from './sentences.ts'
import { readTold, type Told } from './told.ts'
import type { Outcome } from './verdict.ts'

/** The book may go on between two questions; not three times in a row. */
const TRIES = 3

/**
 * Puts the page as it is now in the place of what stands there, and gives the same in numbers; undefined when the server's
 * numbers are no trace. @throws {Unanswered}
 */
export async function freshen(main: HTMLElement, code: string, language: Language): Promise<Told | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const page = await fetchPage(language)
    const told = readTold(await (await fetchHere(`/v1/trace/${code}`, language)).json())
    const block = page.getElementById('main')?.dataset['block']
    if (told && block !== String(told.block)) continue
    for (const id of ['gift', 'where']) {
      const fresh = page.getElementById(id)
      if (!fresh) throw pageGone(language)
      byId(id).replaceWith(document.adoptNode(fresh))
    }
    main.dataset['block'] = block ?? ''
    return told
  }
  throw new Unanswered('BOOK_MOVES', language === 'zh' ? '账本正在登记，请稍后再核对。' : 'Entries are being recorded; check again in a moment.')
}

/**
 * Whether what page and proof disagree on may come of nothing but their moments.
 *
 * The page's sentences must be those that follow from what the server tells in numbers, the two blocks must be near each
 * other, and the earlier of the two traces must be able to become the later one.
 */
export async function isOtherMoment({ gift, block }: Told, { facts, verdict, language }: Outcome): Promise<boolean> {
  const apart = block - facts.block.number
  if (apart === 0n || apart < -NEAR || apart > NEAR) return false
  const { titles } = await titlesOf(gift.parts, language)
  const told = claimsOf(gift, (paper) => titles.get(paper), language).map(textOf)
  const said = verdict.claims.flatMap((claim) => claim.said ?? [])
  if (told.join('\n') !== said.join('\n')) return false
  return apart > 0n ? couldBecome(facts, gift) : couldBecome(gift, facts)
}

/** So many blocks may come between a block and its seals. */
const NEAR = 20n

/** The page that stands at this address now. A parser of text would need trusted types, which our policy gives to nobody. */
function fetchPage(language: Language): Promise<Document> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('GET', location.pathname + location.search)
    request.responseType = 'document'
    request.addEventListener('loadend', () => {
      if (request.status === 200 && request.responseXML) resolve(request.responseXML)
      else reject(pageGone(language))
    })
    request.send()
  })
}

function pageGone(language: Language): Unanswered {
  return new Unanswered('PAGE_GONE', language === 'zh' ? '本页重新读取不到。' : 'This page could not be read again.')
}
