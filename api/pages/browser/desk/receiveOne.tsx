import { useRef, useState } from 'preact/hooks'
import { readAmount, readDate, readText, type Reading } from '../../../../intake/cells.ts'
import { formatDay } from '../../../../ledger/day.ts'
import type { Fen } from '../../../../ledger/fen.ts'
import { SOURCE_WORDS, SOURCES, type Source } from '../../../../ledger/words.ts'
import { useDesk, type Desk } from './desk.ts'
import { DraftNote } from './draft.tsx'
import { Letter, useFault } from './faults.tsx'
import { say, word } from './language.ts'
import { Choice, DeskLink, Doing, Field, isoOf, yuan } from './pieces.tsx'
import type { Gift, LookedGift } from './receiveBatch.ts'
import { linksOf, lookFor, recordGifts, similarTo } from './receiveGifts.ts'
import type { Received } from './receiveReceipt.tsx'
import { Refused, SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

/** Where money that people bring may be from; what comes back and what is transferred is recorded as such elsewhere. */
export const GIVEN: readonly Source[] = SOURCES.slice(1, 6)

/** `account`: the bank account whose line this was typed from, or empty. */
type Typed = { fund: string; on: string; donor: string; amount: string; remark: string; reference: string; source: Source; account: string }
type Faults = Partial<Record<keyof Typed, string>>

/** So many equal gifts of one day, without a reference, nobody types. */
const MOST_ALIKE = 20

const YEAR_DAYS = 366

const FORM = 'receive'

/** One gift by hand. */
export function ReceiveOne({ onReceived }: { onReceived: (received: Received) => void }) {
  const desk = useDesk()
  const { typing, open } = useForm(desk)
  const { fields, change, clear } = typing
  const [faults, setFaults] = useState<Faults>({})
  const [alike, setAlike] = useState<LookedGift>()
  const [similar, setSimilar] = useState<number>()
  const type = (more: Partial<Typed>): void => {
    change(more)
    setAlike(undefined)
    setSimilar(undefined)
    setFaults((before) => ({ ...before, ...Object.fromEntries(Object.keys(more).map((name) => [name, undefined])) }))
  }
  const done = (received: Received): void => {
    const { fund, on, account } = fields
    clear({ fund, on })
    onReceived({ ...received, ...(account !== '' && { account: Number(account) }) })
  }
  const record = async (isAnother: boolean): Promise<void> => {
    const { gift, faults: found } = readForm(fields, desk)
    setFaults(found)
    if (!gift) return
    const { received, alike, similar } = await receive(desk, Number(fields.fund), fields.source, gift, isAnother)
    setAlike(alike)
    setSimilar(similar)
    if (received) done(received)
  }
  if (open.length === 0) return <p class="empty">{say('还没有开放的基金。', 'No fund is open.')}</p>
  const of = open.find(({ number }) => `${number}` === fields.fund)
  return (
    <Letter look="sheet" labelledby="receive-one">
      <h2 id="receive-one">{say('一笔捐款', 'One gift')}</h2>
      <DraftNote typing={typing} />
      {open.length === 1 && of
        ? <p class="note">{say('收入', 'Into')} {word(of.title)}</p>
        : <FundChoice funds={open} value={fields.fund} error={faults.fund} onInput={(fund) => type({ fund })} />}
      <Field label={say('日期', 'Date')} name="on" type="date" max={isoOf(desk.today)} value={fields.on} error={faults.on} onInput={(on) => type({ on })} />
      <LongAgo on={fields.on} />
      <Field label={say('捐赠人（不公开；不具名可不填）', 'Donor (private; may be left out)')} name="donor" value={fields.donor} error={faults.donor} maxLength={500} autocomplete="off" onInput={(donor) => type({ donor })} />
      <Field label={say('金额（元）', 'Amount (yuan)')} name="amount" inputMode="decimal" autocomplete="off" value={fields.amount} error={faults.amount} onInput={(amount) => type({ amount })} />
      <details open={Boolean(faults.remark ?? faults.reference)}>
        <summary>{say('备注、银行流水号、来源', 'Remark, reference, source')}{fields.source === 'Donation' ? '' : ` · ${word(SOURCE_WORDS[fields.source])}`}</summary>
        <div class="stack">
          <Field label={say('备注（不公开）', 'Remark (private)')} name="remark" value={fields.remark} error={faults.remark} maxLength={500} onInput={(remark) => type({ remark })} />
          <Field label={say('银行流水号（不公开）', "The bank's number (private)")} name="reference" value={fields.reference} error={faults.reference} maxLength={500} autocomplete="off" onInput={(reference) => type({ reference })} />
          <SourceChoice value={fields.source} onInput={(source) => type({ source })} />
        </div>
      </details>
      {alike
        ? <Alike gift={alike} fund={Number(fields.fund)} onRecord={async () => await record(true)} onShow={async () => done(await receiptOf(desk, Number(fields.fund), alike))} />
        : similar !== undefined
          ? <Similar fund={Number(fields.fund)} number={similar} onRecord={async () => await record(true)} />
          : <Doing type="submit" onDo={async () => await record(false)}>{say('登记', 'Record')}</Doing>}
    </Letter>
  )
}

/** The gift is here already: perhaps it was typed twice, perhaps somebody gave the same again. */
function Alike({ gift: { known }, fund, onRecord, onShow }: { gift: LookedGift; fund: number; onRecord: () => Promise<void>; onShow: () => Promise<void> }) {
  if (!known) return null
  return (
    <div class="stack-tight" role="alert">
      <p class="overdue">{say(
        `同日、同人、同额、同备注的一笔已登记为基金 ${known.fund} 第 ${known.number} 笔收入，没有再登记。`,
        `An equal gift of that day stands already as inflow ${known.number} of fund ${known.fund}; nothing was recorded.`,
      )}</p>
      <p class="note">{say('若是另一笔，最好填上银行流水号；没有流水号的，请确认后再登记。', 'If it is another one, type the bank’s number; if it has none, say so.')}</p>
      <div class="buttons">
        {known.fund === fund && <Doing quiet onDo={onShow}>{say('打印它的收款记录', 'Print its receipt')}</Doing>}
        <Doing quiet onDo={onRecord}>{say('这是另一笔，登记', 'It is another one: record it')}</Doing>
      </div>
    </div>
  )
}

/** The same donor gave as much on that day, with another remark: perhaps the same gift in other words. */
function Similar({ fund, number, onRecord }: { fund: number; number: number; onRecord: () => Promise<void> }) {
  return (
    <div class="stack-tight" role="alert">
      <p class="overdue">{say('同日、同人、同额的一笔已经登记：', 'The same donor gave as much on that day already: ')}
        <DeskLink to={`/desk/inflows/${fund}/${number}`}>{say(`第 ${number} 笔收入`, `inflow ${number}`)}</DeskLink>{say('，只是备注或流水号不同。还没有登记这一笔。', ', with another remark or reference. This one is not recorded yet.')}</p>
      <div class="buttons"><Doing quiet onDo={onRecord}>{say('这是另一笔，登记', 'It is another one: record it')}</Doing></div>
    </div>
  )
}

/** A day more than a year back is mostly a mistyped year. */
function LongAgo({ on }: { on: string }) {
  const { today } = useDesk()
  const reading = readDate(on, undefined)
  if (!('ok' in reading) || today - reading.ok <= YEAR_DAYS) return null
  return <p class="long-ago" role="status">{say(`${formatDay(reading.ok)} 是一年多以前。请核对年份；确实如此就照常登记。`, `${formatDay(reading.ok)} is more than a year ago. Look at the year; if it is right, go on.`)}</p>
}

/** One of the open funds; whoever has the choice makes it. */
export function FundChoice({ funds, value, error, onInput }: { funds: Desk['funds']; value: string; error?: string | undefined; onInput: (fund: string) => void }) {
  const input = useRef<HTMLSelectElement>(null)
  const { sentence, onMend } = useFault('fund', input)
  const wrong = sentence ?? error
  return (
    <label>
      <span>{say('基金', 'Fund')}</span>
      <select ref={input} name="fund" value={value} aria-invalid={wrong !== undefined} onInput={(event) => { onMend(); onInput(event.currentTarget.value) }}>
        {value === '' && <option value="" selected>{say('请选择', 'choose')}</option>}
        {funds.map(({ number, title }) => <option value={`${number}`} selected={`${number}` === value}>{number} · {word(title)}</option>)}
      </select>
      {wrong && <small class="field-error">{wrong}</small>}
    </label>
  )
}

/** Where the money is from, which is public. */
export function SourceChoice({ value, onInput }: { value: Source; onInput: (source: Source) => void }) {
  return <Choice<Source> label={say('来源（公开）', 'Source (public)')} name="source" value={value} options={GIVEN.map((source) => [source, SOURCE_WORDS[source]] as const)} onInput={onInput} />
}

function useForm(desk: Desk) {
  const open = desk.funds.filter((fund) => fund.open)
  const typing = useTyping<Typed>(FORM, {
    fund: open.length === 1 ? `${open[0]?.number}` : '', on: isoOf(desk.today), donor: '', amount: '', remark: '', reference: '', source: 'Donation', account: '',
  })
  return { typing, open }
}

/** Reads what was typed by the rules that lists are read by. */
function readForm({ fund, on, donor, amount, remark, reference }: Typed, { today }: Desk): { gift?: Gift; faults: Faults } {
  const faults: Faults = {}
  const take = <Value,>(name: keyof Typed, reading: Reading<Value>): Value | undefined => {
    if ('ok' in reading) return reading.ok
    faults[name] = say(`${reading.fault.zh}。`, `${reading.fault.en}.`)
    return undefined
  }
  if (fund === '') faults.fund = say('请选择基金。', 'Choose a fund.')
  const date = take('on', readDate(on, undefined))
  if (date !== undefined && date > today) faults.on = say('是将来的日期。', 'lies in the future.')
  const read = {
    donor: take('donor', readText(donor)), amount: take('amount', readAmount(amount, 'yuan')), remark: take('remark', readText(remark)), reference: take('reference', readText(reference)),
  }
  if (Object.keys(faults).length > 0 || date === undefined || read.amount === undefined) return { faults }
  const said = { donor: read.donor ?? '', remark: read.remark ?? '', reference: read.reference ?? '' }
  const line = [formatDay(date), said.donor, String(read.amount), said.remark, said.reference]
  return { gift: { row: 1, date, amount: read.amount, ...said, line, ordinal: 1 }, faults }
}

/**
 * Records a gift; gives what is known when the book has an equal one, and the number of one that differs in the remark alone.
 * Whoever came between is waited out once.
 */
async function receive(desk: Desk, fund: number, source: Source, gift: Gift, isAnother: boolean, isSecond = false): Promise<{ received?: Received; alike?: LookedGift; similar?: number }> {
  const alike = Array.from({ length: isAnother ? MOST_ALIKE : 1 }, (_, at) => ({ ...gift, ordinal: at + 1 }))
  const looked = await lookFor(desk, fund, alike)
  const next = looked.gifts.find(({ known }) => known === undefined)
  if (!next) {
    const [known] = looked.gifts
    if (!isAnother && known) return { alike: known }
    throw new SentenceOnly(say('这一天已有太多相同的捐款，请填银行流水号来区分。', 'There are too many equal gifts of this day; tell them apart by the bank’s number.'), { at: 'reference' })
  }
  const similar = isAnother || isSecond ? undefined : await similarTo(desk, fund, gift)
  if (similar !== undefined) return { similar }
  try {
    const recorded = await recordGifts(desk, source, { ...looked, gifts: [next] }, { typed: { form: FORM, warnings: doubtsOf(gift, looked.received) } })
    if (!recorded) return {}
    const number = Number(recorded[0]?.events.find(({ name }) => name === 'InflowsRecorded')?.['firstNumber'])
    return { received: await receiptOf(desk, fund, { ...next, known: { fund, number } }) }
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'LINE_MOVED' || isSecond) throw error
    await desk.refresh()
    return await receive(desk, fund, source, gift, isAnother, true)
  }
}

/** An amount that a fund never had before is mostly a nought too many. */
function doubtsOf({ amount }: Gift, received: Fen): string[] {
  const isVast = received > 0n && amount > received
  return isVast ? [say(`这一笔比该基金至今的全部收入（${yuan(received)}）还多：请核对金额，是不是多打了零。`, `This is more than all that the fund ever received (${yuan(received)}): look at the amount again, for a nought too many.`)] : []
}

async function receiptOf(desk: Desk, fund: number, gift: LookedGift): Promise<Received> {
  // It stands in the book already: whatever goes wrong now costs the link alone, which can be asked for again.
  const links = await linksOf(desk, fund, [gift.ref]).catch(() => undefined)
  const title = desk.funds.find(({ number }) => number === fund)?.title
  const link = links?.get(gift.ref)
  return { fund: title ? word(title) : `${fund}`, number: gift.known?.number ?? 0, date: gift.date, amount: gift.amount, donor: gift.donor, ...(link && { link }) }
}
