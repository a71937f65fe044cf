import canonicalize from 'canonicalize'
import { refuse } from './fault.ts'

/** What a bundle says of itself. None of it is believed: it tells a reader what to expect. */
export type About = {
  readonly format: 'mingzhang/bundle/1'
  readonly software: string
  readonly algorithms: { readonly hash: 'keccak256'; readonly digest: 'sha256'; readonly signature: 'secp256k1' }
  readonly chainId: string
  readonly genesis: string
  /** keccak256 of the anchor's file. */
  readonly anchor: string
  /** Whose eyes it is for: `auditor` has the private fields of papers. */
  readonly scope: 'auditor' | 'public'
  /** Funds whose papers it holds; all, when absent. */
  readonly funds?: readonly number[]
  /** The last accounting day that it is meant to hold. */
  readonly through: string
  readonly madeAt: string
}

/** Reads the first record. @throws {BundleError} */
export function readAbout(content: Uint8Array): About {
  const text = decode(content)
  const json = parse(text)
  const { format, scope, anchor, through } = Object(json)
  const strange = Object.keys(Object(json)).find((name) => !FIELDS.includes(name))
  if (strange !== undefined || canonicalize(json) !== text) refuse('RECORD_MALFORMED', FIELDS.join(', '), strange ?? 'JSON')
  if (format !== 'mingzhang/bundle/1') refuse('RECORD_MALFORMED', 'mingzhang/bundle/1', String(format))
  if (scope !== 'auditor' && scope !== 'public') refuse('RECORD_MALFORMED', 'auditor | public', String(scope))
  if (!/^0x[0-9a-f]{64}$/.test(String(anchor))) refuse('RECORD_MALFORMED', '0x…', String(anchor))
  if (!/^\d{4}-\d{2}-\d{2}$/.test(String(through))) refuse('RECORD_MALFORMED', 'YYYY-MM-DD', String(through))
  return json as About
}

const FIELDS = ['format', 'software', 'algorithms', 'chainId', 'genesis', 'anchor', 'scope', 'funds', 'through', 'madeAt']

function decode(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    return refuse('RECORD_MALFORMED', 'UTF-8', `${content.length} bytes`)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return refuse('RECORD_MALFORMED', 'JSON', text.slice(0, 80))
  }
}
