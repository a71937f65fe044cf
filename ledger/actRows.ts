import { getAddress, type Result } from 'ethers'
import type { Names, Row } from './actWords.ts'
import { Day, dayAt, formatDay, formatMinute } from './day.ts'
import { formatYuan, type Fen } from './fen.ts'
import { REASON_WORDS, REASONS, ROLE_WORDS, ROLES, wordAt, type Words } from './words.ts'

/** The Charter's number for whoever calls: AccessManager's PUBLIC_ROLE. */
const PUBLIC_ROLE = 2n ** 64n - 1n
const DAY_SECONDS = 86_400n

/** A fact under its label. */
export function row(zh: string, en: string, value: Words): Row {
  return { label: { zh, en }, value }
}

/** Money, to the fen, whatever it is: it may be no amount of the book at all, and below zero in an account of the bank. */
export function amountRow(zh: string, en: string, amount: bigint): Row {
  return { ...row(zh, en, same(yuan(amount))), kind: 'amount' }
}

/** A day. @throws {RangeError} for a day of no calendar. */
export function dayRow(zh: string, en: string, day: bigint): Row {
  return row(zh, en, same(dayText(day)))
}

/** An address as its owner copies it: its capitals are its check (ERC-55). */
export function addressRow(zh: string, en: string, address: string): Row {
  return row(zh, en, same(getAddress(address)))
}

/** The day that an entry is booked on. */
export function effectiveRow(day: bigint): Row {
  return dayRow('记账日期', 'Accounting date', day)
}

/** The fund that a call is about. */
export function fundRow(number: bigint, names: Names, label: Words = { zh: '基金', en: 'Fund' }): Row {
  return named({ label, value: fundWords(number, names) }, number, names)
}

/** An outflow of that fund. The call does not say of which kind it is. */
export function outflowRow(number: bigint): Row {
  return row('支出', 'Outflow', { zh: `第 ${number} 笔支出`, en: `outflow ${number}` })
}

/** An inflow that the contract takes only with its proof. */
export function inflowRows({ batch, number, inflow }: Result): Row[] {
  return [
    row('原收入', 'Inflow', { zh: `第 ${number} 笔收入（第 ${batch} 批）`, en: `inflow ${number} (batch ${batch})` }),
    amountRow('原金额', 'Its amount', inflow.amount),
  ]
}

/** Why an entry ends or corrects another. */
export function reasonRow(reason: bigint): Row {
  return row('原因', 'Reason', REASON_WORDS[wordAt(REASONS, reason)])
}

/** The community that it belongs to, by its number. */
export function communityRow(number: bigint): Row {
  return row('社区', 'Community', { zh: `社区 ${number}`, en: `Community ${number}` })
}

/** A bank account by its number: the bank’s own is on no chain. */
export function accountRow(number: bigint): Row {
  return row('银行账户', 'Bank account', { zh: `账户 ${number}`, en: `Account ${number}` })
}

/** What one match says. */
export function matchRow({ line, fund, outflow, number, amount }: Result, index: number, names: Names): Row {
  const entry = entryWords(fund, outflow ? { zh: '支出', en: 'outflow' } : { zh: '收入', en: 'inflow' }, number, names)
  return named(row(`第 ${index + 1} 项`, `Match ${index + 1} of this call`, {
    zh: `流水第 ${line} 行的 ${yuan(amount)} 是${entry.zh}`, en: `${yuan(amount)} of line ${line} is ${entry.en}`,
  }), fund, names)
}

/** A finding by its number. */
export function findingRow(number: bigint): Row {
  return row('审计问题', 'Finding', { zh: `第 ${number} 号`, en: `finding ${number}` })
}

/** A complaint by its number. */
export function complaintRow(number: bigint): Row {
  return row('投诉', 'Complaint', { zh: `第 ${number} 号`, en: `complaint ${number}` })
}

/** Whose key: the address alone, as no name is on the chain. */
export function keyRow(key: string): Row {
  return addressRow('密钥', 'Key', key)
}

/** The contract that the council rules over. */
export function targetRow(target: string): Row {
  return addressRow('合约', 'Contract', target)
}

/** The role that somebody gets, or no longer has. */
export function roleRow(role: bigint): Row {
  return row('岗位', 'Role', roleWords(role))
}

/** A fund by its number, and its title where it has one. */
function fundWords(number: bigint, names: Names): Words {
  const title = names.fund(Number(number))
  return { zh: `基金 ${number}${title ? `（${title.zh}）` : ''}`, en: `Fund ${number}${title ? ` (${title.en})` : ''}` }
}

/** What a complaint is about. */
export function concernRow(fund: bigint, outflow: bigint, names: Names): Row {
  const entry = outflow ? entryWords(fund, { zh: '支出', en: 'outflow' }, outflow, names) : undefined
  const concern = entry ?? (fund ? fundWords(fund, names) : { zh: '整个社区', en: 'the whole community' })
  return named(row('投诉对象', 'About', concern), fund, names)
}

/** A person by their number. */
export function personWords(number: bigint): Words {
  return { zh: `第 ${number} 号人员`, en: `person ${number}` }
}

/** A role by its name. @throws {RangeError} for one that the matrix does not have. */
export function roleWords(role: bigint): Words {
  return role === PUBLIC_ROLE ? { zh: '任何人', en: 'anybody' } : ROLE_WORDS[wordAt(ROLES, role)]
}

/** From one day to another. */
export function daysWords(from: bigint, through: bigint): Words {
  return { zh: `${dayText(from)} 至 ${dayText(through)}`, en: `${dayText(from)} to ${dayText(through)}` }
}

/** How long something waits. */
export function waitWords(seconds: bigint): Words {
  if (seconds % DAY_SECONDS) return { zh: `${seconds} 秒`, en: `${seconds} s` }
  const days = seconds / DAY_SECONDS
  return { zh: `${days} 天`, en: days === 1n ? '1 day' : `${days} days` }
}

/** From when on something may be done; 0 is as soon as its delay is over. @throws {RangeError} for a moment of no calendar. */
export function momentWords(seconds: bigint): Words {
  if (seconds === 0n) return { zh: '公示期一过', en: 'as soon as its delay is over' }
  // A moment of no day of the calendar is refused, as a day is.
  dayAt(Number(seconds))
  const text = formatMinute(Number(seconds))
  return { zh: `${text}（北京时间）`, en: `${text} China Standard Time` }
}

/** The sum of whatever amounts a call names, which may be beyond the line. */
export function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n)
}

/** What reads the same in both languages. */
export function same(text: string): Words {
  return { zh: text, en: text }
}

function entryWords(fund: bigint, kind: Words, number: bigint, names: Names): Words {
  const { zh, en } = fundWords(fund, names)
  return { zh: `${zh}${/\d$/.test(zh) ? ' ' : ''}第 ${number} 笔${kind.zh}`, en: `${kind.en} ${number} of ${en}` }
}

/** Marked where the fund is told by a name that stands in no call. */
function named(fact: Row, fund: bigint, names: Names): Row {
  return names.fund(Number(fund)) ? { ...fact, kind: 'named' } : fact
}

function dayText(day: bigint): string {
  return formatDay(Day(Number(day)))
}

function yuan(amount: bigint): string {
  return amount < 0n ? `-¥${formatYuan(-amount as Fen)}` : `¥${formatYuan(amount as Fen)}`
}
