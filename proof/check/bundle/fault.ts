/**
 * Everything that can be wrong with a bundle beside what can be wrong with any proof. A closed list: each code has its
 * sentence.
 */
export type FaultCode =
  // The file
  | 'NOT_A_BUNDLE'
  | 'RECORD_MALFORMED'
  | 'DIGEST_DIFFERS'
  // The book
  | 'BOOK_OTHER'
  | 'CHAIN_OTHER'
  | 'CONTRACT_OTHER'
  | 'HEAD_OTHER'
  // The chain
  | 'CHAIN_BROKEN'
  | 'BLOCK_MALFORMED'
  | 'QUORUM_MISSED'
  | 'TRANSACTIONS_DIFFER'
  | 'RECEIPTS_DIFFER'
  | 'TRANSACTION_MALFORMED'
  | 'RECEIPT_MALFORMED'
  | 'STATE_DIFFERS'
  // The entries
  | 'NUMBER_GAP'
  | 'LINE_GAP'
  | 'REF_REPEATED'
  | 'FUND_WRONG'
  | 'DATE_WRONG'
  | 'PERIOD_CLOSED'
  | 'CERTIFICATE_DIFFERS'
  | 'STEP_WRONG'
  | 'AMOUNT_WRONG'
  | 'PIECE_WRONG'
  | 'ORIGIN_WRONG'
  // The bank
  | 'BANK_BALANCE'
  | 'MATCH_WRONG'
  // The people
  | 'PERSON_OTHER'
  | 'PERSON_SAME'
  | 'ROLE_MISSING'
  // The papers
  | 'PAPER_MISSING'
  | 'PAPER_UNNAMED'
  | 'FIELD_DIFFERS'
  | 'FIELDS_WITHHELD'
  | 'ERASURE_DIFFERS'

/** Where in the book something is: as much of it as is known. */
export type Place = {
  readonly block?: number
  readonly fund?: number
  readonly entry?: 'inflow' | 'batch' | 'outflow' | 'piece'
  readonly number?: number
  readonly account?: number
  readonly line?: number
  readonly paper?: string
}

/** One thing that is wrong: where, what ought to stand there, and what stands there. */
export type Fault = {
  readonly code: FaultCode
  readonly place: Place
  readonly expected: string
  readonly found: string
}

/** A bundle is so wrong that what follows in it means nothing. */
export class BundleError extends Error {
  override name = 'BundleError'
  readonly fault: Fault

  constructor(fault: Fault) {
    super(`${fault.code}: expected ${fault.expected}, found ${fault.found}`)
    this.fault = fault
  }
}

/** Ends the reading with a fault. @throws {BundleError} always. */
export function refuse(code: FaultCode, expected: string, found: string, place: Place = {}): never {
  throw new BundleError({ code, place, expected, found })
}
