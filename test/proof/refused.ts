import { ProofError } from '../../proof/check/error.ts'

/** The code of the ProofError that `act` throws; any other error is passed on, and none is reported as such. */
export function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof ProofError) return error.code
    throw error
  }
  return 'accepted'
}
