import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Reader } from '../../indexer/read.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import { formatDay, parseDay, type Day } from '../../ledger/day.ts'
import { readFen, type Fen } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'
import { readInflowCall, type InflowCall } from '../../ledger/inflowCall.ts'
import { hashOfPaper, type Opened, type Paper } from '../../ledger/papers.ts'
import { refOf } from '../../ledger/refs.ts'
import { keptUntil } from '../../vault/retention.ts'
import type { NewlyPut } from '../../vault/filing.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Acts } from '../desk/acts.ts'
import { RecordedAnswer, toldOf } from '../desk/recorded.ts'
import { checkRole, type Sessions } from '../desk/sessions.ts'
import { Problem, ProblemAnswer } from '../problem.ts'
import type { Signed } from '../relay.ts'
import { BytesText, DateText, Exactly, FenText, HashText, ListOf, Number32 } from '../schemas.ts'
import type { Limits } from '../security.ts'
import { notInOrder, PaperBody, readPaperBody } from './papers.ts'

/** What the desk asks of the vault about gifts. */
export type GiftVault = Pick<Vault, 'bookKey' | 'paperOf' | 'fieldsOf' | 'hasPaper' | 'knownRefs' | 'putGifts' | 'dropGift' | 'linkOf'>

type Parts = {
  reader: Pick<Reader, 'fund' | 'inflow' | 'inflowsOfRef' | 'findInflows' | 'atOnce'>
  vault: GiftVault
  anchor: Anchor
  acts: Acts
  sessions: Sessions
  settings: { readonly publicUrl: string }
  limits: Limits
}

/** A gift as it is brought. Without a paper when the vault has one from an import that was cut off. */
type Brought = { ref: Hex; amount: Fen; given?: { paper: Paper; opened: Opened } }

const MOST_LOOKED_FOR = 1_000
const BATCH_SIZE = 500
const MOST_STRANGERS = 10_000

/** So many gifts of one day and amount are opened for one that is typed: each takes a fraction of a millisecond. */
const MOST_OPENED = 200

/** 500 gifts with names and remarks of the longest that lists may have, twice over: in the call and beside it. */
const MOST_BYTES = 8_000_000

/** A list of a hundred thousand gifts is two hundred batches, and whoever brings them has signed in. */
const BUSY = 10

const Line = Type.Array(Type.String({ maxLength: 1_000 }), { minItems: 5, maxItems: 5, description: 'date, donor, fen, remark, reference' })
const Looked = Type.Object({
  ref: HashText, known: Type.Optional(Type.Object({ fund: Number32, number: Number32 })),
  paper: Type.Optional(Type.Unsafe<Hex>(Type.String({ description: 'the vault has this paper for it, from an import that was cut off' }))),
})
const GiftBody = Exactly({
  ref: HashText, amount: FenText, paper: Type.Optional(PaperBody.properties.paper), opened: Type.Optional(PaperBody.properties.opened),
})

/** Gifts, one or a list: which the book has already, and those that somebody signed. Refs are made here, under the book's key. */
export const deskGifts: FastifyPluginAsyncTypebox<Parts> = async (app, { reader, vault, anchor, acts, sessions, settings, limits }) => {
  const config = { rateLimit: { max: limits.writes * BUSY, timeWindow: '1 minute' } }
  const problems = { '4xx': ProblemAnswer }
  const strangers = openStrangers(vault)

  app.post('/desk/gifts/look', {
    schema: {
      tags: ['desk'], summary: 'The refs of gifts, and which of them the book has already',
      body: Exactly({ fund: Number32, gifts: Type.Array(Exactly({ line: Line, ordinal: Number32 }), { maxItems: MOST_LOOKED_FOR }) }),
      response: { 200: Type.Object({ received: FenText, gifts: ListOf(Looked) }), ...problems },
    },
    bodyLimit: MOST_BYTES, config,
  }, async (request) => {
    checkRole(sessions.of(request), 'ACCOUNTANT')
    const { fund, gifts } = request.body
    const refs = gifts.map(({ line, ordinal }) => refOf(vault.bookKey, line, ordinal))
    const kept = vault.knownRefs(fund, refs)
    const adopted = (ref: Hex, at: number) => strangers.adopt(fund, ref, kept.get(ref), gifts[at]?.line ?? [])
    return reader.atOnce(() => ({
      received: receivedOf(fund),
      gifts: refs.map((ref, at) => {
        const [known] = reader.inflowsOfRef(ref)
        const paper = known ? undefined : adopted(ref, at)
        return { ref, ...(known && { known: { fund: known.fund, number: known.number } }), ...(paper && { paper }) }
      }),
    }))
  })

  app.post('/desk/gifts/similar', {
    schema: {
      tags: ['desk'], summary: 'The newest gift of a fund with this donor, day and amount, whatever its remark is',
      body: Exactly({ fund: Number32, donor: Type.String({ minLength: 1, maxLength: 1_000 }), on: DateText, amount: FenText }),
      response: { 200: Type.Object({ number: Type.Optional(Number32) }), ...problems },
    },
    config,
  }, async (request) => {
    checkRole(sessions.of(request), 'ACCOUNTANT')
    const { fund, donor, on, amount } = request.body
    const day = readDay(on)
    const number = reader.findInflows({ fund, from: day, to: day, amount: readFen(String(amount)), skip: 0, limit: MOST_OPENED }).find(isOf(donor))?.number
    return number === undefined ? {} : { number }
  })

  app.post('/desk/gifts', {
    schema: {
      tags: ['desk'], summary: 'Bring a signed recordInflows, with its gifts in its order',
      body: Exactly({ rawTransaction: BytesText, fund: Number32, gifts: Type.Array(GiftBody, { minItems: 1, maxItems: BATCH_SIZE }) }),
      response: { 200: RecordedAnswer, ...problems },
    },
    bodyLimit: MOST_BYTES, config,
  }, async (request) => {
    const staff = sessions.of(request)
    checkRole(staff, 'ACCOUNTANT')
    const { rawTransaction, fund } = request.body
    const signed = acts.read(staff, rawTransaction)
    const call = callOf(signed, anchor.contracts.ledger)
    const gifts = request.body.gifts.map(readBrought)
    checkSame(call, fund, gifts)
    await checkNew(signed, gifts)
    return toldOf(await acts.record(signed, { papers: call.inflows.map(({ paper }) => paper), keep: () => keep(call, gifts) }))
  })

  app.post('/desk/gifts/links', {
    schema: {
      tags: ['desk'], summary: 'The links of recorded gifts, for receipts; none for those whose private fields the law took out',
      body: Exactly({ fund: Number32, refs: Type.Array(HashText, { maxItems: MOST_LOOKED_FOR }) }),
      response: {
        200: Type.Object({ base: Type.String(), links: ListOf(Type.Object({ ref: HashText, code: Type.String(), key: Type.String() })) }), ...problems,
      },
    },
    bodyLimit: MOST_BYTES, config,
  }, async (request) => {
    checkRole(sessions.of(request), 'ACCOUNTANT')
    const { fund, refs } = request.body
    const links = refs.flatMap((ref) => {
      const isRecorded = reader.inflowsOfRef(ref).some((inflow) => inflow.fund === fund)
      const link = isRecorded ? vault.linkOf(fund, ref) : undefined
      return link ? [{ ref, ...link }] : []
    })
    return { base: settings.publicUrl, links }
  })

  function isOf(donor: string) {
    return ({ fund, number }: { fund: number; number: number }): boolean => {
      const paper = reader.inflow(fund, number)?.paper
      return paper !== undefined && vault.fieldsOf(paper)?.['donor']?.value === donor
    }
  }

  function receivedOf(fund: number): Fen {
    const received = reader.fund(fund)?.received
    if (received !== undefined) return received
    throw new Problem(422, 'FUND_UNKNOWN', { zh: `没有编号为 ${fund} 的基金。`, en: `There is no fund ${fund}.` }, { fund: String(fund) })
  }

  /** The contract takes a ref twice. Whatever was signed and sent before is brought again, and is no second time. @throws {Problem} */
  async function checkNew(signed: Signed, gifts: readonly Brought[]): Promise<void> {
    if (await acts.isSent(signed)) return
    const [known] = gifts.flatMap(({ ref }) => reader.inflowsOfRef(ref).slice(0, 1))
    if (!known) return
    const { fund, number } = known
    throw new Problem(409, 'GIFT_KNOWN', {
      zh: `其中有已登记的捐款（基金 ${fund} 第 ${number} 笔收入），没有登记任何内容；请再看一次。`,
      en: `Inflow ${number} of fund ${fund} is one of these gifts already; nothing was recorded, please look again.`,
    }, { fund: String(fund), number: String(number) })
  }

  /** Looks and keeps in one turn, so that nobody else's paper comes in between. @throws {Problem} */
  function keep({ fund, effectiveOn, inflows }: InflowCall, gifts: readonly Brought[]): NewlyPut {
    const kept = vault.knownRefs(fund, gifts.map(({ ref }) => ref))
    const others = inflows.filter(({ ref, paper }) => kept.has(ref) && kept.get(ref) !== paper)
    const isStuck = others.some(({ ref }) => !strangers.has(fund, ref, kept.get(ref)) || acts.isUnderWay(kept.get(ref)))
    if (isStuck || [...inflows.entries()].some(([at, { ref, paper }]) => kept.get(ref) !== paper && gifts[at]?.given === undefined))
      throw new Problem(409, 'PAPER_KEPT', {
        zh: '凭证库里已有这些捐款的另一份凭证（上次登记中断时留下的），没有登记任何内容；请再看一次。',
        en: 'The vault has another paper for one of these gifts, from an import that was cut off; nothing was recorded, please look again.',
      })
    for (const { ref } of others) vault.dropGift(fund, ref)
    const brought = gifts.flatMap(({ ref, given }) => (given ? [{ fund, ref, ...given }] : []))
    const papers = brought.map(({ paper }) => hashOfPaper(paper)).filter((hash) => !vault.hasPaper(hash))
    try {
      const put = vault.putGifts(brought, keptUntil(effectiveOn))
      return { papers, gifts: put.flatMap(({ ref, paper, known }) => (known ? [] : [{ fund, ref, paper }])) }
    } catch (error) {
      throw notInOrder(error)
    }
  }
}

/**
 * Papers that were kept for a ref and say something else than its line. An import that was cut off leaves none such: whoever signed
 * one would have recorded another donor's gift. They are known by looking, which has the line; what is recorded then brings a paper
 * of its own, and the vault lets go of the stranger.
 */
function openStrangers(vault: Pick<GiftVault, 'paperOf' | 'fieldsOf'>) {
  const found = new Map<string, Hex>()
  return {
    /** The paper that is kept for a ref, if it is its line's. */
    adopt(fund: number, ref: Hex, paper: Hex | undefined, line: readonly string[]): Hex | undefined {
      if (paper === undefined) return undefined
      const said = lineOfPaper(vault, paper)
      if (line.every((cell, at) => said[at] === undefined || cell === said[at])) return paper
      if (found.size >= MOST_STRANGERS) found.clear()
      found.set(`${fund} ${ref}`, paper)
      return undefined
    },
    has(fund: number, ref: Hex, paper: Hex | undefined): boolean {
      return paper !== undefined && found.get(`${fund} ${ref}`) === paper
    },
  }
}

/** What a gift's paper says, as the line that its ref is made of (intake/donations.ts); undefined where the law has closed it. */
function lineOfPaper(vault: Pick<GiftVault, 'paperOf' | 'fieldsOf'>, hash: Hex): readonly (string | undefined)[] {
  const said = { effectiveOn: '', amount: '', ...vault.paperOf(hash)?.paper.public }
  const opened = vault.fieldsOf(hash)
  const cell = (field: string) => opened && (opened[field]?.value ?? '')
  return [said.effectiveOn, cell('donor'), said.amount, cell('remark'), cell('reference')]
}

/** @throws {Problem} for a date that the calendar does not have. */
function readDay(text: string): Day {
  try {
    return parseDay(text)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Problem(400, 'INVALID', { zh: `“${text}”不是日期。`, en: `"${text}" is no date.` })
  }
}

/** @throws {Problem} unless inflows are recorded by it. */
function callOf({ to, data }: Signed, ledger: Hex): InflowCall {
  const call = to.toLowerCase() === ledger ? readInflowCall(data as Hex) : undefined
  if (call) return call
  throw new Problem(422, 'NO_INFLOWS', { zh: '签名的操作不是登记收入。', en: 'What was signed records no inflows.' })
}

function readBrought({ ref, amount, paper, opened }: { ref: Hex; amount: unknown; paper?: unknown; opened?: unknown }): Brought {
  return { ref, amount: readFen(String(amount)), ...(paper !== undefined && { given: readPaperBody({ paper, opened }) }) }
}

/** What is kept must be what was signed, gift by gift. @throws {Problem} */
function checkSame(call: InflowCall, fund: number, gifts: readonly Brought[]): void {
  const isSame = call.fund === fund && call.inflows.length === gifts.length && call.inflows.every(({ ref, amount, paper }, at) => {
    const gift = gifts[at]
    return gift?.ref === ref && gift.amount === amount && (!gift.given || isPaperOf(call, amount, paper, gift.given.paper))
  })
  if (!isSame)
    throw new Problem(422, 'GIFTS_OTHER', { zh: '带来的捐款与签名的操作不符，没有登记任何内容。', en: 'The gifts are not those that were signed; nothing was recorded.' })
}

function isPaperOf({ source, effectiveOn }: InflowCall, amount: Fen, hash: Hex, paper: Paper): boolean {
  const { kind, public: said } = paper
  return hashOfPaper(paper) === hash && kind === (source === 'Donation' ? 'donation' : 'inflow') && said['amount'] === String(amount) && said['effectiveOn'] === formatDay(effectiveOn) && said['source'] === source
}
