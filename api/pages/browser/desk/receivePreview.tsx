import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { DonationRow } from '../../../../intake/donations.ts'
import { doubtfulOf, rangesOf, type KnownGift } from '../../../../intake/known.ts'
import type { Fault, Problem } from '../../../../intake/problem.ts'
import { formatDay } from '../../../../ledger/day.ts'
import { useDesk } from './desk.ts'
import { say, word } from './language.ts'
import { isoOf, yuan } from './pieces.tsx'
import type { FileRead } from './receiveFile.ts'
import type { Looked } from './receiveGifts.ts'

const ENCODINGS = { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16', gb18030: 'GB18030', xls: 'Excel .xls', xlsx: 'Excel .xlsx' } as const

/** A screenful: whoever has more first mends the list. */
const SHOWN = 100
const SAMPLED = 5
const FEW = 3

/** What was read, so that somebody can compare it with the file. */
export function Facts({ read: { encoding, columns, list } }: { read: Extract<FileRead, { kind: 'list' }> }) {
  const { rows, sum, skippedEmpty, total, notes, ignoredColumns, sheet } = list
  const days = rows.map(({ date }) => date)
  const [first, last] = [days.reduce((a, b) => (b < a ? b : a), days[0] ?? 0), days.reduce((a, b) => (b > a ? b : a), days[0] ?? 0)]
  return (
    <section class="sheet stack" aria-label={say('读到的内容', 'What was read')}>
      <p class="head-row"><span class="big amount">{yuan(sum)}</span><strong class="list-count">{say(`${rows.length} 笔`, `${rows.length} gifts`)}</strong></p>
      <dl class="facts">
        {rows.length > 0 && <Fact label={say('日期', 'Dates')}>{first === last ? isoOf(first) : say(`${isoOf(first)} 至 ${isoOf(last)}`, `${isoOf(first)} to ${isoOf(last)}`)}</Fact>}
        {total && <Fact label={say('名单自己的合计', 'The list’s own total')}>{yuan(total.stated)} <span class={`chip ${total.agrees ? 'chip-good' : 'chip-bad'}`}>{total.agrees ? say('与各行之和一致', 'agrees') : say('与各行之和不符', 'does not agree')}</span></Fact>}
        <Fact label={say('文件', 'File')}>{ENCODINGS[encoding]}{sheet && say(`，工作表“${sheet}”`, `, sheet “${sheet}”`)}{say(`，表头在第 ${columns.headerRow} 行`, `, headings in row ${columns.headerRow}`)}</Fact>
        {skippedEmpty > 0 && <Fact label={say('空行', 'Empty lines')}>{skippedEmpty}</Fact>}
        {ignoredColumns.length > 0 && <Fact label={say('没有用到的列', 'Columns not read')}>{ignoredColumns.join(say('、', ', '))}</Fact>}
        {notes.map(({ row, text }) => <Fact label={say(`第 ${row} 行不是捐款`, `Row ${row} is no gift`)}>{text}</Fact>)}
      </dl>
    </section>
  )
}

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return <div><dt>{label}</dt><dd>{children}</dd></div>
}

/** Everything that is wrong, at its cell; it is left out only when somebody says so. */
export function Problems({ problems, isLeftOut, onLeaveOut }: { problems: readonly Problem[]; isLeftOut: boolean; onLeaveOut: (isLeftOut: boolean) => void }) {
  if (problems.length === 0) return null
  const rows = rowsOf(problems)
  return (
    <section class="sheet stack problems" aria-labelledby="problems-title">
      <h2 id="problems-title">{say(`有 ${problems.length} 处问题`, `${problems.length} problems`)}</h2>
      <p class="note">{say('请在原表里改好再读一次；或者勾选下面一项，其余各行照常登记。', 'Mend them in the file and read it again; or leave them out below.')}</p>
      <ProblemRows problems={problems} />
      <label class="check"><input type="checkbox" name="leave-out" checked={isLeftOut} onInput={(event) => onLeaveOut(event.currentTarget.checked)} />
        {say(`这 ${rows.length} 行不登记：第 ${rangesOf(rows)} 行`, `Leave these ${rows.length} rows out: ${rangesOf(rows)}`)}</label>
    </section>
  )
}

/** What was left out, once the rest is recorded: nobody has to remember it. */
export function LeftOut({ problems }: { problems: readonly Problem[] }) {
  if (problems.length === 0) return null
  const rows = rowsOf(problems)
  return (
    <section class="sheet stack problems no-print" aria-labelledby="left-out-title">
      <h2 id="left-out-title">{say(`有 ${rows.length} 行没有登记：第 ${rangesOf(rows)} 行`, `${rows.length} rows are not recorded: ${rangesOf(rows)}`)}</h2>
      <p class="note">{say('请在原表里改好，整份再读一次：已登记的不会重复登记。', 'Mend them in the file and read the whole of it again: what is recorded is not recorded twice.')}</p>
      <ProblemRows problems={problems} />
    </section>
  )
}

function rowsOf(problems: readonly Problem[]): number[] {
  return [...new Set(problems.map(({ row }) => row))]
}

function ProblemRows({ problems }: { problems: readonly Problem[] }) {
  const [isAll, setAll] = useState(false)
  return (
    <>
      <ol class="rows">
        {(isAll ? problems : problems.slice(0, SHOWN)).map(({ row, column, value = '', ...fault }) => (
          <li>
            <strong>{say(`第 ${row} 行`, `Row ${row}`)}{column && say(` ${column.letter} 列（${column.heading}）`, `, column ${column.letter} (${column.heading})`)}</strong>{' '}
            {value !== '' && <q class="cell">{shortOf(value)}</q>} {sentenceOf(fault)}
          </li>
        ))}
      </ol>
      {!isAll && problems.length > SHOWN && <button type="button" class="button-quiet" onClick={() => setAll(true)}>{say(`列出全部 ${problems.length} 处`, `Show all ${problems.length}`)}</button>}
    </>
  )
}

/** The first rows as they were understood: a wrong column shows at once. */
export function Sample({ rows }: { rows: readonly DonationRow[] }) {
  if (rows.length === 0) return null
  return (
    <section class="stack-tight" aria-labelledby="sample-title">
      <h2 id="sample-title">{say('头几行', 'The first rows')}</h2>
      <div class="table-scroll">
        <table class="sample">
          <thead><tr><th>{say('行', 'Row')}</th><th>{say('日期', 'Date')}</th><th>{say('捐赠人', 'Donor')}</th><th class="amount">{say('金额', 'Amount')}</th><th>{say('备注', 'Remark')}</th><th>{say('流水号', 'Reference')}</th></tr></thead>
          <tbody>
            {rows.slice(0, SAMPLED).map(({ row, date, donor, amount, remark, reference }) => (
              <tr><td>{row}</td><td class="day">{formatDay(date)}</td><td>{shortOf(donor)}</td><td class="amount">{yuan(amount)}</td><td>{shortOf(remark)}</td><td>{shortOf(reference)}</td></tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

/**
 * Rows that say the same in everything, or have one number of the bank: each is a gift of its own, which may be right (banks do repeat
 * numbers), and may be a slip of whoever wrote the list.
 */
export function Doubles({ rows }: { rows: readonly DonationRow[] }) {
  const groups = [...Map.groupBy(rows, ({ line, reference }) => reference || JSON.stringify(line)).values()].filter(({ length }) => length > 1)
  if (groups.length === 0) return null
  const sentences = groups.slice(0, SHOWN).map((equal) => <li>{doubleWords(equal)}</li>)
  return (
    <section class="stack-tight known" aria-label={say('相同的行', 'Equal rows')}>
      {groups.length <= FEW ? <ul>{sentences}</ul> : (
        <details>
          <summary>{say(`有 ${groups.length} 组行完全相同，或流水号相同，会各记成一笔`, `${groups.length} groups of rows are equal or have one number of the bank, each recorded as a gift of its own`)}</summary>
          <ul>{sentences}{groups.length > SHOWN && <li>{say(`…… 另有 ${groups.length - SHOWN} 组`, `… and ${groups.length - SHOWN} more`)}</li>}</ul>
        </details>
      )}
      <p class="note">{say('若是重复抄写，多出来的请先从文件里删去。', 'Where one was written twice, take it out of the file first.')}</p>
    </section>
  )
}

function doubleWords(equal: readonly DonationRow[]): string {
  const [rows, count] = [rangesOf(equal.map(({ row }) => row)), equal.length]
  const { donor = '', amount = 0n, reference = '' } = equal[0] ?? {}
  if (new Set(equal.map(({ line }) => JSON.stringify(line))).size > 1)
    return say(`第 ${rows} 行流水号相同（${shortOf(reference)}），会记成 ${count} 笔`, `Rows ${rows} have one number of the bank (${shortOf(reference)}) and will be recorded as ${count} gifts`)
  const who = `${donor === '' ? say('不具名', 'not named') : shortOf(donor)} ${yuan(amount)}`
  return say(`第 ${rows} 行完全相同（${who}），会记成 ${count} 笔`, `Rows ${rows} are equal (${who}) and will be recorded as ${count} gifts`)
}

/** Which rows stand in the book already, and where; they are not recorded again. */
export function Known({ looked: { gifts, fund } }: { looked: Looked }) {
  const { funds } = useDesk()
  const known = gifts.flatMap(({ row, date, known }): KnownGift[] => (known ? [{ row, date, ...known }] : []))
  if (known.length === 0) return null
  const elsewhere = known.filter((gift) => gift.fund !== fund)
  const titleOf = (number: number) => {
    const title = funds.find((one) => one.number === number)?.title
    return say(`基金 ${number}${title ? `（${title.zh}）` : ''}`, `fund ${number}${title ? ` (${word(title)})` : ''}`)
  }
  return (
    <div class="stack-tight known">
      <p>{say(`已登记过、不会再登记的 ${known.length} 笔：第 ${rangesOf(known.map(({ row }) => row))} 行。`, `${known.length} are recorded already and will not be again: rows ${rangesOf(known.map(({ row }) => row))}.`)}</p>
      {elsewhere.length > 0 && <p class="overdue">{say(`其中 ${elsewhere.length} 笔登记在别的基金，请核对。`, `${elsewhere.length} of them stand in another fund; look at them.`)}</p>}
      <details>
        <summary>{say('各在哪里', 'Where they stand')}</summary>
        <ul class="rows">
          {[...elsewhere, ...known.filter((gift) => gift.fund === fund)].slice(0, SHOWN).map(({ row, fund, number }) => (
            <li>{say(`第 ${row} 行：${titleOf(fund)}第 ${number} 笔收入`, `row ${row}: inflow ${number} of ${titleOf(fund)}`)}</li>
          ))}
          {known.length > SHOWN && <li>{say(`…… 另有 ${known.length - SHOWN} 笔`, `… and ${known.length - SHOWN} more`)}</li>}
        </ul>
      </details>
      {doubtfulOf(gifts, known).map(({ date, rows }) => (
        <p class="note">{say(
          `请核对 ${date}：第 ${rangesOf(rows)} 行与已登记的相同，被当作同一笔，而同日其余各行是新的。若是接着登记中断的名单，无妨；若它们是另外的捐款，请用含整天的名单，或加流水号列。`,
          `Look at ${date}: rows ${rangesOf(rows)} equal gifts that were recorded before and are taken for these, while others of that day are new. Fine for a list that was cut off; if they are other gifts, bring the whole day in one list, or add references.`,
        )}</p>
      ))}
    </div>
  )
}

/** At the desk the order of day and month is chosen below, and not in a file. */
function sentenceOf({ code, zh, en }: Fault): string {
  if (code === 'DATE_AMBIGUOUS') return say('分不清日和月，请在下面选日期的写法。', 'Day and month are not told apart; say below how dates are written.')
  return say(`${zh}。`, `${en}.`)
}

function shortOf(text: string): string {
  const visible = text.replace(/\p{Cc}/gu, '\ufffd')
  return visible.length > 60 ? `${visible.slice(0, 60)}…` : visible
}
