import type { Hex } from '../../ledger/hex.ts'
import { Problem } from '../problem.ts'
import type { DocumentStore } from './documents.ts'

/** A day's invoices of somebody who photographs all of them before the first is asked for. */
export const MOST_WAITING = { files: 60, bytes: 200 * 1024 * 1024 }

/** Counts for each person the documents that they brought and no paper names yet. In memory: whatever waits is gone after a day. */
export function openWaiting(vault: Pick<DocumentStore, 'standingOf'>, most: typeof MOST_WAITING = MOST_WAITING) {
  const broughtBy = new Map<number, Map<Hex, number>>()

  const waitingOf = (person: number): Map<Hex, number> => {
    const waiting = new Map([...(broughtBy.get(person) ?? [])].filter(([sha256]) => vault.standingOf(sha256)?.staged))
    broughtBy.set(person, waiting)
    return waiting
  }

  return {
    /** @throws {Problem} when somebody has as many as may wait. */
    checkRoom(person: number): void {
      const sizes = [...waitingOf(person).values()]
      const bytes = sizes.reduce((sum, size) => sum + size, 0)
      if (sizes.length < most.files && bytes < most.bytes) return
      throw new Problem(422, 'DOCUMENTS_WAITING', {
        zh: `您已有 ${sizes.length} 份文件（${megabytes(bytes)} MB）上传后还没有用上。请先提交引用它们的申请；没有用上的一天后自动删除。`,
        en: `${sizes.length} files of yours (${megabytes(bytes)} MB) wait for a paper. Send the papers that name them first; what is not used is destroyed after a day.`,
      }, { files: String(sizes.length), bytes: String(bytes) })
    },

    /** Somebody brought a document. */
    add(person: number, sha256: Hex, bytes: number): void {
      const waiting = broughtBy.get(person) ?? new Map<Hex, number>()
      broughtBy.set(person, waiting.set(sha256, bytes))
    },
  }
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024)
}
