import { Type } from '@fastify/type-provider-typebox'
import type { Hex } from '../../ledger/hex.ts'
import { KINDS, REASONS, ROLES, SOURCES, STATES, type Kind, type Reason, type Role, type Source, type State } from '../../ledger/words.ts'
import type { StepView } from '../views.ts'
import { DateText, FenText, HashText, ListOf, Number32 } from '../schemas.ts'

/** How the answers of /v1 look. Amounts are strings of fen; fields that an answer has beside these stay in the server. */

/** A text in both languages. */
export const WordsAnswer = Type.Object({ zh: Type.String(), en: Type.String() })
const SourceName = Type.Unsafe<Source>(Type.Enum([...SOURCES]))
const KindName = Type.Unsafe<Kind>(Type.Enum([...KINDS]))
const StateName = Type.Unsafe<State>(Type.Enum([...STATES]))
const UnixTime = Type.Integer({ description: 'unix seconds' })

export const HeadAnswer = Type.Object({ number: Type.Integer(), hash: HashText, time: UnixTime })

export const FundAnswer = Type.Object({
  number: Number32, title: WordsAnswer, purpose: WordsAnswer, community: Number32, restricted: Type.Boolean(), open: Type.Boolean(),
  received: FenText, returned: FenText, corrected: FenText, spent: FenText, transferred: FenText, held: FenText, reserve: FenText, available: FenText, unspent: FenText,
  inflows: Type.Integer(), outflows: Type.Integer(), paper: HashText, demo: Type.Boolean(),
})

const OriginAnswer = Type.Object({ fund: Number32, outflow: Number32 })

export const InflowAnswer = Type.Object({
  fund: Number32, number: Number32, batch: Number32, amount: FenText, source: SourceName, effectiveOn: DateText,
  recordedAt: UnixTime, recorder: Type.Integer(), paper: HashText, origin: Type.Optional(OriginAnswer),
})

const outflowFields = {
  fund: Number32, number: Number32, kind: KindName, state: StateName, amount: FenText, paid: FenText, returned: FenText,
  effectiveOn: Type.Optional(DateText), paper: HashText, title: WordsAnswer, category: WordsAnswer, project: Type.Optional(Type.String()),
  demo: Type.Boolean({ description: 'invented for the demonstration' }),
}

export const OutflowAnswer = Type.Object({
  ...outflowFields, recordedAt: UnixTime,
  subject: Type.Optional(Type.Integer({ description: 'the inflow of a refund or void, the other fund of a transfer' })),
})

const StepAnswer = Type.Object({
  step: Type.Unsafe<StepView['step']>(Type.String()), role: Type.Unsafe<Role>(Type.Enum([...ROLES])), person: Type.Integer(),
  at: UnixTime, paper: HashText, transaction: HashText, amount: Type.Optional(FenText), effectiveOn: Type.Optional(DateText),
  reason: Type.Optional(Type.Unsafe<Reason>(Type.Enum([...REASONS]))),
  statement: Type.Optional(Type.String({ description: 'what whoever took it wrote for everybody' })),
  documents: Type.Optional(Type.Unsafe<readonly Hex[]>(Type.Array(HashText, { description: 'SHA-256 of the photos and files that its paper names, which are private' }))),
})

const DonorPartAnswer = Type.Object({
  fund: Number32, inflow: Number32, amount: FenText, source: SourceName, effectiveOn: DateText,
})

export const PaymentAnswer = Type.Object({
  ...OutflowAnswer.properties,
  steps: ListOf(StepAnswer),
  parts: ListOf(DonorPartAnswer, 'whose fen were used; no names'),
  more: Type.Integer({ description: 'parts that are not listed' }),
  returns: ListOf(Type.Object({ fund: Number32, inflow: Number32, amount: FenText, effectiveOn: DateText })),
})

