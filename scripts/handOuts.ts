import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/** One bundle with personal data that left the house: to whom, when, up to which block, of which funds (all, when absent). */
export type HandOut = { readonly at: string; readonly to: string; readonly file: string; readonly block: number; readonly funds?: readonly number[] }

/**
 * Registers a bundle with personal data. What was handed out cannot be called back, so whoever is forgotten later must be
 * told of it.
 */
export function recordHandOut(register: string, { funds, ...handOut }: Omit<HandOut, 'at' | 'funds'> & { funds: readonly number[] | undefined }): void {
  const line: HandOut = { at: new Date().toISOString(), ...handOut, ...(funds && { funds }) }
  appendFileSync(register, `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true })
}

/** What was handed out so far. */
export function readHandOuts(register: string): HandOut[] {
  if (!existsSync(register)) return []
  return readFileSync(register, 'utf8').trim().split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as HandOut)
}
