import { sha256 } from '@noble/hashes/sha2.js'
import { readAnchor } from '../../../../ledger/anchor.ts'
import { readHead } from '../../../../ledger/headWords.ts'
import { toHex, type Hex } from '../../../../ledger/hex.ts'
import type { Words } from '../../../../ledger/words.ts'
import { BundleError } from '../../../../proof/check/bundle/fault.ts'
import { factSentences, faultSentence, gapSentences, refusalSentence, verdictOf, verdictSentence, type Told, type Verdict } from '../../../../proof/check/bundle/sentences.ts'
import { verifyBundle } from '../../../../proof/check/bundle/verify.ts'
import { ProofError } from '../../../../proof/check/error.ts'
import { piecesOf } from '../filePieces.ts'

/** A bundle to verify against an anchor from elsewhere; `head` as somebody typed it, or empty. */
export type BundleToExamine = { readonly bundle: File; readonly anchor: string; readonly head: string }

/** What was found. `sha256` is of the very bytes that were verified, so that what is named is what was examined. */
export type BundleExamined = {
  readonly verdict: Verdict; readonly headline: Words; readonly said: readonly Words[]; readonly sha256: Hex
  /** The day up to which it reaches; absent when it could not be read to its end. */
  readonly through?: string
}

/** Verifies and hashes a bundle in one reading. @throws {InputRefused} for an anchor or words that cannot be read. */
export async function examine({ bundle, anchor: text, head }: BundleToExamine, onShare: (share: number) => void): Promise<BundleExamined> {
  const anchor = readAnchor(text)
  const digest = sha256.create()
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const piece of piecesOf(bundle)) {
      digest.update(piece)
      yield piece
    }
  }
  const known = head.trim() === '' ? undefined : readHead(head.trim())
  try {
    const facts = await verifyBundle(hashed(), anchor, { onRead: (bytes) => onShare(bytes / bundle.size), ...(known !== undefined && { head: known }) })
    return {
      verdict: verdictOf(facts), headline: verdictSentence(facts), sha256: toHex(digest.digest()), through: facts.about.through,
      said: [...facts.faults.map((fault) => sentenceOf(faultSentence(fault))), ...gapSentences(facts), ...factSentences(facts, anchor)],
    }
  } catch (error) {
    if (!(error instanceof BundleError || error instanceof ProofError)) throw error
    return { verdict: 'failed', headline: { zh: '不通过。', en: 'Not passed.' }, said: [sentenceOf(refusalSentence(error))], sha256: toHex(digest.digest()) }
  }
}

function sentenceOf({ where, what, expected, found }: Told): Words {
  return { zh: `${where.zh}：${what.zh}应为 ${expected}，实为 ${found}。`, en: `${where.en}: ${what.en} Expected ${expected}, found ${found}.` }
}
