import { WINDOW } from '../../../../intake/matching.ts'
import { clearlyDiffer } from '../../../../intake/names.ts'
import { parseDay } from '../../../../ledger/day.ts'
import { say } from './language.ts'
import { yuan } from './pieces.tsx'

type Line = { readonly day: string; readonly who: string }
type Entry = { readonly day: string; readonly who?: string; readonly amount: string }

/** What speaks against a bank's line being this payment, in words: it went to another, or before anybody had asked for it. */
export function doubtsOfLine({ who, day }: Line, { payee = '', askedOn }: { readonly payee?: string; readonly askedOn: string }): string[] {
  return [
    ...(clearlyDiffer(who, payee) ? [say(`这笔流水付给“${who}”，申请的收款方是“${payee}”。请核对是不是同一笔。`, `This line went to “${who}”; the request names “${payee}”. Look whether it is the same payment.`)] : []),
    ...(day < askedOn ? [say(`这笔流水是 ${day} 的，在申请（${askedOn}）之前。请核对是不是同一笔。`, `This line is of ${day}, before the request of ${askedOn}. Look whether it is the same payment.`)] : []),
  ]
}

/** What speaks against lines being an entry, or so much of it: another name, days further apart than are proposed, or not all of it. */
export function doubtsOfMatch(lines: readonly Line[], { day, who = '', amount }: Entry, taken: bigint): string[] {
  const names = lines.map((line) => line.who)
  const apart = Math.min(...lines.map((line) => Math.abs(parseDay(line.day) - parseDay(day))))
  return [
    ...(names.every((name) => clearlyDiffer(name, who)) ? [say(`流水上是“${names[0]}”，账上是“${who}”。请核对是不是同一笔。`, `The line names “${names[0]}”, the entry “${who}”. Look whether they are the same.`)] : []),
    ...(apart > WINDOW ? [say(`流水和账（${day}）相差 ${apart} 天。请核对是不是同一笔。`, `The line and the entry of ${day} are ${apart} days apart. Look whether they are the same.`)] : []),
    ...(taken > 0n && taken < BigInt(amount) ? [say(`这笔账还有 ${yuan(amount)} 未核对，这次只核对其中 ${yuan(taken)}。`, `${yuan(amount)} of the entry are open; ${yuan(taken)} of it is matched now.`)] : []),
  ]
}
