/** The judge, as the pages load it: what stands here and below it is all that a visitor must trust to believe a tick. */
export { verifyTrace } from '../../../proof/check/trace.ts'
export { ProofError } from '../../../proof/check/error.ts'
export { readAnchor } from '../../../ledger/anchor.ts'
export { joinTraces } from '../../../proof/check/join.ts'
