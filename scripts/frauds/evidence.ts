import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Wallet } from 'ethers'
import { claimsOf, textOf, type Trace } from '../../api/pages/browser/sentences.ts'
import { readTold } from '../../api/pages/browser/told.ts'
import type { ChainClient } from '../../chain/client.ts'
import { openEmbedded, type EmbeddedChain } from '../../chain/embedded.ts'
import { openServer } from '../../chain/remote.ts'
import { openWitness } from '../../chain/witness.ts'
import { catchUp } from '../../indexer/follow.ts'
import { openMirror } from '../../indexer/mirror.ts'
import { rebuild } from '../../indexer/rebuild.ts'
import { INTERFACES } from '../../ledger/acts.ts'
import { fundDraft } from '../../ledger/drafts.ts'
import { parseYuan } from '../../ledger/fen.ts'
import { formatWords, wordsOf } from '../../ledger/headWords.ts'
import { Address, type Hex } from '../../ledger/hex.ts'
import { signSeal } from '../../ledger/seal.ts'
import type { Erasure } from '../../ledger/words.ts'
import { verifyTrace } from '../../proof/check/trace.ts'
import { openWitnessKey } from '../book.ts'
import { perform, sendToChain } from '../commands/send.ts'
import { Refused } from '../commands/refused.ts'
import type { Target } from './book.ts'
import { bundleOf, paperIn, refitted, verified } from './bundles.ts'
import { caught, type Fraud } from './caught.ts'

const DONOR = { zh: '捐赠人的核对', en: "the donor's check" }
const REBUILD = { zh: '重建镜像', en: 'index --rebuild' }
const INDEXER = { zh: '索引器', en: 'the indexer' }
const START = { zh: '启动', en: 'the start' }
const BUNDLE = { zh: '账册核验', en: 'the audit bundle' }
const WITNESS = { zh: '见证人', en: 'a witness' }
const NEIGHBOURS = { zh: '邻居对校验词', en: 'neighbours who compare words' }

/** Frauds of whoever runs the server, or hands files on. */
export const EVIDENCE_FRAUDS: readonly Fraud[] = [
  {
    name: { zh: '改数据库', en: 'The database is edited' },
    deed: { zh: '在服务器的 SQLite 镜像里把王小明的 ¥5,000.00 改成 ¥14,000.00', en: "in the server's SQLite mirror a gift of ¥5,000.00 becomes ¥14,000.00" },
    play: async (book) => {
      await book.sealed()
      const database = new Database(book.places.mirror)
      database.exec('UPDATE inflows SET end_fen = end_fen + 900000 WHERE fund = 1 AND number = 1')
      database.close()
      return [
        await caught(DONOR, 'PAGE_DISPROVEN', () => donorChecks(book)),
        await caught(REBUILD, 'MIRROR_DIFFERED', () => rebuilt(book, book.places.mirror)),
      ]
    },
  },
  {
    name: { zh: '索引器漏掉一笔', en: 'The indexer drops an entry' },
    deed: { zh: '读链时藏起一笔付款申请；再藏起一笔验收', en: 'a proposal is hidden from the indexer; then an acceptance is' },
    play: async (book) => {
      await book.mirrored()
      const file = (name: string) => join(book.scratch('dropped'), `${name}.sqlite`)
      return [
        await caught(INDEXER, 'GAP_FOUND', () => mirrorInto(book, file('proposal'), without(book.chain.client, 'PaymentProposed'))),
        // An acceptance has no number of its own, so only a second reading shows it.
        await caught(REBUILD, 'MIRROR_DIFFERED', async () => {
          await mirrorInto(book, file('acceptance'), without(book.chain.client, 'PaymentAccepted'))
          await rebuilt(book, file('acceptance'))
        }),
      ]
    },
  },
  {
    name: { zh: '改日志', en: 'The journal is edited' },
    deed: { zh: '停机后在日志里把一笔已签名的交易改一位，再启动', en: 'while the server is stopped one digit of a signed transaction is changed in the journal' },
    play: async (book) => {
      const file = join(book.scratch('edited'), 'journal.jsonl')
      const lines = readFileSync(book.places.journal, 'utf8').split('\n')
      const [line = ''] = lines.splice(8, 1)
      const at = line.indexOf('"0x') + 200
      lines.splice(8, 0, `${line.slice(0, at)}${line[at] === '0' ? '1' : '0'}${line.slice(at + 1)}`)
      writeFileSync(file, lines.join('\n'))
      return [await caught(START, 'JOURNAL_ALTERED', async () => await (await openEmbedded({ file })).close())]
    },
  },
  {
    name: { zh: '调换凭证', en: "A payee's paper is swapped" },
    deed: { zh: '交给审计的账册里，把收款方“某某书店”换成“某某文化公司”', en: 'in the bundle for the auditor the payee becomes another' },
    play: async (book) => {
      await book.sealed()
      const paperOf = (hash: Hex) => {
        const given = paperIn(book, hash)
        const payee = given?.opened?.['payee']
        return given && payee ? { ...given, opened: { ...given.opened, payee: { ...payee, value: '某某文化公司' } } } : given
      }
      return [await caught(BUNDLE, 'FIELD_DIFFERS', async () => verified(book, await bundleOf(book, { paperOf })))]
    },
  },
  {
    name: { zh: '藏起收款方', en: 'The payee is withheld' },
    deed: { zh: '交给审计的账册里拿掉收款方；再谎称“已依法限制”', en: 'the payee is left out of the bundle for the auditor; then it is called restricted by law' },
    play: async (book) => {
      await book.sealed()
      const hasPayee = (hash: Hex) => paperIn(book, hash)?.opened?.['payee'] !== undefined
      const withoutPayee = (hash: Hex) => {
        const given = paperIn(book, hash)
        return given && hasPayee(hash) ? { paper: given.paper } : given
      }
      const bundleWith = (erasure: Erasure) => bundleOf(book, {
        paperOf: withoutPayee, erasureOf: (hash) => (hasPayee(hash) ? erasure : 'None'),
      })
      return [
        await caught(BUNDLE, 'FIELDS_WITHHELD', async () => verified(book, await bundleWith('None'))),
        await caught(BUNDLE, 'ERASURE_DIFFERS', async () => verified(book, await bundleWith('Restricted'))),
      ]
    },
    people: {
      zh: '登记员若真的在账本上登记“已依法限制”，账册会通过，但审计页面列着是谁、何时、哪份凭证：审计人员要索看本人的请求',
      en: 'a registrar who does record it as restricted is believed, but who, when and which paper stand on the audit page: the auditor asks for the request behind it',
    },
  },
  {
    name: { zh: '账册里改一分钱', en: 'One fen is changed in a bundle' },
    deed: { zh: '把账册文件里一笔 ¥3,000.00 改成 ¥3,000.01，摘要也重算', en: 'a gift of ¥3,000.00 becomes ¥3,000.01 in the file, whose digest is made to fit' },
    play: async (book) => {
      await book.sealed()
      const bundle = await bundleOf(book)
      // The last place where it stands is the receipt; before it comes the call that was signed.
      const at = bundle.lastIndexOf(Buffer.from(parseYuan('3000').toString(16).padStart(64, '0'), 'hex')) + 31
      bundle[at] = (bundle[at] ?? 0) + 1
      return [await caught(BUNDLE, 'RECEIPTS_DIFFER', () => verified(book, refitted(bundle)))]
    },
  },
  {
    name: { zh: '剪掉尾巴', en: 'The tail is cut off' },
    deed: { zh: '最后几笔难看，就交出一份到它们之前为止的、签封齐全的旧账册', en: 'to hide the last entries an older bundle is handed over, properly sealed' },
    play: async (book) => {
      await book.sealed()
      const older = await bundleOf(book)
      await verified(book, older)
      await book.propose({ amount: parseYuan('77'), title: '招待' })
      await book.sealed()
      const words = formatWords(wordsOfHead(book, book.chain))
      return [await caught({ zh: '账册核验，对照邻居的校验词', en: "the audit bundle, held against a neighbour's words" }, 'HEAD_OTHER', () => verified(book, older, words))]
    },
    people: { zh: '单看文件看不出：要从见证人或邻居那里取得最新区块的校验词', en: 'no file shows it by itself: bring the words of the newest block from a witness or a neighbour' },
  },
  {
    name: { zh: '重算整本账', en: 'The whole book is hashed anew' },
    deed: { zh: '从中间改写历史，之后每个区块全部重算，再用服务器自己的见证密钥签封', en: 'history is written anew from the middle on, every hash fits, and the server seals it with its own key' },
    play: async (book) => {
      const { anchor, places } = book
      const other = await forked(book, 'anew', 9)
      try {
        await openFund(book, other, '招待费')
        const { number, hash } = other.head()
        const seal = signSeal(openWitnessKey(places).privateKey, { chainId: anchor.chainId, genesis: anchor.genesis, number: BigInt(number), blockHash: hash })
        return [await caught(BUNDLE, 'QUORUM_MISSED', async () => verified(book, await bundleOf(book, { client: other.client, head: { number, hash }, seals: [seal] })))]
      } finally {
        await other.close()
      }
    },
  },
  {
    name: { zh: '两本账', en: 'Two histories' },
    deed: { zh: '同一本账分成两份：给一些人看的设“助学金”，给另一些人看的设“茶水费”', en: 'from one block on two visitors are shown two different books' },
    play: async (book) => {
      await book.sealed()
      const other = await forked(book, 'other')
      try {
        await openFund(book, book.chain, '助学金')
        await openFund(book, other, '茶水费')
        return [
          await caught(NEIGHBOURS, 'WORDS_DIFFER', async () => compareWords(book, other)),
          await caught(WITNESS, 'FORK_SEEN', () => watchBoth(book, other)),
        ]
      } finally {
        await other.close()
      }
    },
  },
]

/** What the donor's page does: holds the sentences that the server tells against those that the proof proves. @throws {Refused} */
async function donorChecks({ url, codes: [code], anchor }: Target): Promise<void> {
  const told = readTold(await (await fetch(`${url}/v1/trace/${code}`)).json())?.gift
  const proof = new Uint8Array(await (await fetch(`${url}/v1/trace/${code}/proof`)).arrayBuffer())
  const sentences = (trace: Trace | undefined, language: 'zh' | 'en') => (trace ? claimsOf(trace, () => undefined, language).map(textOf) : [])
  const facts = verifyTrace(proof, anchor)
  const [said, proven] = [sentences(told, 'zh'), sentences(facts, 'zh')]
  const at = proven.findIndex((sentence, at) => sentence !== said[at])
  if (at < 0 && said.length === proven.length) return
  throw new Refused('PAGE_DISPROVEN', {
    zh: `请勿相信本页。服务器显示：${said[at]}；证明却是：${proven[at]}。`,
    en: `Do not believe this page. The server shows ${sentences(told, 'en')[at]}; the proof says ${sentences(facts, 'en')[at]}.`,
  })
}

/** @throws {Refused} naming the rows in which a mirror differed from the chain; they are right then. */
async function rebuilt({ chain: { client }, anchor: { contracts } }: Target, file: string): Promise<void> {
  const { differences: [first] } = await rebuild({ client, contracts, file })
  if (!first) return
  const { table, foreign, missing } = first
  throw new Refused('MIRROR_DIFFERED', {
    zh: `${table}：${foreign} 行是链上没有的，链上有而缺少 ${missing} 行；已改正。`,
    en: `${table}: rows that the chain does not have: ${foreign}; rows of the chain that were missing: ${missing}; put right.`,
  })
}

async function mirrorInto({ anchor: { contracts } }: Target, file: string, client: ChainClient): Promise<void> {
  const mirror = await openMirror(file)
  try {
    await catchUp({ client, contracts, mirror })
  } finally {
    await mirror.close()
  }
}

/** The chain as somebody shows it who hides the first event of a kind. */
function without(client: ChainClient, event: string): ChainClient {
  const topic = INTERFACES.ledger.getEvent(event)?.topicHash
  let hidden: unknown
  return {
    async request(method, params) {
      const answer = await client.request(method, params)
      if (method !== 'eth_getLogs' || !Array.isArray(answer)) return answer
      hidden ??= answer.find(({ topics }) => topics[0] === topic)?.transactionHash
      return answer.filter(({ topics, transactionHash }) => topics[0] !== topic || transactionHash !== hidden)
    },
  }
}

/** A second copy of the book that may go its own way, from its newest block or from the one given. */
async function forked(book: Target, name: string, blocks?: number): Promise<EmbeddedChain> {
  const file = join(book.scratch(name), 'journal.jsonl')
  copyFileSync(book.places.journal, file)
  if (blocks !== undefined) writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(0, blocks + 1).map((line) => `${line}\n`).join(''))
  return await openEmbedded({ file })
}

/** The operator has every office's key in this, and asks no server. */
async function openFund(book: Target, { client }: EmbeddedChain, title: string): Promise<void> {
  const purpose = book.paper(fundDraft({ title, purpose: title }))
  const desk = { client, anchor: book.anchor, send: sendToChain(client) }
  await perform(desk, book.clerk('STEWARD').wallet, { contract: 'ledger', name: 'openFund', args: [[1, false, 0n, 0n, purpose]] })
}

function wordsOfHead({ anchor: { chainId, genesis } }: Target, { head }: EmbeddedChain): string[] {
  return wordsOf(chainId, genesis, BigInt(head().number), head().hash)
}

/** @throws {Refused} when two people who read the same number read other words. */
function compareWords(book: Target, other: EmbeddedChain): void {
  const [mine, yours] = [wordsOfHead(book, book.chain), wordsOfHead(book, other)].map(formatWords)
  if (book.chain.head().number === other.head().number && mine === yours) return
  const { number } = book.chain.head()
  throw new Refused('WORDS_DIFFER', { zh: `第 ${number} 个区块，一份是“${mine}”，另一份是“${yours}”。`, en: `block ${number} reads “${mine}” here and “${yours}” there.` })
}

/** A third witness who looks at both. @throws {WitnessRefuses} */
async function watchBoth(book: Target, other: EmbeddedChain): Promise<void> {
  const stop = AbortSignal.timeout(30_000)
  const { address, privateKey } = Wallet.createRandom()
  const elsewhere = { name: 'elsewhere', chain: other.client, post: async () => {} }
  const witness = await openWitness({
    servers: [openServer(book.url), elsewhere], folder: book.scratch('third-witness'),
    wallet: { address: Address(address), privateKey: privateKey as Hex }, pauseMs: 50, signal: stop,
  })
  await witness.run().finally(() => witness.close())
}
