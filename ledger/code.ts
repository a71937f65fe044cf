import { InputRefused } from './failures.ts'
import type { Random } from './papers.ts'
import type { Words } from './words.ts'

/** A donor's code: 16 symbols, the last of them a check. It finds the entry and opens nothing. */
export type Code = string & { readonly kind: 'code' }

/** The part of a donor's link after `#`: 28 symbols, 131 random bits. It never reaches the server. */
export type LinkKey = string & { readonly kind: 'linkKey' }

/**
 * 29 symbols, none of which looks like another; what looks like one of them is read as it (O as 0, I and L as 1, …).
 * 29 is prime: with a different weight at each place the check finds every wrong symbol and every two exchanged.
 */
const ALPHABET = '0123456789ACDEFGHJKMNPQRTVWXY'
const LOOK_ALIKES: Record<string, string> = { O: '0', I: '1', L: '1', Z: '2', S: '5', B: '8', U: 'V' }
const CODE_LENGTH = 16
const KEY_LENGTH = 28 // the longest with a weight of its own, from 1 to 28, at each place

/** Draws a code: 15 random symbols (72 bits) and the check. */
export function newCode(random: Random): Code {
  return draw(CODE_LENGTH, random) as Code
}

/** Draws a link key. */
export function newLinkKey(random: Random): LinkKey {
  return draw(KEY_LENGTH, random) as LinkKey
}

/** What was typed is no code or no key, and why. */
export class Mistyped extends InputRefused {
  override name = 'Mistyped'

  constructor(words: Words) {
    super('CODE_MISTYPED', words)
  }
}

/** The code and the key within what people paste: a whole link, `…/t/{code}#{key}`, or a code alone. */
export function splitLink(text: string): { readonly code: string; readonly key: string } {
  // Some programs write # as %23 when a link is passed on.
  const [address = '', key = ''] = text.trim().split(/#|\uff03|%23/)
  return { code: /\/t\/([^/?]*)/.exec(address)?.[1] ?? address, key }
}

/** Reads a code as people type it: small letters, spaces, dashes and look-alikes are forgiven. @throws {Mistyped} */
export function readCode(text: string): Code {
  return read(text, CODE_LENGTH, '查询码', 'code') as Code
}

/** Reads a link key as people type it. @throws {Mistyped} */
export function readLinkKey(text: string): LinkKey {
  return read(text, KEY_LENGTH, '密钥', 'key') as LinkKey
}

/** Writes a code or a link key in groups of four: `7KQ2-M0AX-…`. */
export function formatCode(code: Code | LinkKey): string {
  return code.replace(/(.{4})(?=.)/g, '$1-')
}

function draw(length: number, random: Random): string {
  let symbols = ''
  while (symbols.length < length - 1)
    for (const byte of random(length)) {
      // Bytes from 232 on are drawn again: 29 does not divide 256, and the first symbols would come more often.
      if (byte < 232 && symbols.length < length - 1) symbols += ALPHABET.charAt(byte % 29)
    }
  return symbols + checkOf(symbols, length)
}

function read(text: string, length: number, zh: string, en: string): string {
  const typed = text.slice(0, 200).normalize('NFKC').toUpperCase().replace(/[\s\-–—_.·]/g, '')
  const symbols = [...typed].map((symbol) => LOOK_ALIKES[symbol] ?? symbol)
  const strange = symbols.find((symbol) => symbol.length !== 1 || !ALPHABET.includes(symbol))
  if (strange !== undefined)
    throw new Mistyped({ zh: `${zh}里不会有“${strange}”`, en: `there is no ${JSON.stringify(strange)} in a ${en}` })
  if (symbols.length !== length)
    throw new Mistyped({
      zh: `${zh}应有 ${length} 个字符，这里有 ${symbols.length} 个`, en: `a ${en} has ${length} symbols, not ${symbols.length}`,
    })
  const code = symbols.join('')
  if (checkOf(code.slice(0, -1), length) !== code.at(-1))
    throw new Mistyped({
      zh: `${zh}有一处写错了，请对照收据再看一遍（校验位对不上）`,
      en: `a symbol of the ${en} is wrong, please compare it with the receipt (its check digit does not fit)`,
    })
  return code
}

/** The symbol that makes Σ weight·symbol divisible by 29. The check's own weight is the last, `length`. */
function checkOf(symbols: string, length: number): string {
  let sum = 0
  for (let place = 0; place < symbols.length; place++) sum += (place + 1) * ALPHABET.indexOf(symbols.charAt(place))
  for (let check = 0; check < 29; check++) if ((sum + length * check) % 29 === 0) return ALPHABET.charAt(check)
  throw new RangeError(`${length} is divisible by 29`)
}
