import { encodeAct, INTERFACES } from './acts.ts'
import { Day } from './day.ts'
import { Fen } from './fen.ts'
import type { Hex } from './hex.ts'
import { SOURCES, wordAt, type Source } from './words.ts'

/** What a call of `recordInflows` says. */
export type InflowCall = {
  readonly fund: number
  readonly expected: Fen
  readonly source: Source
  readonly effectiveOn: Day
  readonly inflows: readonly CalledInflow[]
}

export type CalledInflow = { readonly ref: Hex; readonly amount: Fen; readonly paper: Hex }

const HEAD_WORDS = 6
const WORDS_OF_INFLOW = 3

/**
 * Reads the calldata of `recordInflows`; undefined for everything else, and for a call that is not written to the byte as
 * `encodeAct` writes it. By hand, because ethers takes tens of milliseconds for 500 inflows, and a page would stand still.
 */
export function readInflowCall(data: Hex): InflowCall | undefined {
  const plain = data.toLowerCase()
  if (plain.slice(0, 10) !== INTERFACES.ledger.getFunction('recordInflows')?.selector) return undefined
  const words = plain.slice(10).match(/[0-9a-f]{64}/g) ?? []
  try {
    const call = callOf(words)
    const { fund, expected, source, effectiveOn, inflows } = call
    const same = encodeAct({ contract: 'ledger', name: 'recordInflows', args: [fund, expected, SOURCES.indexOf(source), effectiveOn, inflows] })
    return same === plain ? call : undefined
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined
    throw error
  }
}

function callOf(words: readonly string[]): InflowCall {
  const [fund = 0n, expected = 0n, source = 0n, effectiveOn = 0n] = words.slice(0, 4).map((word) => BigInt(`0x${word}`))
  const inflows: CalledInflow[] = []
  for (let at = HEAD_WORDS; at < words.length; at += WORDS_OF_INFLOW) {
    const [ref = '', amount = '', paper = ''] = words.slice(at, at + WORDS_OF_INFLOW)
    inflows.push({ ref: `0x${ref}`, amount: Fen(BigInt(`0x${amount}`)), paper: `0x${paper}` })
  }
  return { fund: Number(fund), expected: Fen(expected), source: wordAt(SOURCES, source), effectiveOn: Day(Number(effectiveOn)), inflows }
}
