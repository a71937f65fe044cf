import { Day, parseDay } from '../../../ledger/day.ts'
import { Fen } from '../../../ledger/fen.ts'
import { Hash } from '../../../ledger/hex.ts'
import { KINDS, SOURCES, STATES } from '../../../ledger/words.ts'
import type { Gift } from './growth.ts'
import type { BackTold, OutflowTold, PartTold } from './sentences.ts'

/** What the server tells of a gift in numbers, and of which block. */
export type Told = { readonly gift: Gift; readonly block: bigint }

/** Reads the answer of /v1/trace/{code}; undefined when it is none. */
export function readTold(answer: unknown): Told | undefined {
  try {
    const { fund, inflow, parts, head } = Object(answer)
    const { number, amount, effectiveOn, source, paper } = Object(inflow)
    return {
      gift: {
        fund: Number(fund), parts: listOf(parts, readPart),
        inflow: { number: Number(number), amount: fenOf(amount), effectiveOn: parseDay(String(effectiveOn)), source: wordOf(SOURCES, source), paper: Hash(String(paper)) },
      },
      block: BigInt(Object(head).number),
    }
  } catch (error) {
    // What BigInt says of text that is no number.
    if (error instanceof RangeError || error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

function readPart(input: unknown): PartTold {
  const { place, fund, from, to, outflow, backFrom, back } = Object(input)
  const span = { from: fenOf(from), to: fenOf(to) }
  if (place === 'fund') return { place, fund: Number(fund), ...span }
  return { place: 'outflow', ...span, outflow: readOutflow(outflow), backFrom: fenOf(backFrom), back: listOf(back, readBack) }
}

function readOutflow(input: unknown): OutflowTold {
  const { fund, number, kind, state, paper } = Object(input)
  return { fund: Number(fund), number: Number(number), kind: wordOf(KINDS, kind), state: wordOf(STATES, state), paper: Hash(String(paper)) }
}

function readBack(input: unknown): BackTold {
  const { fund, inflow, effectiveOn, source, from, to, parts } = Object(input)
  return {
    fund: Number(fund), inflow: Number(inflow), effectiveOn: Day(Number(effectiveOn)), source: wordOf(SOURCES, source),
    from: fenOf(from), to: fenOf(to), parts: listOf(parts, readPart),
  }
}

function listOf<One>(input: unknown, read: (input: unknown) => One): One[] {
  if (!Array.isArray(input)) throw new RangeError('a list is missing')
  return input.map(read)
}

function fenOf(input: unknown): Fen {
  return Fen(BigInt(String(input)))
}

function wordOf<Word extends string>(words: readonly Word[], input: unknown): Word {
  const word = words.find((one) => one === input)
  if (word === undefined) throw new RangeError(`no such word: ${String(input)}`)
  return word
}
