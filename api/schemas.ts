import { Type, type Static, type TSchema } from '@fastify/type-provider-typebox'
import type { Fen } from '../ledger/fen.ts'
import type { Hex } from '../ledger/hex.ts'

/** Fen in JSON: a string of digits, since a JSON number would lose some of them. */
export const FenText = Type.Unsafe<Fen>(Type.String({ pattern: '^(0|[1-9]\\d{0,18})$', examples: ['10000'], description: 'fen (1 yuan = 100 fen)' }))

/** A 32-byte hash. */
export const HashText = Type.Unsafe<Hex>(Type.String({ pattern: '^0x[0-9a-f]{64}$' }))

/** An address of a key or a contract. */
export const AddressText = Type.Unsafe<Hex>(Type.String({ pattern: '^0x[0-9a-f]{40}$' }))

/** Bytes of any length; routes limit their body. */
export const BytesText = Type.Unsafe<Hex>(Type.String({ pattern: '^0x([0-9a-fA-F]{2})*$' }))

/** An accounting date in China Standard Time. */
export const DateText = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', examples: ['2020-01-29'] })

/** A moment in UTC. */
export const TimeText = Type.String({ examples: ['2020-01-29T08:00:00Z'] })

/** The number of a fund, a person or an entry: 1, 2, 3 … */
export const Number32 = Type.Integer({ minimum: 1, maximum: 4_294_967_295 })

/** A donor's code as people type it: small letters, spaces and dashes are forgiven. */
export const CodeText = Type.String({ minLength: 8, maxLength: 40, description: "the donor's code" })

/** An object that has these fields and no other: whoever misspells one is told, instead of being ignored. */
export function Exactly<Properties extends Record<string, TSchema>>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false })
}

/** A list that the answer does not change. */
export function ListOf<Item extends TSchema>(item: Item, description = '') {
  return Type.Unsafe<readonly Static<Item>[]>(Type.Array(item, description ? { description } : {}))
}
