import { papersOfCall, type ActPapers } from '../../ledger/actPapers.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import type { ContractName } from '../../ledger/acts.ts'
import type { Hex } from '../../ledger/hex.ts'
import { hashOfPaper, type Paper } from '../../ledger/papers.ts'
import { Problem } from '../problem.ts'
import type { Signed } from '../relay.ts'

/** Who knows papers by their hashes. */
type Papers = { paperOf(hash: Hex): { readonly paper: Paper } | undefined }

/** What a signed act must have behind its entry, and for which contract it is. @throws {Problem} when that contract has no such act. */
export function papersOfAct({ contracts }: Pick<Anchor, 'contracts'>, { to, data }: Signed): ActPapers & { readonly contract: ContractName } {
  const [contract] = Object.entries(contracts).find(([, address]) => address === to.toLowerCase()) ?? []
  try {
    return { contract: contract as ContractName, ...papersOfCall(contract as ContractName, data as Hex) }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new Problem(422, 'NO_ACT', { zh: '这个合约没有签名的这一项操作。', en: 'The contract has no such act as was signed.' }, undefined, { cause })
  }
}

/**
 * Checks the papers of an act, those that come with it and those that the vault has: each is named by it, of a kind that its entry
 * has, and says no other amount. @throws {Problem} naming both sides.
 */
export function checkPapers(vault: Papers, act: ActPapers, brought: readonly Paper[]): void {
  const byHash = new Map(brought.map((paper) => [hashOfPaper(paper), paper]))
  for (const hash of byHash.keys())
    if (!act.papers.includes(hash))
      throw new Problem(422, 'PAPER_OTHER', { zh: `签名的操作没有引用凭证 ${hash}。`, en: `What was signed does not name the paper ${hash}.` })
  for (const hash of act.papers) {
    const paper = byHash.get(hash) ?? vault.paperOf(hash)?.paper
    if (!paper) continue
    checkKind(act, paper.kind)
    checkAmount(act, paper)
  }
}

/** No entry is to be without its paper. @throws {Problem} for a paper that nobody brings and the vault does not have. */
export function checkComplete(vault: Papers, { papers }: ActPapers, brought: readonly Hex[]): void {
  const missing = papers.find((hash) => !brought.includes(hash) && !vault.paperOf(hash))
  if (missing === undefined) return
  throw new Problem(422, 'PAPER_MISSING', {
    zh: `签名的操作引用了凭证 ${missing}，但没有随附，凭证库里也没有；没有登记任何内容。`,
    en: `What was signed names the paper ${missing}, which was not brought and is not in the vault; nothing was recorded.`,
  }, { paper: missing })
}

function checkKind({ name, kinds }: ActPapers, kind: string): void {
  if (kinds.includes(kind)) return
  const wanted = kinds.join(' / ')
  throw new Problem(422, 'PAPER_KIND_OTHER', {
    zh: `${name} 的凭证应是 ${wanted}，而这一份是 ${kind}。`, en: `The paper of ${name} is of the kind ${wanted}; this one is of the kind ${kind}.`,
  }, { kind, wanted })
}

function checkAmount({ amount }: ActPapers, { public: fields }: Paper): void {
  if (amount === undefined || !Object.hasOwn(fields, 'amount') || fields['amount'] === String(amount)) return
  const said = fields['amount'] ?? ''
  throw new Problem(422, 'AMOUNT_OTHER', {
    zh: `签名的金额是 ${amount} 分，凭证上写的是 ${said} 分。`, en: `What was signed is about ${amount} fen, and its paper says ${said}.`,
  }, { signed: String(amount), paper: said })
}
