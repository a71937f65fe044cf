import { formatDay } from '../../ledger/day.ts'
import { Fen, formatYuan } from '../../ledger/fen.ts'
import { KIND_WORDS, SOURCE_WORDS, takenWords, type Kind, type Words } from '../../ledger/words.ts'
import type { ProofError, ProofErrorCode } from './error.ts'
import { lastPlaces, type LastPlace, type TraceFacts } from './facts.ts'

/** What a proof proved, in sentences: whose money, where each part of it is, and as of when. */
export function sentencesOf(facts: TraceFacts): Words[] {
  return [inflowSentence(facts), ...lastPlaces(facts.parts).map(placeSentence), blockSentence(facts)]
}

/** Why a proof is not believed, and what to do about it. */
export function errorSentence({ code }: ProofError): Words {
  return ERROR_WORDS[code]
}

/** "Inflow 3 of fund 1 …": what the trace is of. */
export function inflowSentence({ fund, inflow, from, to }: TraceFacts): Words {
  const { number, amount, effectiveOn, source } = inflow
  const day = formatDay(effectiveOn)
  const part =
    to - from === amount ? { zh: '', en: '' } : { zh: `，其中 ${yuan(from, to)}`, en: `, of it ${yuan(from, to)}` }
  return {
    zh: `基金 ${fund} 第 ${number} 笔收入（${SOURCE_WORDS[source].zh}，${day}）：${yuan(0n, amount)}${part.zh}。`,
    en: `Inflow ${number} of fund ${fund} (${SOURCE_WORDS[source].en}, ${day}): ${yuan(0n, amount)}${part.en}.`,
  }
}

/** Where one part of the money is at last. */
export function placeSentence({ from, to, untraced, part }: LastPlace): Words {
  const sum = yuan(from, to)
  if (part.place === 'fund')
    return { zh: `${sum} 尚未使用，在基金 ${part.fund}。`, en: `${sum} is unspent, in fund ${part.fund}.` }

  const { fund, number, kind, state } = part.outflow
  const name = {
    zh: `基金 ${fund} 第 ${number} 笔${KIND_WORDS[kind].zh}`,
    en: `${KIND_WORDS[kind].en} ${number} of fund ${fund}`,
  }
  if (untraced) return untracedSentence(sum, name, kind)
  const { zh, en } = WENT[kind]
  if (kind === 'Void') return { zh: `${sum} ${zh}${name.zh}。`, en: `${sum} ${en} ${name.en}.` }
  const taken = takenWords(kind, state)
  return { zh: `${sum} ${zh}${name.zh}（${taken.zh}）。`, en: `${sum} ${en} ${name.en} (${taken.en}).` }
}

function untracedSentence(sum: string, name: Words, kind: Kind): Words {
  const came = kind === 'Transfer' ? { zh: '转出', en: 'left by' } : { zh: '退回', en: 'came back from' }
  return {
    zh: `${sum} 从${name.zh}${came.zh}，本证明没有再往下追溯。`,
    en: `${sum} ${came.en} ${name.en}; this proof goes no further.`,
  }
}

// Why a void was made stands in the book's events, which a trace proof does not hold.
const WENT: Record<Kind, Words> = {
  None: { zh: '', en: '' },
  Payment: { zh: '用于', en: 'went into' },
  Refund: { zh: '退还捐赠人：', en: 'was given back to the donor:' },
  Transfer: { zh: '划往另一基金：', en: 'moved to another fund:' },
  Void: { zh: '已冲销，不再算作收入：', en: 'was voided and no longer counts as received:' },
}

/** As of which block, and how many sealed it. */
export function blockSentence({ block, sealers, quorum }: TraceFacts): Words {
  const time = new Date((block.time + 8 * 3_600) * 1_000).toISOString().slice(0, 16).replace('T', ' ')
  return {
    zh: `以上截至北京时间 ${time}（第 ${block.number} 号区块），有 ${sealers.length} 方签封，至少需要 ${quorum} 方。`,
    en: `As of ${time} (UTC+8), block ${block.number}, sealed by ${sealers.length}; ${quorum} are needed.`,
  }
}

/** For each code what a resident should know. The compiler misses a code that is forgotten here. */
export const ERROR_WORDS: Record<ProofErrorCode, Words> = {
  NOT_A_PROOF: broken('这个文件不是明账的证明', 'This file is no proof of Mingzhang'),
  CUT_SHORT: broken('证明不完整，后面缺了一截', 'The proof is incomplete: its end is missing'),
  TOO_LONG: broken('证明后面多出了内容', 'Something was added at the end of the proof'),
  LIMIT_PASSED: broken('证明里有超出允许范围的数字', 'The proof has a number beyond what is allowed'),
  NOT_CANONICAL: broken(
    '证明的写法不合规定，可能被改动过',
    'The proof is not written as it must be; it may have been changed',
  ),
  NEEDLESS: broken('证明里夹带了无关的内容', 'The proof contains something that does not belong to it'),

  WRONG_CHAIN: otherBook('链编号', 'chain'),
  WRONG_GENESIS: otherBook('创始区块', 'first block'),
  WRONG_CONTRACT: otherBook('账本合约', 'contract'),
  WRONG_SEALING: otherBook('签封方式', 'way of sealing'),

  HEADER_MALFORMED: broken('区块头读不出来', "The block's header cannot be read"),
  SEAL_MALFORMED: notSealed('有一个签封是坏的', 'A seal on it is broken'),
  SEAL_UNKNOWN: notSealed(
    '有一个签封来自信任名单以外，或账目在签封后被改动',
    'A seal is by somebody you do not trust, or the book was changed after sealing',
  ),
  SEAL_DUPLICATE: notSealed('同一方重复签封', 'One party sealed twice'),
  QUORUM_MISSED: notSealed('签封的人数不够', 'Too few have sealed it'),

  RLP_MALFORMED: changed('账目数据的格式被破坏', 'The form of an entry is broken'),
  NODE_MALFORMED: changed('账目数据的结构被破坏', 'The structure of the entries is broken'),
  STATE_MISMATCH: changed('账本的状态与签封的区块不符', "The book's state is not the one that was sealed"),
  STORAGE_MISMATCH: changed('出示的账目与签封的账目不符', 'The entries shown are not those that were sealed'),
  CONTRACT_MISSING: changed('签封的区块里没有这本账', 'The sealed block has no such book'),

  ENTRY_MISSING: changed('提到的一笔账在账本里不存在', 'An entry that is named is not in the book'),
  ENTRY_MALFORMED: changed('有一笔账的内容不合规定', 'An entry is not as entries are written'),
  INFLOW_MISMATCH: changed('这笔收入与账本记载的不一致', 'This inflow is not as the book recorded it'),
  RANGE_OUTSIDE: changed('证明说的范围与这笔收入不符', 'The part that is traced is no part of this inflow'),
  RANGES_APART: changed('几段证明拼不成完整的一笔', 'The parts of the proof do not make up the whole'),
  PIECES_GAP: changed('有一部分钱的去向没有出示', 'Where some of the money went is not shown'),
  PIECE_ELSEWHERE: changed(
    '有一部分钱去了另一笔支出，而不是出示的这笔',
    'Some of the money went into another outflow than the one shown',
  ),
  RETURNS_GAP: changed('有一部分退回的钱没有出示', 'Some of the money that came back is not shown'),
  RETURN_ELSEWHERE: changed('出示的一笔退回属于另一笔支出', 'A return that is shown belongs to another outflow'),
  SUMS_DIFFER: changed('各部分相加不等于这笔收入', 'The parts do not add up'),
}

function broken(zh: string, en: string): Words {
  return {
    zh: `${zh}。请重新下载；若仍如此，请告诉社区。`,
    en: `${en}. Download it again; if it stays so, tell the community.`,
  }
}

function otherBook(zh: string, en: string): Words {
  return {
    zh: `这份证明属于另一本账（${zh}不同）。请核对您用的信任锚是不是这个社区公布的。`,
    en: `This proof is of another book (its ${en} differs). Check that your anchor is the one that this community published.`,
  }
}

function notSealed(zh: string, en: string): Words {
  return { zh: `${zh}，所以不能相信。请向见证人核实。`, en: `${en}, so it cannot be believed. Ask the witnesses.` }
}

function changed(zh: string, en: string): Words {
  return {
    zh: `${zh}。网站显示的内容不能相信，请告诉审计人。`,
    en: `${en}. Do not believe what the site shows; tell the auditor.`,
  }
}

function yuan(from: bigint, to: bigint): string {
  return `¥${formatYuan(Fen(to - from))}`
}
