import { fromHex, toHex, type Hex } from './hex.ts'
import type { Draft, Paper } from './papers.ts'

/** What a complaint is about: an outflow of a fund, the whole fund (outflow 0), or the community (fund 0 too). */
export type Concern = { readonly community: number; readonly fund: number; readonly outflow: number }

/** What a resident writes. Name and phone are left empty by whoever wants no name to be known. */
export type Said = { readonly text: string; readonly name?: string; readonly phone?: string }

/** A complaint's text is no longer than this. */
export const MOST_LETTERS = 2_000

/** No act of a resident takes more gas. */
export const COMPLAINT_GAS = 1_000_000n

/** A complaint: what the resident wrote is private, salted, and for the office alone. */
export function complaintDraft({ community, fund, outflow }: Concern, said: Said): Draft {
  return { kind: 'complaint', public: { community: `${community}`, fund: `${fund}`, outflow: `${outflow}` }, private: withoutEmpty(said) }
}

/** Why a complaint is reopened by whoever filed it. */
export function reopeningDraft(number: number, said: Said): Draft {
  return { kind: 'complaint-reopening', public: { number: `${number}` }, private: withoutEmpty(said) }
}

/**
 * Whether a resident's paper is of the form that those two make. Its public fields are shown to everybody for ever, so that
 * nothing may stand there but numbers.
 */
export function isResidentsPaper(paper: Paper, { number, ...concern }: Concern & { number: number }): boolean {
  const draft = paper.kind === 'complaint' ? complaintDraft(concern, NOTHING) : reopeningDraft(number, NOTHING)
  const fields = Object.keys(paper.private)
  return paper.kind === draft.kind && isSame(paper.public, draft.public)
    && fields.includes('text') && fields.every((field) => ['text', 'name', 'phone'].includes(field))
}

// keccak256('fileComplaint(uint32,uint32,uint32,bytes32)') and keccak256('reopenComplaint(uint32,bytes32)'), four bytes each: without
// ethers a browser can encode them, and a test holds them equal to what ethers makes.
const FILE = '2ab9832a'
const REOPEN = '4f2ebc63'

/** The call that files a complaint. */
export function fileCall({ community, fund, outflow }: Concern, paper: Hex): Hex {
  return toHex(fromHex(`0x${FILE}${wordOf(community)}${wordOf(fund)}${wordOf(outflow)}${paper.slice(2)}`))
}

/** The call that reopens one. */
export function reopenCall(number: number, paper: Hex): Hex {
  return toHex(fromHex(`0x${REOPEN}${wordOf(number)}${paper.slice(2)}`))
}

const NOTHING: Said = { text: '' }

function isSame(given: Record<string, string>, expected: Record<string, string>): boolean {
  const names = Object.keys(expected)
  return Object.keys(given).length === names.length && names.every((name) => given[name] === expected[name])
}

function withoutEmpty({ text, name = '', phone = '' }: Said): Record<string, string> {
  return Object.fromEntries(Object.entries({ text, name, phone }).map(([field, value]) => [field, value.trim()]).filter(([, value]) => value !== ''))
}

function wordOf(value: number): string {
  return value.toString(16).padStart(64, '0')
}
