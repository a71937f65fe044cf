import type { Result } from 'ethers'
import type { auditRegisterAbi, bankRegisterAbi, charterAbi, fundLedgerAbi, peopleAbi } from './abi.ts'
import {
  accountRow, addressRow, amountRow, communityRow, complaintRow, concernRow, dayRow, daysWords, effectiveRow, findingRow,
  fundRow, inflowRows, keyRow, matchRow, momentWords, outflowRow, personWords, reasonRow, roleRow, roleWords,
  row, same, sumOf, targetRow, waitWords,
} from './actRows.ts'
import { INTERFACES, type ContractName } from './acts.ts'
import { Fen } from './fen.ts'
import { Hash, type Hex } from './hex.ts'
import { readInflowCall, type InflowCall } from './inflowCall.ts'
import {
  ERASURE_WORDS, ERASURES, OPINION_WORDS, OPINIONS, SOURCE_WORDS, SOURCES, UNEXPLAINED, UNEXPLAINED_WORDS, wordAt,
  type Words,
} from './words.ts'

/** One fact of a call. `named`: beside what the bytes say stands a name that they do not have. */
export type Row = { readonly label: Words; readonly value: Words; readonly kind?: 'amount' | 'named' }

/**
 * A call in words. `papers` are the hashes that its entry will name, in the order of the call; `proposal` is what it agrees to,
 * where the bytes say so: the paper of an outflow, and its amount.
 */
export type Explained = { readonly title: Words; readonly rows: readonly Row[]; readonly papers: readonly Hex[]; readonly proposal?: Proposal }

/** What an approval agrees to: `paper` says what for, and must be of this `amount` of the fund. */
export type Proposal = { readonly fund: number; readonly paper: Hex; readonly amount: Fen }

/** What is called by names outside the chain. */
export type Names = { fund(number: number): Words | undefined }

/**
 * Says what a call does, from the very bytes that are signed, so that no form can show one thing and sign another.
 *
 * Every argument is told, but for refs, which no person can read, and for what the contract itself proves of an inflow.
 *
 * @throws {RangeError} when it is no writing function of the contract, hides others (`multicall`), holds what has no words, or
 * carries more than its arguments: nobody signs what cannot be told.
 */
export function explainCall(contract: ContractName, data: Hex, names: Names): Explained {
  const { name, args } = readCall(contract, data)
  const words = ACTS[contract][name]
  if (!words) throw new RangeError(`${name} of ${contract} has no words: it writes nothing, or hides what it carries`)
  const { proposal, amount, fundNumber } = args
  return {
    title: words.title, rows: words.rows(args, names), papers: papersOf(args),
    ...(proposal !== undefined && { proposal: { fund: Number(fundNumber), paper: Hash(proposal), amount: Fen(amount) } }),
  }
}

/** What a call is called, by its first four bytes. @throws {RangeError} when it is no writing function of the book. */
export function titleOfCall(data: Hex): Words {
  return titleOf(data.slice(0, 10) as Hex)
}

/** Reads a call of a contract. @throws {RangeError} when it is none of its functions, or carries more than its arguments. */
export function readCall(contract: ContractName, data: Hex): { name: string; args: Result } {
  // ethers takes a tenth of a second for 500 inflows, and a page that shows fourteen batches would stand still.
  const inflows = contract === 'ledger' ? readInflowCall(data) : undefined
  if (inflows) return { name: 'recordInflows', args: argsOf(inflows) }
  try {
    const call = INTERFACES[contract].parseTransaction({ data })
    if (call && INTERFACES[contract].encodeFunctionData(call.fragment, call.args) === data.toLowerCase()) return call
  } catch (error) {
    // ethers throws for arguments that do not fit the function.
    if (!(error instanceof Error)) throw error
  }
  throw new RangeError(`not a function of ${contract} with its arguments and not a byte more: ${data.slice(0, 80)}`)
}

function argsOf({ fund, expected, source, effectiveOn, inflows }: InflowCall): Result {
  const args = {
    fundNumber: BigInt(fund), expectedReceived: expected, source: BigInt(SOURCES.indexOf(source)), effectiveOn: BigInt(effectiveOn), inflows: [...inflows],
  }
  return args as unknown as Result
}

/** The papers that a call names, in its order. That of an inflow which is only shown to exist (`target`) is none of its entry's. */
export function papersOf({ paper, terms, voucher, papers = [], inflows = [], lines = [] }: Result): Hex[] {
  const own = [paper, terms?.purpose, voucher?.paper].filter((hash) => hash !== undefined)
  return [...own, ...papers, ...[...inflows, ...lines].map((item) => item.paper)].map(Hash)
}

/** What one function does, and its arguments in words. */
type ActWords = { readonly title: Words; readonly rows: (args: Result, names: Names) => Row[] }

/** The name of a function that writes, of a line of an ABI. */
export type WritingName<Line> = Line extends `function ${infer Name}(${infer Rest}`
  ? Rest extends `${string}) ${'view' | 'pure'}${string}` ? never : Name
  : never

/** Words for every function of a contract that writes; one that has none does not compile. */
type WordsOf<Abi extends readonly string[]> = Readonly<Record<Exclude<WritingName<Abi[number]>, 'multicall'>, ActWords>>

const setAuthority: ActWords = {
  title: { zh: '更换权责合约', en: 'Replace the charter' },
  rows: ({ newAuthority }) => [addressRow('新的权责合约', 'New charter', newAuthority)],
}

const ledger: WordsOf<typeof fundLedgerAbi> = {
  openFund: {
    title: { zh: '设立基金', en: 'Open a fund' },
    rows: ({ terms }) => [
      communityRow(terms.community),
      row('性质', 'Kind', terms.restricted
        ? { zh: '定向捐赠，只用于本用途', en: 'restricted to its purpose' }
        : { zh: '非定向捐赠', en: 'unrestricted' }),
      amountRow('应急准备金', 'Reserve', terms.reserve),
      amountRow('限额', 'Threshold', terms.threshold),
    ],
  },
  closeFund: {
    title: { zh: '永久终止基金', en: 'Close a fund for ever' },
    rows: ({ fundNumber }, names) => [fundRow(fundNumber, names)],
  },
  closePeriod: {
    title: { zh: '结账', en: 'Close a period' },
    rows: ({ fundNumber, through }, names) => [fundRow(fundNumber, names), dayRow('结账至', 'Closed through', through)],
  },
  recordInflows: {
    title: { zh: '登记收入', en: 'Record inflows' },
    rows: ({ fundNumber, expectedReceived, source, effectiveOn, inflows }, names) => {
      const amounts: bigint[] = inflows.map((inflow: Result) => inflow.amount)
      amounts.sort((one, other) => (one < other ? -1 : one > other ? 1 : 0))
      return [
        fundRow(fundNumber, names),
        row('来源', 'Source', SOURCE_WORDS[wordAt(SOURCES, source)]),
        effectiveRow(effectiveOn),
        row('笔数', 'Inflows', { zh: `${amounts.length} 笔`, en: `${amounts.length}` }),
        amountRow('合计', 'Total', sumOf(amounts)),
        ...amounts.slice(-1).map((largest) => amountRow('最大一笔', 'Largest', largest)),
        ...amounts.slice(0, 1).map((smallest) => amountRow('最小一笔', 'Smallest', smallest)),
        amountRow('此前累计登记（含退回和冲销）', 'Recorded before (with returns and voids)', expectedReceived),
      ]
    },
  },
  recordReturn: {
    title: { zh: '登记退回', en: 'Record a return' },
    rows: ({ fundNumber, number, toFund, amount, voucher }, names) => [
      fundRow(fundNumber, names),
      outflowRow(number),
      fundRow(toFund, names, { zh: '退回到', en: 'Returns to' }),
      amountRow('退回金额', 'Amount returned', amount),
      effectiveRow(voucher.effectiveOn),
    ],
  },
  proposePayment: {
    title: { zh: '申请拨付', en: 'Propose a payment' },
    rows: ({ fundNumber, amount }, names) => [fundRow(fundNumber, names), amountRow('申请金额', 'Amount', amount)],
  },
  proposeRefund: {
    title: { zh: '申请退款', en: 'Propose a refund' },
    rows: ({ fundNumber, target, amount }, names) => [
      fundRow(fundNumber, names), ...inflowRows(target), amountRow('退款金额', 'Amount of the refund', amount),
    ],
  },
  proposeTransfer: {
    title: { zh: '申请划转', en: 'Propose a transfer' },
    rows: ({ fundNumber, toFund, amount }, names) => [
      fundRow(fundNumber, names, { zh: '转出', en: 'From' }),
      fundRow(toFund, names, { zh: '转入', en: 'To' }),
      amountRow('划转金额', 'Amount', amount),
    ],
  },
  approvePayment: {
    title: { zh: '批准支出', en: 'Approve an outflow' },
    rows: ({ fundNumber, number, amount }, names) => [fundRow(fundNumber, names), outflowRow(number), amountRow('批准金额', 'Amount approved', amount)],
  },
  rejectPayment: {
    title: { zh: '驳回支出', en: 'Reject an outflow' },
    rows: ({ fundNumber, number, reason }, names) => [fundRow(fundNumber, names), outflowRow(number), reasonRow(reason)],
  },
  cancelPayment: {
    title: { zh: '撤销支出', en: 'Cancel an outflow' },
    rows: ({ fundNumber, number, reason }, names) => [fundRow(fundNumber, names), outflowRow(number), reasonRow(reason)],
  },
  executePayment: {
    title: { zh: '登记付款', en: 'Record that it was paid' },
    rows: ({ fundNumber, number, amount, last, voucher }, names) => [
      fundRow(fundNumber, names),
      outflowRow(number),
      amountRow('付款金额', 'Amount paid', amount),
      row('最后一笔', 'Last instalment', last
        ? { zh: '是，如有余款不再支付', en: 'yes, any rest is released' }
        : { zh: '否，如有余款以后再付', en: 'no, any rest may be paid later' }),
      effectiveRow(voucher.effectiveOn),
    ],
  },
  acceptPayment: {
    title: { zh: '验收', en: 'Accept what was paid for' },
    rows: ({ fundNumber, number }, names) => [fundRow(fundNumber, names), outflowRow(number)],
  },
  voidInflow: {
    title: { zh: '冲销收入', en: 'Void an inflow' },
    rows: ({ fundNumber, target, amount, reason, voucher }, names) => [
      fundRow(fundNumber, names), ...inflowRows(target), amountRow('冲销金额', 'Amount voided', amount), reasonRow(reason),
      effectiveRow(voucher.effectiveOn),
    ],
  },
  skip: {
    title: { zh: '跨过空段', en: 'Skip cuts' },
    rows: ({ fundNumber, limit }, names) => [
      fundRow(fundNumber, names), row('最多', 'At most', { zh: `${limit} 段，不改变任何款项`, en: `${limit}; no fen changes its place` }),
    ],
  },
  setAuthority,
}

const bank: WordsOf<typeof bankRegisterAbi> = {
  openAccount: {
    title: { zh: '开立银行账户账', en: 'Open a bank account' },
    rows: ({ community, opening, openedOn }) => [
      communityRow(community), dayRow('启用日期', 'Kept from', openedOn), amountRow('期初余额', 'Opening balance', opening),
    ],
  },
  recordLines: {
    title: { zh: '登记银行流水', en: 'Record bank lines' },
    rows: ({ accountNumber, firstLine, through, opening, closing, lines }) => {
      const amounts: bigint[] = lines.map((line: Result) => line.amount)
      return [
        accountRow(accountNumber),
        row('行数', 'Lines', {
          zh: `${amounts.length} 行，自第 ${firstLine} 行起`, en: `${amounts.length}, from line ${firstLine} on`,
        }),
        ...(amounts.length ? [row('日期', 'Days', daysWords(lines[0].day, lines[amounts.length - 1].day))] : []),
        dayRow('流水截止日', 'Covered through', through),
        amountRow('收入合计', 'Credits', sumOf(amounts.filter((amount) => amount > 0n))),
        amountRow('支出合计', 'Debits', -sumOf(amounts.filter((amount) => amount < 0n))),
        amountRow('期初余额', 'Opening balance', opening),
        amountRow('期末余额', 'Closing balance', closing),
      ]
    },
  },
  matchLines: {
    title: { zh: '核对银行流水', en: 'Match bank lines' },
    rows: ({ accountNumber, matches }, names) => [
      accountRow(accountNumber),
      row('项数', 'Matches', { zh: `${matches.length} 项`, en: `${matches.length}` }),
      amountRow('合计', 'Total', sumOf(matches.map((match: Result) => match.amount))),
      ...(matches.length > MOST_TOLD ? [] : matches.map((match: Result, index: number) => matchRow(match, index, names))),
    ],
  },
  explainLine: {
    title: { zh: '说明未解释流水', en: 'Explain a bank line' },
    rows: ({ accountNumber, line, why }) => [
      accountRow(accountNumber),
      row('流水', 'Line', { zh: `第 ${line} 行`, en: `line ${line}` }),
      row('原因', 'Reason', UNEXPLAINED_WORDS[wordAt(UNEXPLAINED, why)]),
    ],
  },
  unmatch: {
    title: { zh: '撤销核对', en: 'Undo a match' },
    rows: ({ accountNumber, number, reason }) => [
      accountRow(accountNumber), row('核对', 'Match', { zh: `第 ${number} 项`, en: `match ${number}` }), reasonRow(reason),
    ],
  },
  setAuthority,
}

const audit: WordsOf<typeof auditRegisterAbi> = {
  giveOpinion: {
    title: { zh: '出具审计意见', en: 'Give an opinion' },
    rows: ({ community, from, through, opinion, bundle }) => [
      communityRow(community),
      row('期间', 'Period', daysWords(from, through)),
      row('意见', 'Opinion', OPINION_WORDS[wordAt(OPINIONS, opinion)]),
      row('审计包的哈希', 'Hash of the audit bundle', same(bundle)),
    ],
  },
  raiseFinding: {
    title: { zh: '提出审计问题', en: 'Raise a finding' },
    rows: ({ community, owner, dueOn }) => [
      communityRow(community), row('整改责任人', 'To be answered by', personWords(owner)), dayRow('整改期限', 'Due on', dueOn),
    ],
  },
  answerFinding: { title: { zh: '答复审计问题', en: 'Answer a finding' }, rows: ({ number }) => [findingRow(number)] },
  verifyFinding: {
    title: { zh: '审核整改答复', en: 'Judge the answer to a finding' },
    rows: ({ number, done }) => [
      findingRow(number),
      row('结论', 'Judgement', done ? { zh: '核销', en: 'verified' } : { zh: '退回，重新整改', en: 'sent back, open again' }),
    ],
  },
  fileComplaint: {
    title: { zh: '提出投诉', en: 'File a complaint' },
    rows: ({ community, fund, outflow }, names) => [
      communityRow(community), concernRow(fund, outflow, names),
    ],
  },
  answerComplaint: { title: { zh: '答复投诉', en: 'Answer a complaint' }, rows: ({ number }) => [complaintRow(number)] },
  closeComplaint: { title: { zh: '办结投诉', en: 'Close a complaint' }, rows: ({ number }) => [complaintRow(number)] },
  reopenComplaint: { title: { zh: '重开本人的投诉', en: 'Reopen one’s own complaint' }, rows: ({ number }) => [complaintRow(number)] },
  reopenComplaintAsAuditor: {
    title: { zh: '责成重开投诉', en: 'Reopen a complaint as auditor' },
    rows: ({ number }) => [complaintRow(number)],
  },
  recordErasures: {
    title: { zh: '登记依法限制或删除的个人信息', en: 'Record what the law took out of papers' },
    rows: ({ erasure, papers }) => [
      row('处理', 'What was done', ERASURE_WORDS[wordAt(ERASURES, erasure)]),
      row('凭证', 'Papers', { zh: `${papers.length} 份`, en: `${papers.length}` }),
    ],
  },
  setAuthority,
}

const people: WordsOf<typeof peopleAbi> = {
  enrol: {
    title: { zh: '登记人员', en: 'Enrol a person' },
    rows: ({ key }) => [
      row('人员', 'Person', { zh: '新的人员，取下一个编号', en: 'a new one, who gets the next number' }), keyRow(key),
    ],
  },
  addKey: {
    title: { zh: '增加密钥', en: 'Add a key' },
    rows: ({ person, key }) => [row('人员', 'Person', personWords(person)), keyRow(key)],
  },
  retireKey: { title: { zh: '永久停用密钥', en: 'Retire a key for ever' }, rows: ({ key }) => [keyRow(key)] },
  setAuthority,
}

const charter: WordsOf<typeof charterAbi> = {
  grantRole: {
    title: { zh: '任命', en: 'Appoint' },
    rows: ({ roleId, account, executionDelay }) => [
      roleRow(roleId), keyRow(account),
      ...(executionDelay ? [row('每次办理须先等候', 'Each act must wait', waitWords(executionDelay))] : []),
    ],
  },
  revokeRole: {
    title: { zh: '免去，立即生效', en: 'Dismiss, at once' },
    rows: ({ roleId, account }) => [roleRow(roleId), keyRow(account)],
  },
  renounceRole: {
    title: { zh: '辞去岗位，立即生效', en: 'Resign, at once' },
    rows: ({ roleId, callerConfirmation }) => [roleRow(roleId), keyRow(callerConfirmation)],
  },
  setGrantDelay: {
    title: { zh: '变更任命的公示期', en: 'Change how long appointments wait' },
    rows: ({ roleId, newDelay }) => [roleRow(roleId), row('公示期', 'They wait', waitWords(newDelay))],
  },
  labelRole: {
    title: { zh: '为岗位命名', en: 'Name a role' },
    rows: ({ roleId, label }) => [roleRow(roleId), row('名称', 'Name', same(label))],
  },
  setTargetFunctionRole: {
    title: { zh: '变更权责清单', en: 'Change who may do what' },
    rows: ({ target, selectors, roleId }) => {
      const titles: Words[] = selectors.map(titleOf)
      const acts = { zh: titles.map(({ zh }) => zh).join('、'), en: titles.map(({ en }) => en).join('; ') }
      return [targetRow(target), row('事项', 'Acts', acts), row('改由', 'From now on by', roleWords(roleId))]
    },
  },
  setTargetAdminDelay: {
    title: { zh: '变更权责清单的公示期', en: 'Change how long a change of the matrix waits' },
    rows: ({ target, newDelay }) => [targetRow(target), row('公示期', 'It waits', waitWords(newDelay))],
  },
  setTargetClosed: {
    title: { zh: '停用或恢复合约', en: 'Close or reopen a contract' },
    rows: ({ target, closed }) => [
      targetRow(target),
      row('此后', 'From now on', closed ? { zh: '停用，不能登记任何事项', en: 'closed, it takes no act' } : { zh: '恢复使用', en: 'open' }),
    ],
  },
  updateAuthority: {
    title: { zh: '更换权责合约', en: 'Replace the charter' },
    rows: ({ target, newAuthority }) => [targetRow(target), addressRow('新的权责合约', 'New charter', newAuthority)],
  },
  schedule: {
    title: { zh: '公示将要办理的事项', en: 'Announce an act' },
    rows: ({ target, data, when }, names) => [
      targetRow(target), row('办理时间', 'Not before', momentWords(when)), ...carriedRows(data, names),
    ],
  },
  cancel: {
    title: { zh: '取消已公示的事项', en: 'Cancel an announced act' },
    rows: ({ caller, target, data }, names) => [keyRow(caller), targetRow(target), ...carriedRows(data, names)],
  },
  execute: {
    title: { zh: '办理已公示的事项', en: 'Carry out an announced act' },
    rows: ({ target, data }, names) => [targetRow(target), ...carriedRows(data, names)],
  },
  consumeScheduledOp: {
    title: { zh: '核销已公示的事项', en: 'Use up an announced act' },
    rows: ({ caller, data }, names) => [keyRow(caller), ...carriedRows(data, names)],
  },
}

const ACTS: Readonly<Record<ContractName, Readonly<Record<string, ActWords>>>> = { charter, people, ledger, bank, audit }

/** So many matches are told one by one. */
const MOST_TOLD = 5

// The book's other contracts refuse what comes through the Charter (Direct.sol): it can only be an act upon the Charter itself.
function carriedRows(data: Hex, names: Names): Row[] {
  const { title, rows } = explainCall('charter', data, names)
  return [row('事项', 'Act', title), ...rows]
}

function titleOf(selector: Hex): Words {
  for (const contract of Object.keys(ACTS) as ContractName[]) {
    const title = ACTS[contract][INTERFACES[contract].getFunction(selector)?.name ?? '']?.title
    if (title) return title
  }
  throw new RangeError(`no writing function of the book is ${selector}`)
}
