import { sha256 } from '@noble/hashes/sha2.js'
import type { NewMatch } from '../../../../intake/matching.ts'
import { batchesOf, draftsOf, type BookedAccount, type Plan as LinePlan } from '../../../../intake/statements/plan.ts'
import type { Statement } from '../../../../intake/statements/statement.ts'
import { encodeAct } from '../../../../ledger/acts.ts'
import { matchingDraft } from '../../../../ledger/bankDrafts.ts'
import { toHex } from '../../../../ledger/hex.ts'
import { makePaper } from '../sealing.ts'
import { prepare, type Listed, type Prepared, type Recorded } from './acting.ts'
import { checkNothingUnsent } from './outbox.ts'
import type { Desk } from './desk.ts'
import { post } from './server.ts'

/** Signs matches of one account together. Undefined when the person said no. @throws {Refused} */
export async function recordMatches(
  desk: Desk, account: number, { matches, by, about, warnings = [], form }: { matches: readonly NewMatch[]; by: 'proposal' | 'hand'; about: Listed; warnings?: readonly string[]; form?: string },
): Promise<readonly Recorded[] | undefined> {
  checkNothingUnsent()
  const rows = matches.map(({ line, fund, outflow, number, amount }) => [line, fund, outflow, number, amount])
  const prepared = await desk.inSession(async () => await prepare({
    contract: 'bank', name: 'matchLines', drafts: [matchingDraft({ account, on: desk.today, by, count: matches.length })],
    args: ([paper]) => [account, rows, paper], about, warnings, ...(form !== undefined && { form }),
  }))
  const papers = prepared.papers.map(({ paper, opened }) => ({ paper, opened }))
  return await desk.actAll([{ ...prepared, delivery: { path: '/v1/desk/bank/matches', body: { papers } } }], () => {})
}

/** A statement that was read from these bytes, and what of it is new. */
export type Import = { readonly account: BookedAccount; readonly statement: Statement; readonly bytes: Uint8Array; readonly plan: LinePlan }

/**
 * Makes the calls of an import, a batch each, and asks the contract about the first: the others follow on it, so that each is asked
 * about when it is sent. @throws {Refused}
 */
export async function prepareLines(desk: Desk, { account, statement, bytes, plan }: Import): Promise<Prepared[]> {
  checkNothingUnsent()
  const hash = toHex(sha256(bytes)).slice(2)
  const prepared: Omit<Prepared, 'nonce'>[] = []
  for (const batch of batchesOf(account, plan)) {
    const drafts = draftsOf(account.number, { statement, sha256: hash }, batch)
    const cover = makePaper(drafts.cover)
    const papers = drafts.lines.map(makePaper)
    const lines = batch.lines.map(({ ref, amount, day }, at) => [ref, amount, day, papers[at]?.hash])
    const args = [account.number, batch.firstLine, batch.through, batch.opening, batch.closing, lines, cover.hash]
    const body = {
      cover: { paper: cover.paper, opened: cover.opened },
      lines: batch.lines.map(({ source, ordinal }, at) => ({ source, ordinal, opened: papers[at]?.opened })),
    }
    prepared.push({ contract: 'bank', data: encodeAct({ contract: 'bank', name: 'recordLines', args }), papers: [cover, ...papers], delivery: { path: '/v1/desk/bank/lines', body } })
    // The page stays alive: a batch takes a third of a second.
    await new Promise((resolve) => setTimeout(resolve))
  }
  const [first] = prepared
  if (!first) return []
  const { nonce } = await desk.inSession(async () => await post<{ nonce: number }>('/v1/desk/rehearsals', { contract: 'bank', data: first.data }))
  return prepared.map((one, at) => ({ ...one, nonce: nonce + at }))
}
