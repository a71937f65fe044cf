import type { Donations } from '../../intake/donations.ts'
import { doubtfulOf, rangesOf, type KnownGift } from '../../intake/known.ts'
import type { Books } from './record.ts'
import { Refused } from './refused.ts'

const SHOWN = 50

/** @throws {Refused} unless the book has the fund, open. */
export function checkFund(books: Books, fund: number): void {
  const found = books.fund(fund)
  const facts = { fund: String(fund) }
  if (!found) throw new Refused('FUND_UNKNOWN', { zh: `没有编号为 ${fund} 的基金。`, en: `There is no fund ${fund}.` }, facts)
  if (!found.open) throw new Refused('FUND_NOT_OPEN', { zh: `基金 ${fund} 已终止。`, en: `Fund ${fund} is closed.` }, facts)
}

/** @throws {Refused} when the whole list stands in other funds: the fund was mistaken, now or then. */
export function checkElsewhere({ file, rows }: Donations, known: readonly KnownGift[], fund: number): void {
  const elsewhere = known.filter((gift) => gift.fund !== fund)
  if (rows.length === 0 || elsewhere.length < rows.length) return
  const more = elsewhere.length > SHOWN ? [`… +${elsewhere.length - SHOWN}`] : []
  const shown = elsewhere.slice(0, SHOWN)
  throw new Refused('RECORDED_ELSEWHERE', {
    zh: [
      `${file}：全部 ${rows.length} 笔都已登记在别的基金，没有再登记任何内容。`,
      ...shown.map(({ row, fund, number }) => `第 ${row} 行：基金 ${fund} 第 ${number} 笔收入`), ...more,
    ].join('\n'),
    en: [
      `${file}: all ${rows.length} gifts stand in other funds already; nothing was recorded.`,
      ...shown.map(({ row, fund, number }) => `row ${row}: inflow ${number} of fund ${fund}`), ...more,
    ].join('\n'),
  }, { file, rows: String(rows.length), funds: [...new Set(elsewhere.map(({ fund }) => fund))].join() })
}

/** What is told of the gifts that the book had already, for programs. */
export function factsOfKnown(list: Donations, known: readonly KnownGift[], fund: number) {
  const elsewhere = known.filter((gift) => gift.fund !== fund).map(({ row, fund, number }) => ({ row, fund, number }))
  return {
    known: known.length, knownRows: known.map(({ row }) => row), elsewhere, doubtful: doubtfulOf(list.rows, known),
  }
}

/** The same in sentences. */
export function linesOfKnown(list: Donations, known: readonly KnownGift[], fund: number): string[] {
  const { elsewhere, doubtful } = factsOfKnown(list, known, fund)
  const rows = rangesOf(known.map(({ row }) => row))
  const lines: string[] = []
  if (known.length > 0)
    lines.push(
      `已登记过，未重复登记：${known.length} 笔（第 ${rows} 行）。`,
      `Already recorded, not recorded again: ${known.length} (rows ${rows}).`,
    )
  if (elsewhere.length > 0) {
    const places = elsewhere.slice(0, SHOWN).map(({ row, fund, number }) => `${row} → ${fund}/${number}`).join('、')
    const more = elsewhere.length > SHOWN ? ` … +${elsewhere.length - SHOWN}` : ''
    lines.push(
      `其中 ${elsewhere.length} 笔登记在别的基金！ / ${elsewhere.length} of them stand in another fund!`,
      `行 → 基金/收入 row → fund/inflow: ${places}${more}`,
    )
  }
  for (const { date, rows } of doubtful)
    lines.push(
      `请核对 ${date}：第 ${rangesOf(rows)} 行与已登记的相同，被当作同一笔，而同日其余各行是新的。`
        + '若是接着登记中断的名单，无妨；若它们是另外的捐款，请用含整天的名单，或加流水号列。',
      `Look at ${date}: rows ${rangesOf(rows)} equal gifts that were recorded before and are taken for these, while others of `
        + 'that day are new. Fine for a list that was cut off; if they are other gifts, bring the whole day in one list, or add references.',
    )
  return lines
}
