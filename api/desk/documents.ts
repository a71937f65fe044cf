import type { Reader } from '../../indexer/read.ts'
import { documentsNamedIn, type UsedBy } from '../../ledger/documents.ts'
import type { Hex } from '../../ledger/hex.ts'
import { hashOfPaper, type Opened, type Paper } from '../../ledger/papers.ts'
import type { Role } from '../../ledger/words.ts'
import { Problem } from '../problem.ts'
import type { Titles } from '../titles.ts'
import { mayRead } from './access.ts'
import type { Staff } from './sessions.ts'

/** What the desk asks of the vault about documents and the papers that they belong to. */
export type DocumentStore = {
  stageDocument(given: { mediaType: string; bytes: Uint8Array; original: Hex }): Hex
  documentOf(sha256: Hex): { mediaType: string; bytes: Buffer } | undefined
  standingOf(sha256: Hex): Standing | undefined
  documentsOf(paper: Hex): Hex[]
  papersWithDocument(sha256OrOriginal: Hex): Hex[]
  papersWith(field: string, value: string, kind?: string): Hex[]
  paperOf(hash: Hex): { paper: Paper; state: 'kept' | 'restricted' | 'destroyed' } | undefined
  version(): string
}

type Standing = { staged: boolean; papers: Hex[] }

/** Who brings documents, and sees those that wait for their papers. */
export const BRINGERS = ['ACCOUNTANT', 'APPROVER', 'CASHIER', 'ACCEPTER'] as const satisfies readonly Role[]

/** Whether somebody may look at a document that stands so: it waits for a paper, or one of its papers is theirs to read. */
export function mayOpen(vault: Pick<DocumentStore, 'paperOf'>, { roles }: Pick<Staff, 'roles'>, { staged, papers }: Standing): boolean {
  if (staged && BRINGERS.some((role) => roles.includes(role))) return true
  return papers.some((hash) => mayRead(roles, vault.paperOf(hash)?.paper.kind ?? ''))
}

/**
 * Checks that the documents which papers name can be attached to them. Everybody can read the hash of a document in a paper:
 * whoever may not see the document itself could otherwise name it in a paper of their own, and so would see it.
 *
 * What is attached already is not asked for again, so that an act which is sent twice is answered twice.
 *
 * @throws {Problem} naming the first document that cannot, or the paper that the law has closed.
 */
export function checkDocuments(vault: DocumentStore, staff: Staff, papers: readonly Paper[]): void {
  for (const [paper, document] of namedBy(papers)) {
    if (isAttached(vault, paper, document)) continue
    if ((vault.paperOf(paper)?.state ?? 'kept') !== 'kept')
      throw new Problem(422, 'PAPER_CLOSED', {
        zh: '这份凭证已依法限制或删除，不能再附文件。', en: 'This paper was restricted or destroyed by law: nothing can be added to it.',
      }, { paper })
    const standing = vault.standingOf(document)
    if (!standing)
      throw new Problem(422, 'DOCUMENT_MISSING', {
        zh: `凭证引用的文件 ${document} 不在凭证库里（上传后一天内没有用上的，或依法限制、删除的，也不在）。请重新上传。`,
        en: `The vault does not have the document ${document} that the paper names: never brought, not used for a day, or closed by law. Bring it again.`,
      }, { document })
    if (!mayOpen(vault, staff, standing))
      throw new Problem(403, 'DOCUMENT_OTHERS', {
        zh: `文件 ${document} 属于您的岗位不能看的凭证，不能引用。`, en: `The document ${document} belongs to papers that your role does not see.`,
      }, { document })
  }
}

/** The documents that a paper names, to be put with it; `checkDocuments` has looked at them. */
export function documentsOf(paper: Paper): Hex[] {
  return documentsNamedIn(paper) as Hex[]
}

/** The outflows of these papers that were paid or may be, each once, in the order of their numbers. */
export function usersOf(reader: Pick<Reader, 'outflowsOfPaper' | 'outflow'>, titles: Pick<Titles, 'of'>, papers: readonly Hex[]): UsedBy[] {
  const found = new Map(papers.flatMap((paper) => reader.outflowsOfPaper(paper)).map((place) => [`${place.fund}/${place.number}`, place]))
  return [...found.values()].sort((a, b) => a.fund - b.fund || a.number - b.number).flatMap(({ fund, number }) => {
    const outflow = reader.outflow(fund, number)
    // What was rejected, or given up before anything was paid, is asked for again with the same invoice.
    if (outflow?.state === 'Rejected' || (outflow?.state === 'Cancelled' && outflow.paid === 0n)) return []
    const titled = outflow && titles.of(outflow)
    return [{ fund, number, ...(titled?.known && { title: titled.title }) }]
  })
}

/** The other outflows that have a picture of this paper, or its invoice's number: most often the same invoice, handed in twice. */
export function sharedWith(
  { vault, reader, titles }: { vault: Pick<DocumentStore, 'papersWithDocument' | 'papersWith'>; reader: Pick<Reader, 'outflowsOfPaper' | 'outflow'>; titles: Pick<Titles, 'of'> },
  hash: Hex, paper: Paper, opened: Opened,
): { pictures: UsedBy[]; invoice: UsedBy[] } {
  const own = new Set(reader.outflowsOfPaper(hash).map(({ fund, number }) => `${fund}/${number}`))
  const others = (papers: readonly Hex[]) => usersOf(reader, titles, papers).filter(({ fund, number }) => !own.has(`${fund}/${number}`))
  const invoice = opened['invoice']?.value
  return {
    pictures: others(documentsNamedIn(paper).flatMap((document) => vault.papersWithDocument(document as Hex))),
    invoice: invoice === undefined ? [] : others(vault.papersWith('invoice', invoice, 'payment')),
  }
}

// What is no hash is no document's name either: nothing is found by it.
function namedBy(papers: readonly Paper[]): [paper: Hex, document: Hex][] {
  return papers.flatMap((paper) => documentsNamedIn(paper).map((document): [Hex, Hex] => [hashOfPaper(paper), document as Hex]))
}

function isAttached(vault: Pick<DocumentStore, 'documentsOf'>, paper: Hex, document: Hex): boolean {
  return vault.documentsOf(paper).includes(document)
}
