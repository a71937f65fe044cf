import { keccak_256 } from '@noble/hashes/sha3.js'
import canonicalize from 'canonicalize'
import { fromHex, Hash, toHex, type Hex } from './hex.ts'

/**
 * What stands behind an entry. Public fields are plain; of a private field only a commitment stands here, so the
 * paper may be shown to anybody and its hash stays true when the person behind it has been forgotten.
 */
export type Paper = {
  format: 'mingzhang/paper/1'
  hash: 'keccak256'
  kind: string
  public: Record<string, string>
  private: Record<string, Hex>
}

/** A private field opened: what it says, and the 16 random bytes that keep its commitment from being guessed. */
export type OpenedField = { value: string; salt: Hex }

/** The private fields of one paper, by name. */
export type Opened = Record<string, OpenedField>

/** What a paper is made from. */
export type Draft = { kind: string; public: Record<string, string>; private: Record<string, string> }

/** A source of random bytes, such as `crypto.getRandomValues` wrapped, or node's `randomBytes`. */
export type Random = (length: number) => Uint8Array

const SALT_BYTES = 16
const MAX_FIELDS = 64
const MAX_VALUE = 4_000
const NAME = /^[a-z][a-zA-Z0-9.]{0,39}$/
const KIND = /^[a-z][a-z0-9-]{0,39}$/
const PAPER_FIELDS = ['format', 'hash', 'kind', 'public', 'private']

/** Makes a paper of a draft: every private field gets its own salt. @throws {RangeError} when the draft is no paper. */
export function sealPaper(draft: Draft, random: Random): { paper: Paper; opened: Opened } {
  const opened: Opened = {}
  const commitments: Record<string, Hex> = {}
  for (const [field, value] of Object.entries(draft.private)) {
    const salt = toHex(random(SALT_BYTES))
    opened[field] = { value, salt }
    commitments[field] = commitmentOf(field, value, salt)
  }

  const { kind } = draft
  const paper = readPaper({
    format: 'mingzhang/paper/1', hash: 'keccak256', kind, public: { ...draft.public }, private: commitments,
  })
  return { paper, opened }
}

/** The hash that the chain carries: keccak256 of the paper's canonical JSON (RFC 8785). */
export function hashOfPaper(paper: Paper): Hex {
  return hashOf(paper)
}

/** The paper's canonical JSON, which is what its hash is of. */
export function formatPaper(paper: Paper): string {
  return canonical(paper)
}

/**
 * keccak256 of `["mingzhang/field/1", field, value, salt]` in canonical JSON. The array keeps the four apart, and its
 * first letter keeps a commitment from ever being a paper's hash. @throws {RangeError} for a bad name, value or salt.
 */
export function commitmentOf(field: string, value: string, salt: Hex): Hex {
  checkName(field)
  checkValue(field, value)
  return hashOf(['mingzhang/field/1', field, value, toHex(fromHex(salt, SALT_BYTES))])
}

/** Whether `opened` is what the paper committed to. An answer, not an error: the page shows it. */
export function checkField(paper: Paper, field: string, opened: OpenedField): boolean {
  if (!Object.hasOwn(paper.private, field)) return false
  return paper.private[field] === commitmentOf(field, opened.value, opened.salt)
}

/** Reads a paper from JSON somebody handed in; nothing beside its five fields is accepted. @throws {RangeError} */
export function readPaper(input: unknown): Paper {
  const fields = readRecord(input, 'a paper')
  for (const name of Object.keys(fields))
    if (!PAPER_FIELDS.includes(name)) throw new RangeError(`a paper has no field ${JSON.stringify(name)}`)
  if (fields['format'] !== 'mingzhang/paper/1')
    throw new RangeError(`not a paper of format mingzhang/paper/1: ${JSON.stringify(fields['format'])}`)
  if (fields['hash'] !== 'keccak256')
    throw new RangeError(`a paper's hash is keccak256, not ${JSON.stringify(fields['hash'])}`)
  const kind = fields['kind']
  if (typeof kind !== 'string' || !KIND.test(kind)) throw new RangeError(`not a kind of paper: ${JSON.stringify(kind)}`)

  return {
    format: 'mingzhang/paper/1',
    hash: 'keccak256',
    kind,
    public: readFields(fields['public'], 'public', (name, value) => {
      checkValue(name, value)
      return value
    }),
    private: readFields(fields['private'], 'private', (_, value) => Hash(value)),
  }
}

/** Reads opened private fields from JSON somebody handed in. @throws {RangeError} */
export function readOpened(input: unknown): Opened {
  const opened: Opened = {}
  for (const [name, field] of Object.entries(readRecord(input, 'opened'))) {
    checkName(name)
    const { value, salt, ...rest } = readRecord(field, `opened.${name}`)
    if (typeof value !== 'string' || typeof salt !== 'string' || Object.keys(rest).length > 0)
      throw new RangeError(`opened.${name} must have a value and a salt, and nothing else`)
    checkValue(name, value)
    opened[name] = { value, salt: toHex(fromHex(salt, SALT_BYTES)) }
  }
  return opened
}

function readFields<T>(input: unknown, part: string, read: (name: string, value: string) => T): Record<string, T> {
  const fields: Record<string, T> = {}
  const entries = Object.entries(readRecord(input, part))
  if (entries.length > MAX_FIELDS)
    throw new RangeError(`a paper has at most ${MAX_FIELDS} ${part} fields, not ${entries.length}`)
  for (const [name, value] of entries) {
    checkName(name)
    if (typeof value !== 'string') throw new RangeError(`${part}.${name} must be text`)
    fields[name] = read(name, value)
  }
  return fields
}

function readRecord(input: unknown, what: string): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new RangeError(`${what} must be a JSON object`)
  return { ...input }
}

function checkName(name: string): void {
  if (!NAME.test(name)) throw new RangeError(`not a field's name: ${JSON.stringify(name.slice(0, 60))}`)
}

function checkValue(name: string, value: string): void {
  if (value.length > MAX_VALUE) throw new RangeError(`${name} is longer than ${MAX_VALUE} characters`)
  // Half of a surrogate pair has no UTF-8, so two programs could hash it differently.
  if (!value.isWellFormed()) throw new RangeError(`${name} is not well-formed text`)
}

function hashOf(value: unknown): Hex {
  return toHex(keccak_256(new TextEncoder().encode(canonical(value))))
}

function canonical(value: unknown): string {
  return canonicalize(value) ?? ''
}
