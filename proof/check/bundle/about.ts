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
  const json = parse(content)
  const { format, scope } = Object(json)
  if (format !== 'mingzhang/bundle/1') refuse('RECORD_MALFORMED', 'mingzhang/bundle/1', String(format))
  if (scope !== 'auditor' && scope !== 'public') refuse('RECORD_MALFORMED', 'auditor | public', String(scope))
  return json as About
}

function parse(content: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content))
  } catch {
    return refuse('RECORD_MALFORMED', 'JSON', `${content.length} bytes`)
  }
}
