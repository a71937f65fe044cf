import type { Hex } from '../../ledger/hex.ts'
import {
  slotAfter,
  slotOfBatch,
  slotOfCut,
  slotOfLine,
  slotOfOrigin,
  slotOfOutflow,
  slotOfPiece,
} from '../../ledger/slots.ts'
import { ProofError } from './error.ts'
import type { Route } from './route.ts'
import type { Words } from './state.ts'

/** What the entries of a fund are called, among the slots of a proof and in its errors. */
export const NAMES = {
  line: (fund: number) => `fund ${fund}`,
  batch: (fund: number, batch: number) => `batch ${batch} in fund ${fund}`,
  root: (fund: number, batch: number) => `root of batch ${batch} in fund ${fund}`,
  cut: (fund: number, inflow: number) => `cut of inflow ${inflow} in fund ${fund}`,
  origin: (fund: number, inflow: number) => `origin of inflow ${inflow} in fund ${fund}`,
  piece: (fund: number, piece: number) => `piece ${piece} in fund ${fund}`,
  outflow: (fund: number, outflow: number) => `outflow ${outflow} in fund ${fund}`,
  paper: (fund: number, outflow: number) => `paper of outflow ${outflow} in fund ${fund}`,
}

/** The slots that are read along a route, by the names of their entries. */
export function slotsOf(route: Route): Map<string, Hex> {
  const { fund, batch } = route
  const slots = new Map([[NAMES.root(fund, batch), slotAfter(slotOfBatch(fund, batch), 1)]])
  addSlots(route, slots)
  return slots
}

/** The entries that were proven. What is none that the contract writes is refused by `must` and `may`. */
export type Entries = ReturnType<typeof openEntries>

/** Opens proven words for reading as entries. */
export function openEntries(words: Words, slots: ReadonlyMap<string, Hex>) {
  return { must, may }

  /** The entry of a name. @throws {ProofError} when the book has none. */
  function must<Entry>(name: string, decode: (word: Hex) => Entry): Entry {
    const entry = may(name, decode)
    if (entry === undefined) throw new ProofError('ENTRY_MISSING', `the book has no ${name}`)
    return entry
  }

  /** The entry of a name, undefined when the book has none. */
  function may<Entry>(name: string, decode: (word: Hex) => Entry): Entry | undefined {
    const word = words.get(slots.get(name) ?? '0x')
    try {
      return word && decode(word)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new ProofError('ENTRY_MALFORMED', `what the book has as ${name} is none: ${error.message}`)
    }
  }
}

function addSlots({ fund, inflow, batch, steps }: Route, slots: Map<string, Hex>): void {
  slots.set(NAMES.line(fund), slotOfLine(fund))
  slots.set(NAMES.batch(fund, batch), slotOfBatch(fund, batch))
  slots.set(NAMES.cut(fund, inflow), slotOfCut(fund, inflow))
  for (const { piece, outflow, returns } of steps) {
    const slot = slotOfOutflow(fund, outflow)
    slots.set(NAMES.piece(fund, piece), slotOfPiece(fund, piece))
    slots.set(NAMES.outflow(fund, outflow), slot).set(NAMES.paper(fund, outflow), slotAfter(slot, 1))
    for (const next of returns) {
      slots.set(NAMES.origin(next.fund, next.inflow), slotOfOrigin(next.fund, next.inflow))
      addSlots(next, slots)
    }
  }
}
