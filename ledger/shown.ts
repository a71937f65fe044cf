/**
 * Somebody else's text as it may be shown beside amounts: what nobody sees and what turns the direction of reading would let one
 * amount look like another (Unicode Technical Report 36, 2.2 and 2.5). Each run of such characters becomes one blank.
 */
export function shownText(text: string): string {
  return text.replace(UNSEEN, ' ').trim()
}

/** The same of a text of several lines, which stay lines. */
export function shownLines(text: string): string {
  return text.split(/\r\n|[\n\r\u0085\u2028\u2029]/u).map(shownText).join('\n').trim()
}

// Not the joiner within an emoji; with the blanks that are no Cf: Hangul fillers and the empty Braille cell.
const UNSEEN = /(?:(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0])+/gu
