import { dayAt, formatDay, formatMinute } from '../../../ledger/day.ts'
import { formatWords, wordsOf } from '../../../ledger/headWords.ts'
import { Fen, formatYuan } from '../../../ledger/fen.ts'
import { formatShare, headlineOf } from '../../../ledger/traceability.ts'
import type { Anchor } from '../../../ledger/anchor.ts'
import { KINDS, KIND_WORDS, SOURCES, SOURCE_WORDS, type Words } from '../../../ledger/words.ts'
import { ProofError } from '../error.ts'
import { errorSentence } from '../sentences.ts'
import { BundleError, type Fault, type FaultCode, type Place } from './fault.ts'
import type { FundFacts } from './funds.ts'
import type { BundleFacts } from './verify.ts'

/** How a bundle came out: what is here is true and all of it is here; true, but papers are missing; or wrong. */
export type Verdict = 'passed' | 'partial' | 'failed'

/** The verdict. Papers of the book's people that are not here leave their entries without what stands behind them. */
export function verdictOf({ faults, papers }: Pick<BundleFacts, 'faults' | 'papers'>): Verdict {
  if (faults.length > 0) return 'failed'
  return papers.missing + papers.elsewhere > 0 ? 'partial' : 'passed'
}

/** The verdict in one line. */
export function verdictSentence(facts: BundleFacts): Words {
  const { faults, more, papers: { missing, elsewhere } } = facts
  const count = faults.length + more
  switch (verdictOf(facts)) {
    case 'passed':
      return { zh: '通过：账册完整，未被改动。', en: 'Passed: nothing is missing and nothing was changed.' }
    case 'partial':
      return {
        zh: `账目通过，凭证不全：每一笔都在、都没有改动，但有 ${missing + elsewhere} 份凭证不在册内，它们写了什么无从核对。`,
        en: `The entries pass, papers are missing: every entry is here and unchanged, but ${missing + elsewhere} papers are not, and what they say cannot be checked.`,
      }
    case 'failed':
      return { zh: `不通过：发现 ${count} 处问题。`, en: `Not passed: ${count} ${count === 1 ? 'thing is' : 'things are'} wrong.` }
  }
}

/** The papers that are not here, each with what it stands behind; the first of them. */
export function gapSentences({ gaps, papers: { missing } }: BundleFacts): Words[] {
  const listed = gaps.map((place) => {
    const { zh, en } = placeWords(place)
    return { zh: `缺凭证：${zh}`, en: `missing: ${en}` }
  })
  const left = missing - gaps.length
  return left > 0 ? [...listed, { zh: `还有 ${left} 份。`, en: `and ${left} more.` }] : listed
}

/** What was checked and found, besides what is wrong. */
export function factSentences(facts: BundleFacts, anchor: Anchor): Words[] {
  const { head, blocks, calls, persons, funds, papers } = facts
  const names = head.sealers.map((sealer) => anchor.sealers.find(({ address }) => address === sealer)?.name ?? sealer)
  return [
    scopeSentence(facts.about),
    {
      zh: `从第 1 个区块到第 ${head.number} 个区块，共 ${blocks} 个区块、${calls} 次签名操作、${persons} 位登记人员；截至 ${formatMinute(head.time)}。`,
      en: `Blocks 1 to ${head.number}: ${blocks} blocks, ${calls} signed calls, ${persons} persons; as of ${formatMinute(head.time)} China time.`,
    },
    {
      zh: `最后一个区块由 ${names.join('、')} 签封（信任锚要求 ${anchor.sealers.length} 方中至少 ${anchor.quorum} 方）。`,
      en: `The last block was sealed by ${names.join(', ')} (the anchor asks for ${anchor.quorum} of ${anchor.sealers.length}).`,
    },
    {
      zh: `第 ${head.number} 个区块的校验词：${wordsFor(facts, anchor)}。请与邻居、公告栏或见证人的比较。`,
      en: `The words of block ${head.number}: ${wordsFor(facts, anchor)}. Compare them with a neighbour's, the notice board's or a witness's.`,
    },
    ...funds.map(fundSentence),
    ...bankSentences(facts),
    ...paperSentences(papers),
    ...(facts.endsEarly ? [{
      zh: `注意：账册声明截至 ${facts.about.through}，但最后一个签封的区块在 ${formatDay(dayAt(head.time))}；这之后登记的账目不在其中，本次核验也看不到。`,
      en: `Note: the bundle is meant to reach ${facts.about.through}, but its last sealed block is of ${formatDay(dayAt(head.time))}; nothing recorded after it is seen here.`,
    }] : []),
    ...(facts.sameAnchor ? [] : [{
      zh: '注意：制作账册时用的信任锚文件与您手上的不同（例如见证人名单变过）；核验以您手上的为准。',
      en: 'Note: the bundle was made beside another anchor file than yours (the list of witnesses may have changed); yours was used.',
    }]),
  ]
}

/** What kind of bundle this is, as whoever made it says; it decides what could be checked at all. */
function scopeSentence({ scope, funds, through }: BundleFacts['about']): Words {
  const of = funds ? { zh: `只附基金 ${funds.join('、')} 的凭证`, en: `with the papers of fund ${funds.join(', ')} only` } : { zh: '附全部基金的凭证', en: 'with the papers of all funds' }
  return scope === 'auditor'
    ? { zh: `供审计的账册，含凭证的非公开内容，${of.zh}；声明截至 ${through}。`, en: `A bundle for an auditor, with private fields, ${of.en}; meant to reach ${through}.` }
    : { zh: `公开的账册，不含凭证的非公开内容，${of.zh}；声明截至 ${through}。`, en: `A public bundle, without private fields, ${of.en}; meant to reach ${through}.` }
}

function wordsFor({ head: { number, hash } }: BundleFacts, { chainId, genesis }: Anchor): string {
  return formatWords(wordsOf(chainId, genesis, BigInt(number), hash))
}

/** How one fund stands, with its sums by source and kind. */
export function fundSentence({ fund, inflows, outflows, received, cursor, uncrossed, bySource, byKind }: FundFacts): Words {
  const unspent = received - cursor - uncrossed
  const cameIn = (language: 'zh' | 'en') => SOURCES.flatMap((source) => (bySource[source] ? [`${SOURCE_WORDS[source][language]} ${yuan(bySource[source])}`] : []))
  const wentOut = (language: 'zh' | 'en') => KINDS.flatMap((kind) => (byKind[kind] ? [`${KIND_WORDS[kind][language]} ${yuan(byKind[kind])}`] : []))
  return {
    zh: `基金 ${fund}：收入 ${inflows} 笔（${listed(cameIn('zh'), '，')}）、支出 ${outflows} 笔（${listed(wentOut('zh'), '，')}），编号连续无缺；结余 ${yuan(unspent)}。`,
    en: `Fund ${fund}: ${inflows} inflows (${listed(cameIn('en'), ', ')}) and ${outflows} outflows (${listed(wentOut('en'), ', ')}), numbered without a gap; unspent ${yuan(unspent)}.`,
  }
}

function listed(parts: readonly string[], between: string): string {
  return parts.join(between) || '—'
}

function bankSentences({ bank: { accounts, credits, debits, unexplained }, papers: { elsewhere } }: BundleFacts): Words[] {
  if (accounts.length === 0) return [{ zh: '账册里没有银行账户，资金追溯率无从计算。', en: 'There is no bank account in the bundle, so traceability cannot be told.' }]
  const headline = headlineOf({ credits, debits })
  const left = unexplained.reduce((sum, line) => sum + line.left, 0n)
  return [
    ...accounts.map(({ account, lines, balance, through }): Words => ({
      zh: `银行账户 ${account}：流水 ${lines} 行，编号连续，逐行相加与余额相符；截至 ${formatDay(through)} 余额 ${signedYuan(balance)}。`,
      en: `Bank account ${account}: ${lines} lines, numbered without a gap, which add up to its balance of ${signedYuan(balance)} on ${formatDay(through)}.`,
    })),
    elsewhere > 0 ? {
      zh: '只附了部分基金的凭证，资金追溯率无从计算：请用附全部凭证的账册。', en: 'With the papers of some funds only, traceability cannot be told: take a bundle with all of them.',
    } : {
      zh: `资金追溯率 ${headline ? formatShare(headline) : '—'}（收入 ${formatShare(credits)}，支出 ${formatShare(debits)}，以银行流水为分母）；没有对应账目的流水 ${unexplained.length} 行，共 ${yuan(left)}。`,
      en: `Traceability ${headline ? formatShare(headline) : '—'} (credits ${formatShare(credits)}, debits ${formatShare(debits)}, of what the bank moved); ${unexplained.length} lines, ${yuan(left)}, have no entry.`,
    },
  ]
}

function signedYuan(fen: bigint): string {
  return fen < 0n ? `-${yuan(-fen)}` : yuan(fen)
}

function paperSentences({ named, given, opened, unknown, elsewhere, restricted, destroyed }: BundleFacts['papers']): Words[] {
  const rest: Words[] = [
    ...(opened ? [{ zh: `其中 ${opened} 份附有非公开内容，均与承诺值相符`, en: `${opened} with their private fields, all as committed` }] : []),
    ...(restricted ? [{ zh: `${restricted} 份的个人信息已依法限制`, en: `the personal data of ${restricted} are restricted by law` }] : []),
    ...(destroyed ? [{ zh: `${destroyed} 份的个人信息已依法删除`, en: `those of ${destroyed} were destroyed by law` }] : []),
    ...(unknown ? [{ zh: `${unknown} 份没有提供，内容无从核对`, en: `${unknown} were not given and cannot be checked` }] : []),
    ...(elsewhere ? [{ zh: `${elsewhere} 份属于未要求的基金`, en: `${elsewhere} are of funds that were not asked for` }] : []),
  ]
  return [{
    zh: [`账目引用凭证 ${named} 份，${given} 份在册并与指纹相符`, ...rest.map(({ zh }) => zh)].join('；') + '。',
    en: [`Entries name ${named} papers, ${given} are here and have their hashes`, ...rest.map(({ en }) => en)].join('; ') + '.',
  }]
}

/** What is wrong, where, and what that means; what ought to stand there, and what stands there. */
export type Told = { readonly where: Words; readonly what: Words; readonly expected: string; readonly found: string }

/** Tells of one fault. */
export function faultSentence({ code, place, expected, found }: Fault): Told {
  return { where: placeWords(place), what: FAULT_WORDS[code], expected, found }
}

/** Why a file could not be read to its end. */
export function refusalSentence(error: BundleError | ProofError): Told {
  if (error instanceof BundleError) return faultSentence(error.fault)
  return { where: { zh: '账册文件', en: 'the file' }, what: errorSentence(error), expected: '—', found: error.message }
}

function placeWords({ block, fund, entry, number, account, line, paper }: Place): Words {
  const zh = [
    ...(fund === undefined ? [] : [`基金 ${fund}`]), ...(entry === undefined || number === undefined ? [] : [`第 ${number} ${ENTRY_WORDS[entry].zh}`]),
    ...(account === undefined ? [] : [`银行账户 ${account}`]), ...(line === undefined ? [] : [`流水第 ${line} 行`]),
    ...(paper === undefined ? [] : [`凭证 ${paper}`]), ...(block === undefined ? [] : [`第 ${block} 个区块`]),
  ]
  const en = [
    ...(fund === undefined ? [] : [`fund ${fund}`]), ...(entry === undefined || number === undefined ? [] : [`${ENTRY_WORDS[entry].en} ${number}`]),
    ...(account === undefined ? [] : [`bank account ${account}`]), ...(line === undefined ? [] : [`line ${line}`]),
    ...(paper === undefined ? [] : [`paper ${paper}`]), ...(block === undefined ? [] : [`block ${block}`]),
  ]
  return { zh: zh.join('，') || '账册文件', en: en.join(', ') || 'the file' }
}

const ENTRY_WORDS: Record<NonNullable<Place['entry']>, Words> = {
  inflow: { zh: '笔收入', en: 'inflow' },
  batch: { zh: '批收入', en: 'batch' },
  outflow: { zh: '笔支出', en: 'outflow' },
  piece: { zh: '段', en: 'piece' },
}

function yuan(fen: bigint | undefined): string {
  return `¥${formatYuan(Fen(fen ?? 0n))}`
}

const FAULT_WORDS: Record<FaultCode, Words> = {
  NOT_A_BUNDLE: { zh: '这不是账册文件。', en: 'This is no bundle.' },
  RECORD_MALFORMED: { zh: '账册文件的格式不对：它不是由明账写成的，或者被改动过。', en: 'The file has not the form of a bundle: another program made it, or somebody changed it.' },
  DIGEST_DIFFERS: {
    zh: '文件末尾的摘要与内容不符：文件在传递中损坏、被截断或被改动。请重新取一份；若仍如此，就是有人改动。',
    en: 'The digest at the end is not that of the content: the file was damaged, cut short or changed on its way. Get another copy; if it is so again, somebody changed it.',
  },
  BOOK_OTHER: { zh: '这是另一本账：链号或创世区块与信任锚不同。', en: 'This is another book: its chain or its genesis is not the anchor\'s.' },
  CHAIN_OTHER: { zh: '这笔交易是为另一条链签的，被搬了过来。', en: 'This transaction was signed for another chain and brought here.' },
  CONTRACT_OTHER: { zh: '这里有不属于本账合约的交易或回执，拿别的合约冒充账目。', en: 'A transaction or receipt here is of no contract of this book: another contract\'s was passed off as an entry.' },
  HEAD_OTHER: {
    zh: '账册的最后一个区块不是您从别处得知的那一个，或没有签封：尾部被截掉了，或者有人拿出了两本不同的账。',
    en: 'The last block is not the one that you learnt of elsewhere, or nobody sealed it: the tail was cut off, or there are two histories.',
  },
  CHAIN_BROKEN: {
    zh: '区块没有接上前一个：有账目被删去、重复、调换了顺序，或者整段历史被重写。',
    en: 'This block does not follow the one before: entries were left out, doubled or put in another order, or the history was written anew.',
  },
  BLOCK_MALFORMED: { zh: '区块读不懂，或它的签封不能算数：有字节被改动。', en: 'A block cannot be read, or its seals do not count: some of its bytes were changed.' },
  QUORUM_MISSED: {
    zh: '签封不够：您的信任锚要求的见证人没有都签封这个区块。可能是账册比信任锚旧，请重新取一份；若仍如此，就是有人冒充。',
    en: 'Too few seals: not as many of your anchor\'s witnesses as it asks for sealed this block. The bundle may be older than the anchor: fetch it again; if it stays so, somebody pretends.',
  },
  TRANSACTIONS_DIFFER: { zh: '区块里的交易与区块头不符：有交易被改动、增加或删去。', en: 'The transactions are not those of the header: one was changed, added or left out.' },
  RECEIPTS_DIFFER: { zh: '区块里的回执与区块头不符：有账目被改动、增加或删去。', en: 'The receipts are not those of the header: an entry was changed, added or left out.' },
  TRANSACTION_MALFORMED: { zh: '交易读不懂，或签名无效。', en: 'A transaction cannot be read, or its signature is none.' },
  RECEIPT_MALFORMED: { zh: '回执读不懂。', en: 'A receipt cannot be read.' },
  STATE_DIFFERS: {
    zh: '逐笔重算的结果与签封的账本状态不符：有账目没有列入，或者账本没有按规则记。',
    en: 'What the entries add up to is not the state that was sealed: entries are missing, or the book was not kept by the rules.',
  },
  NUMBER_GAP: { zh: '编号不连续：有账目缺失或多出。', en: 'The numbers have a gap: an entry is missing, or one too many.' },
  LINE_GAP: { zh: '这批收入没有接在前面的收入之后：中间有钱被略过或重复。', en: 'These inflows do not begin where the line ended: money was passed over or counted twice.' },
  REF_REPEATED: { zh: '同一来源（同一条银行流水）登记了两次。', en: 'The same source, such as one line of the bank, was recorded twice.' },
  FUND_WRONG: { zh: '基金不存在或已经关闭。', en: 'There is no such fund, or it is closed.' },
  DATE_WRONG: { zh: '记账日期在登记之后：日期不实。', en: 'The accounting date is after the day of recording.' },
  PERIOD_CLOSED: { zh: '账目倒签到了已经结账的期间。', en: 'The entry is dated back into a closed period.' },
  CERTIFICATE_DIFFERS: { zh: '结账凭证上的数与逐笔重算的不符。', en: 'The certificate of a closed period does not say what its entries add up to.' },
  STEP_WRONG: { zh: '步骤不对：这笔支出不在可以这样做的状态。', en: 'The step is out of turn: the outflow is not in a state that allows it.' },
  AMOUNT_WRONG: { zh: '金额不对：超出了批准、可用或剩余的数额。', en: 'The amount is wrong: more than was approved, available or left.' },
  PIECE_WRONG: { zh: '这笔支出用掉的钱与先进先出的规则不符。', en: 'The fen that went into this outflow are not those that the rule of first in, first out takes.' },
  ORIGIN_WRONG: { zh: '退回或划转的来源不对。', en: 'Money that came back or was transferred does not come from where it says.' },
  BANK_BALANCE: { zh: '银行流水与余额对不上：有流水缺失、多出或被改动。', en: 'The bank\'s lines do not add up to its balance: a line is missing, one too many, or changed.' },
  MATCH_WRONG: { zh: '流水与账目的对应不成立：方向不对，或对应的金额超过了流水或账目的金额。', en: 'A line is matched with what it cannot be: the other direction, or more fen than the line or the entry has.' },
  PERSON_OTHER: { zh: '账目上写的经手人，不是实际签名的人。', en: 'The person that the entry names is not the one who signed.' },
  PERSON_SAME: { zh: '同一个人做了必须由不同的人做的两步。', en: 'One person took two steps that need two people.' },
  ROLE_MISSING: { zh: '签名的人当时没有这项权限。', en: 'Whoever signed had no power to do so at that time.' },
  PAPER_MISSING: { zh: '账目引用的凭证不在册内，也没有说明原因。', en: 'An entry names a paper that is not here, and nothing says why.' },
  PAPER_UNNAMED: { zh: '册内有一份账目没有引用的凭证：凭证被换过，或被加了进来。', en: 'A paper is here that no entry names: it was exchanged, or added.' },
  FIELDS_WITHHELD: { zh: '供审计的账册里，这份凭证的非公开内容被拿掉了，却没有写明已依法限制或删除。', en: 'In a bundle for an auditor the private fields of this paper were left out, and it is not said that the law wants it so.' },
  ERASURE_DIFFERS: {
    zh: '这份凭证的个人信息是否已依法限制或删除，册内说的与账本上登记的不一样：假托法律藏起内容，或者没有依法停止使用。',
    en: 'Whether the private fields of this paper were restricted or destroyed, the file says otherwise than the book: the law was a pretext to hide them, or was not obeyed.',
  },
  FIELD_DIFFERS: { zh: '凭证的非公开内容与当时的承诺值不符：内容被换过。', en: 'A private field is not what the paper committed to: it was exchanged.' },
}
