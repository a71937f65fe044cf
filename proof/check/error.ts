/** Everything that can be wrong with a proof. A list without an end would be a list nobody translates. */
export type ProofErrorCode =
  // The file
  | 'NOT_A_PROOF'
  | 'CUT_SHORT'
  | 'TOO_LONG'
  | 'LIMIT_PASSED'
  | 'NOT_CANONICAL'
  | 'NEEDLESS'
  // The book
  | 'WRONG_CHAIN'
  | 'WRONG_GENESIS'
  | 'WRONG_CONTRACT'
  | 'WRONG_SEALING'
  // The block and its seals
  | 'HEADER_MALFORMED'
  | 'SEAL_MALFORMED'
  | 'SEAL_UNKNOWN'
  | 'SEAL_DUPLICATE'
  | 'QUORUM_MISSED'
  // The state under the block
  | 'RLP_MALFORMED'
  | 'NODE_MALFORMED'
  | 'STATE_MISMATCH'
  | 'STORAGE_MISMATCH'
  | 'CONTRACT_MISSING'
  // The entries in the state
  | 'ENTRY_MISSING'
  | 'ENTRY_MALFORMED'
  | 'INFLOW_MISMATCH'
  | 'RANGE_OUTSIDE'
  | 'RANGES_APART'
  | 'PIECES_GAP'
  | 'PIECE_ELSEWHERE'
  | 'RETURNS_GAP'
  | 'RETURN_ELSEWHERE'
  | 'SUMS_DIFFER'

/**
 * A proof is bad. The message says what and where, for whoever made the proof; sentences.ts has the resident's words.
 */
export class ProofError extends Error {
  override name = 'ProofError'
  readonly code: ProofErrorCode

  constructor(code: ProofErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
