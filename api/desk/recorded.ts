import { Type } from '@fastify/type-provider-typebox'
import { HashText } from '../schemas.ts'
import type { Recorded } from './acts.ts'

/** How the desk tells what became of an act. */
export const RecordedAnswer = Type.Object({
  transaction: HashText, block: Type.Integer(), events: Type.Unsafe<readonly object[]>(Type.Array(Type.Any(), { description: 'what the contracts said; large numbers as text' })),
})

/** The same of one act: what a JSON number would lose fen of becomes text. */
export function toldOf({ events, ...rest }: Recorded) {
  return { ...rest, events: events.map(plain) }
}

export function plain(event: object): object {
  return JSON.parse(JSON.stringify(event, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))) as object
}
