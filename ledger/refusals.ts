import { INTERFACES } from './acts.ts'
import { formatYuan, type Fen } from './fen.ts'
import { Day, formatDay } from './day.ts'
import type { Hex } from './hex.ts'
import {
  COMPLAINT_STATES, COMPLAINT_WORDS, ERASURE_WORDS, ERASURES, FINDING_STATES, FINDING_WORDS, SOURCE_WORDS, SOURCES, STATE_WORDS, STATES,
  wordAt, type Words,
} from './words.ts'

/** Why a contract refused: the code is the error's own name, the facts are its arguments, the sentence is for people. */
export type Refusal = Words & { readonly code: string; readonly facts: Readonly<Record<string, string>> }

type Facts = Record<string, string>

/**
 * Reads the data of a revert.
 *
 * Every error of the contracts has a sentence, which a test holds; what is none of theirs is named as unknown.
 */
export function readRefusal(data: Hex): Refusal {
  for (const contract of Object.values(INTERFACES)) {
    const parsed = data.length < 10 ? null : contract.parseError(data)
    if (!parsed || parsed.name === 'Error' || parsed.name === 'Panic') continue
    const facts: Facts = {}
    parsed.fragment.inputs.forEach((input, i) => { facts[input.name] = String(parsed.args[i]) })
    return { code: codeOf(parsed.name), facts, ...sentenceOf(parsed.name, facts) }
  }
  return {
    code: 'REVERTED',
    facts: { data },
    zh: '合约拒绝了这笔登记，但没有说明原因；请检查各项内容是否填写正确。',
    en: 'The contract refused without a reason; check that every field has a permitted value.',
  }
}

/** `FundNotOpen` → `FUND_NOT_OPEN`. */
export function codeOf(errorName: string): string {
  return errorName.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase()
}

function sentenceOf(name: string, facts: Facts): Words {
  return SENTENCES[name]?.(facts) ?? { zh: `合约拒绝：${name}。`, en: `The contract refused: ${name}.` }
}

// A contract names what it was given, which may be no amount of the book at all.
const yuan = (fen: string | undefined) => {
  const amount = BigInt(fen ?? '0')
  return amount < 0n ? `-¥${formatYuan(-amount as Fen)}` : `¥${formatYuan(amount as Fen)}`
}
const day = (number: string | undefined) => {
  const days = Number(number)
  return days <= 2_932_896 ? formatDay(Day(days)) : `${number}`
}
const item = (index: string | undefined) => Number(index ?? 0) + 1
const state = (index: string | undefined) => STATE_WORDS[wordAt(STATES, Number(index ?? 0))]
const finding = (index: string | undefined) => FINDING_WORDS[wordAt(FINDING_STATES, Number(index ?? 0))]
const complaint = (index: string | undefined) => COMPLAINT_WORDS[wordAt(COMPLAINT_STATES, Number(index ?? 0))]
const erasure = (index: string | undefined) => ERASURE_WORDS[wordAt(ERASURES, Number(index ?? 0))]
const source = (index: string | undefined) => SOURCE_WORDS[wordAt(SOURCES, Number(index ?? 0))]

/** One sentence per error of the contracts (and of OpenZeppelin's that people meet). */
export const SENTENCES: Record<string, (facts: Facts) => Words> = {
  KeyUnknown: (f) => ({
    zh: `签名密钥 ${f.key} 不代表任何在册人员，或已停用。`,
    en: `The key ${f.key} speaks for nobody: it was never enrolled, or it is retired.`,
  }),
  KeyTaken: (f) => ({
    zh: `密钥 ${f.key} 已属于第 ${f.person} 号人员，一个密钥不能给两次。`,
    en: `The key ${f.key} already belongs to person ${f.person}; a key is never given twice.`,
  }),
  PersonUnknown: (f) => ({ zh: `没有第 ${f.person} 号人员。`, en: `There is no person ${f.person}.` }),
  PaperMissing: () => ({ zh: '缺少凭证：每一笔都要有凭证。', en: 'The paper is missing: every entry needs one.' }),
  RefMissing: () => ({ zh: '缺少来源编号（ref）。', en: 'The ref is missing.' }),
  RefUsed: (f) => ({
    zh: `这一笔已经登记过了，就是基金 ${f.fund} 的第 ${f.number} 笔；同一笔不会登记两次。`,
    en: `This was recorded before: it is entry ${f.number} of fund ${f.fund}. Nothing is recorded twice.`,
  }),
  DateInFuture: (f) => ({
    zh: `记账日期 ${day(f.effectiveOn)} 晚于今天（${day(f.today)}）。`,
    en: `The date ${day(f.effectiveOn)} lies after today (${day(f.today)}).`,
  }),
  PeriodIsClosed: (f) => ({
    zh: `基金 ${f.fund} 已结账至 ${day(f.closedThrough)}，不能再记 ${day(f.effectiveOn)} 的账；迟到的款项记入下一会计期间。`,
    en: `Fund ${f.fund} is closed through ${day(f.closedThrough)}, so nothing of ${day(f.effectiveOn)} is taken; what comes late goes into the next period.`,
  }),
  PeriodNotOver: (f) => ({
    zh: `${day(f.through)} 还没有过完（今天是 ${day(f.today)}），过完才能结账。`,
    en: `${day(f.through)} is not over (today is ${day(f.today)}); a period is closed when its last day is.`,
  }),
  AmountOutOfRange: (f) => ({
    zh: `金额 ${yuan(f.amount)} 不在允许范围（¥0.01 至 ¥10,000,000,000.00）。`,
    en: `The amount ${yuan(f.amount)} is outside ¥0.01 to ¥10,000,000,000.00.`,
  }),
  ReasonMissing: () => ({ zh: '请说明原因。', en: 'A reason is needed.' }),
  FundUnknown: (f) => ({ zh: `没有编号为 ${f.fund} 的基金。`, en: `There is no fund ${f.fund}.` }),
  FundNotOpen: (f) => ({ zh: `基金 ${f.fund} 已终止。`, en: `Fund ${f.fund} is closed.` }),
  FundNotEmpty: (f) => ({
    zh: `基金 ${f.fund} 还有 ${yuan(f.unspent)} 未用，须先划转剩余资金才能终止。`,
    en: `Fund ${f.fund} still has ${yuan(f.unspent)} unspent; transfer the surplus first.`,
  }),
  OwnFundOpen: (f) => ({
    zh: `基金 ${f.fund} 尚未终止：退回的款项须记回原基金。`,
    en: `Fund ${f.fund} is open: what comes back comes to it.`,
  }),
  CommunityMissing: () => ({ zh: '缺少社区编号。', en: 'The community is missing.' }),
  TermOutOfRange: (f) => ({ zh: `金额 ${f.amount} 分超出账本范围。`, en: `The sum of ${f.amount} fen does not fit the line.` }),
  LineMoved: (f) => ({
    zh: `登记期间另有收入入账：基金 ${f.fund} 已收 ${yuan(f.received)}，而不是 ${yuan(f.expected)}。请重试。`,
    en: `Another batch came between: fund ${f.fund} has received ${yuan(f.received)}, not ${yuan(f.expected)}. Try again.`,
  }),
  LineFull: (f) => ({ zh: `累计收入超出账本上限（${f.received} + ${f.amount} 分）。`, en: `The line is full (${f.received} + ${f.amount} fen).` }),
  LineTooShort: (f) => ({ zh: `只剩 ${yuan(f.unspent)}，不足 ${yuan(f.requested)}。`, en: `Only ${yuan(f.unspent)} is unspent, not ${yuan(f.requested)}.` }),
  CutTooLong: (f) => ({
    zh: `这笔收入只剩 ${yuan(f.unspent)} 未用，不能冲减 ${yuan(f.requested)}。`,
    en: `Only ${yuan(f.unspent)} of this inflow is unspent; ${yuan(f.requested)} cannot be cut.`,
  }),
  BatchSizeOutOfRange: (f) => ({ zh: `一批须为 1 至 500 笔，这里有 ${f.count} 笔。`, en: `A batch has 1 to 500 items, not ${f.count}.` }),
  SourceNotRecordable: (f) => ({ zh: `来源类别“${source(f.source).zh}”不能直接登记。`, en: `The source "${source(f.source).en}" cannot be recorded.` }),
  InflowAmountOutOfRange: (f) => ({
    zh: `第 ${item(f.index)} 笔的金额 ${yuan(f.amount)} 不在允许范围；整批未登记。`,
    en: `Item ${item(f.index)}: the amount ${yuan(f.amount)} is out of range; nothing of the batch was recorded.`,
  }),
  InflowRefMissing: (f) => ({ zh: `第 ${item(f.index)} 笔缺少来源编号；整批未登记。`, en: `Item ${item(f.index)} has no ref; nothing was recorded.` }),
  InflowRefRepeated: (f) => ({ zh: `第 ${item(f.index)} 笔与同批另一笔重复；整批未登记。`, en: `Item ${item(f.index)} repeats another of the batch; nothing was recorded.` }),
  InflowPaperMissing: (f) => ({ zh: `第 ${item(f.index)} 笔缺少凭证；整批未登记。`, en: `Item ${item(f.index)} has no paper; nothing was recorded.` }),
  InflowNotProven: (f) => ({
    zh: `无法证实基金 ${f.fund} 的第 ${f.number} 笔收入属于第 ${f.batch} 批。`,
    en: `The path does not prove inflow ${f.number} in batch ${f.batch} of fund ${f.fund}.`,
  }),
  OutflowUnknown: (f) => ({ zh: `基金 ${f.fund} 没有第 ${f.outflow} 笔支出。`, en: `Fund ${f.fund} has no outflow ${f.outflow}.` }),
  OutflowNotIn: (f) => ({
    zh: `基金 ${f.fund} 第 ${f.outflow} 笔支出现为“${state(f.state).zh}”，不能这样处理。`,
    en: `Outflow ${f.outflow} of fund ${f.fund} is ${state(f.state).en}; this step does not fit.`,
  }),
  SamePerson: (f) => ({
    zh: `第 ${f.person} 号人员已经手过基金 ${f.fund} 第 ${f.outflow} 笔，须由另一人办理。`,
    en: `Person ${f.person} already had a part in outflow ${f.outflow} of fund ${f.fund}; somebody else must do this.`,
  }),
  RecorderCannotVoid: (f) => ({
    zh: `第 ${f.batch} 批由第 ${f.person} 号人员登记，冲销须由另一人办理。`,
    en: `Person ${f.person} recorded batch ${f.batch}; somebody else must void of it.`,
  }),
  ProposalDiffers: (f) => ({
    zh: `基金 ${f.fund} 第 ${f.outflow} 笔支出申请的是 ${yuan(f.amount)}、凭证 ${String(f.paper).slice(0, 10)}…，与待批准的不符；请重新打开这一笔再批。`,
    en: `Outflow ${f.outflow} of fund ${f.fund} asks for ${yuan(f.amount)} with paper ${String(f.paper).slice(0, 10)}…, which is not what was to be approved; open it again.`,
  }),
  NotAvailable: (f) => ({
    zh: `基金 ${f.fund} 可用 ${yuan(f.available)}，不足 ${yuan(f.requested)}。`,
    en: `Fund ${f.fund} has ${yuan(f.available)} available, not ${yuan(f.requested)}.`,
  }),
  MoreThanApproved: (f) => ({
    zh: `基金 ${f.fund} 第 ${f.outflow} 笔只剩已批未付 ${yuan(f.left)}，不能付 ${yuan(f.requested)}。`,
    en: `Outflow ${f.outflow} of fund ${f.fund} has ${yuan(f.left)} approved and unpaid, not ${yuan(f.requested)}.`,
  }),
  MoreThanPaid: (f) => ({
    zh: `基金 ${f.fund} 第 ${f.outflow} 笔最多还能退回 ${yuan(f.left)}，不是 ${yuan(f.requested)}。`,
    en: `At most ${yuan(f.left)} of outflow ${f.outflow} of fund ${f.fund} can still come back, not ${yuan(f.requested)}.`,
  }),
  InstalmentsToCome: (f) => ({
    zh: `基金 ${f.fund} 第 ${f.outflow} 笔还有 ${yuan(f.unpaid)} 已批未付：先付清，或撤销余款，再登记退回。`,
    en: `${yuan(f.unpaid)} of outflow ${f.outflow} of fund ${f.fund} is approved and unpaid: pay or cancel it, then record the return.`,
  }),
  TransferNotReturnable: (f) => ({
    zh: `基金 ${f.fund} 第 ${f.outflow} 笔是划转，须由对方基金划转回来。`,
    en: `Outflow ${f.outflow} of fund ${f.fund} is a transfer; it comes back by another transfer.`,
  }),
  TransferNotVoidable: (f) => ({
    zh: `基金 ${f.fund} 第 ${f.batch} 批是划转而来，不能冲销，只能再划转回去。`,
    en: `Batch ${f.batch} of fund ${f.fund} came by a transfer; it cannot be voided, only transferred back.`,
  }),
  SameFund: (f) => ({ zh: `不能划转给基金 ${f.fund} 自己。`, en: `Fund ${f.fund} cannot transfer to itself.` }),
  CommunitiesDiffer: (f) => ({
    zh: `基金 ${f.fund} 与基金 ${f.toFund} 不属于同一社区。`,
    en: `Funds ${f.fund} and ${f.toFund} belong to different communities.`,
  }),
  RestrictionLost: (f) => ({
    zh: `基金 ${f.fund} 是定向捐赠，不能划入非定向的基金 ${f.toFund}。`,
    en: `Fund ${f.fund} is restricted; its money cannot go to the unrestricted fund ${f.toFund}.`,
  }),
  NothingToSkip: (f) => ({ zh: `基金 ${f.fund} 的游标处没有可跳过的段。`, en: `There is no cut at the cursor of fund ${f.fund}.` }),
  AccountUnknown: (f) => ({ zh: `没有编号为 ${f.account} 的银行账户。`, en: `There is no bank account ${f.account}.` }),
  LinesMoved: (f) => ({
    zh: `其间另有流水登记：账户 ${f.account} 的下一行是第 ${f.next} 行，而不是第 ${f.firstLine} 行。请重试。`,
    en: `Another statement came between: the next line of account ${f.account} is ${f.next}, not ${f.firstLine}. Try again.`,
  }),
  OpeningDiffers: (f) => ({
    zh: `期初余额 ${yuan(f.opening)} 与账户 ${f.account} 上次的期末余额 ${yuan(f.balance)} 不符：中间缺流水。`,
    en: `The statement opens with ${yuan(f.opening)}, but account ${f.account} stands at ${yuan(f.balance)}: lines are missing between.`,
  }),
  ClosingDiffers: (f) => ({
    zh: `账户 ${f.account} 的期初余额加各行发生额为 ${yuan(f.sum)}，不是期末余额 ${yuan(f.closing)}：流水不全或金额有误。`,
    en: `Opening and lines of account ${f.account} make ${yuan(f.sum)}, not ${yuan(f.closing)}: a line is missing or wrong.`,
  }),
  StatementTooEarly: (f) => ({
    zh: `账户 ${f.account} 的流水已登记到 ${day(f.covered)}，不能再从 ${day(f.through)} 截止。`,
    en: `Account ${f.account} is covered through ${day(f.covered)} already; a statement cannot end on ${day(f.through)}.`,
  }),
  LineTooEarly: (f) => ({
    zh: `第 ${item(f.index)} 行的日期 ${day(f.day)} 早于 ${day(f.earliest)}：各行须按日期先后排列，已登记的日子不能补行；整批未登记。`,
    en: `Line ${item(f.index)} is of ${day(f.day)}, before ${day(f.earliest)}: lines go by day, and covered days take no more; nothing was recorded.`,
  }),
  LineTooLate: (f) => ({
    zh: `第 ${item(f.index)} 行的日期 ${day(f.day)} 晚于流水的截止日 ${day(f.through)}；整批未登记。`,
    en: `Line ${item(f.index)} is of ${day(f.day)}, after the statement's last day ${day(f.through)}; nothing was recorded.`,
  }),
  LineAmountOutOfRange: (f) => ({
    zh: `第 ${item(f.index)} 行的金额 ${yuan(f.amount)} 不在允许范围（不为零，不超过 ¥10,000,000,000.00）；整批未登记。`,
    en: `Line ${item(f.index)}: the amount ${yuan(f.amount)} is zero or beyond ¥10,000,000,000.00; nothing was recorded.`,
  }),
  LineRefMissing: (f) => ({ zh: `第 ${item(f.index)} 行缺少来源编号；整批未登记。`, en: `Line ${item(f.index)} has no ref; nothing was recorded.` }),
  LineRefRepeated: (f) => ({ zh: `第 ${item(f.index)} 行与同批另一行重复；整批未登记。`, en: `Line ${item(f.index)} repeats another of the statement; nothing was recorded.` }),
  LinePaperMissing: (f) => ({ zh: `第 ${item(f.index)} 行缺少凭证；整批未登记。`, en: `Line ${item(f.index)} has no paper; nothing was recorded.` }),
  LineUnknown: (f) => ({ zh: `账户 ${f.account} 没有第 ${f.line} 行流水。`, en: `Account ${f.account} has no line ${f.line}.` }),
  EntryUnknown: (f) => ({
    zh: `基金 ${f.fund} 没有第 ${f.number} 笔${f.outflow === 'true' ? '支出' : '收入'}。`,
    en: `Fund ${f.fund} has no ${f.outflow === 'true' ? 'outflow' : 'inflow'} ${f.number}.`,
  }),
  MatchAmountOutOfRange: (f) => ({
    zh: `第 ${item(f.index)} 项核对的金额 ${yuan(f.amount)} 不在允许范围；整批未登记。`,
    en: `Match ${item(f.index)}: the amount ${yuan(f.amount)} is out of range; nothing was recorded.`,
  }),
  MatchUnknown: (f) => ({ zh: `账户 ${f.account} 没有第 ${f.number} 项核对。`, en: `Account ${f.account} has no match ${f.number}.` }),
  MatchIsUndone: (f) => ({ zh: `账户 ${f.account} 的第 ${f.number} 项核对已经撤销。`, en: `Match ${f.number} of account ${f.account} is undone already.` }),
  MatcherCannotUndo: (f) => ({
    zh: `账户 ${f.account} 的第 ${f.number} 项核对由第 ${f.person} 号人员登记，撤销须由另一人办理。`,
    en: `Person ${f.person} made match ${f.number} of account ${f.account}; somebody else must undo it.`,
  }),
  BundleMissing: () => ({ zh: '缺少审计包的哈希：意见须写明依据哪一份审计包。', en: "The audit bundle's hash is missing: an opinion names what was examined." }),
  OpinionMissing: () => ({ zh: '请选择审计意见的类型。', en: 'An opinion must be chosen.' }),
  PeriodReversed: (f) => ({
    zh: `期间的起始日 ${day(f.from)} 晚于截止日 ${day(f.through)}。`,
    en: `The period begins on ${day(f.from)}, after its end on ${day(f.through)}.`,
  }),
  OwnFinding: (f) => ({
    zh: `整改责任人不能是审计人员自己（第 ${f.person} 号人员）。`,
    en: `Person ${f.person} cannot be auditor and owner of one finding.`,
  }),
  DueDateOver: (f) => ({
    zh: `整改期限 ${day(f.dueOn)} 早于今天（${day(f.today)}）。`,
    en: `The due date ${day(f.dueOn)} lies before today (${day(f.today)}).`,
  }),
  FindingUnknown: (f) => ({ zh: `没有第 ${f.number} 号审计问题。`, en: `There is no finding ${f.number}.` }),
  FindingNotIn: (f) => ({
    zh: `第 ${f.number} 号审计问题现为“${finding(f.state).zh}”，不能这样处理。`,
    en: `Finding ${f.number} is ${finding(f.state).en}; this step does not fit.`,
  }),
  NotOwner: (f) => ({
    zh: `第 ${f.number} 号审计问题须由责任人（第 ${f.owner} 号人员）答复，第 ${f.person} 号人员不能代答。`,
    en: `Finding ${f.number} is for person ${f.owner} to answer, not for person ${f.person}.`,
  }),
  FundElsewhere: (f) => ({ zh: `基金 ${f.fund} 不属于社区 ${f.community}。`, en: `Fund ${f.fund} does not belong to community ${f.community}.` }),
  ComplaintUnknown: (f) => ({ zh: `没有第 ${f.number} 号投诉。`, en: `There is no complaint ${f.number}.` }),
  ComplaintNotIn: (f) => ({
    zh: `第 ${f.number} 号投诉现为“${complaint(f.state).zh}”，不能这样处理。`,
    en: `Complaint ${f.number} is ${complaint(f.state).en}; this step does not fit.`,
  }),
  NotComplainant: (f) => ({
    zh: `密钥 ${f.key} 不是提出第 ${f.number} 号投诉的密钥，不能由它重开；密钥遗失的，请向审计人员申请。`,
    en: `The key ${f.key} did not file complaint ${f.number} and cannot reopen it; whoever lost the key asks an auditor.`,
  }),
  ErasureMissing: () => ({ zh: '请写明是限制还是删除。', en: 'It must be said whether to restrict or to destroy.' }),
  PaperErased: (f) => ({
    zh: `凭证 ${f.paper} 的个人信息${erasure(f.erasure).zh}，不能再这样登记。`,
    en: `The personal data of paper ${f.paper} are ${erasure(f.erasure).en} already.`,
  }),
  AccessManagedUnauthorized: (f) => ({
    zh: `密钥 ${f.caller} 的持有人无权办理此事；谁能办理，请看权责清单。`,
    en: `Whoever holds the key ${f.caller} may not do this; the page “Rights” says who may.`,
  }),
  RoleFixed: () => ({
    zh: '各岗位均由理事会任免，不能另设任免人或监护人。',
    en: 'The council appoints to every role; none gets another admin or a guardian.',
  }),
  AccessManagerUnauthorizedAccount: (f) => ({
    zh: `密钥 ${f.msgsender} 无权任免此岗位。`,
    en: `The key ${f.msgsender} may not appoint to this role.`,
  }),
}
