import type { ChainClient } from '../../chain/client.ts'
import type { Reader } from '../../indexer/read.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import { GAS_LIMIT, type ContractName } from '../../ledger/acts.ts'
import { decodeLog, type LedgerEvent, type Log } from '../../ledger/events.ts'
import type { Hex } from '../../ledger/hex.ts'
import type { NewlyPut } from '../../vault/filing.ts'
import { Problem } from '../problem.ts'
import { isNew, isSent, passOn, readTransaction, refused, type Signed } from '../relay.ts'
import type { Staff } from './sessions.ts'

/** What became of an act: it stands in the book. Events in the words of ledger/events.ts. */
export type Recorded = { readonly transaction: Hex; readonly block: number; readonly events: readonly LedgerEvent[] }

/**
 * What stands behind an act: every paper that it names, and what puts into the vault those that are not there. `check` is asked just
 * before, and not of what stands in the book already.
 */
export type Behind = { readonly papers: readonly Hex[]; check?(): void; keep(): NewlyPut }

type Parts = {
  readonly client: ChainClient; readonly anchor: Anchor; readonly reader: Pick<Reader, 'head'>
  readonly vault: { takeBack(put: NewlyPut): void }
  /** How long an act may wait for its block, and then for the mirror; for tests. */
  readonly patienceMs?: number
}

type Receipt = { readonly isTaken: boolean; readonly block: number; readonly logs: readonly (Log & { readonly address: string })[] }

const PATIENCE_MS = 10_000
const POLL_MS = 100

export type Acts = ReturnType<typeof openActs>

/** Takes what people sign at the desk. One for the whole server: it knows which papers came with acts that are still under way. */
export function openActs({ client, anchor, reader, vault, patienceMs = PATIENCE_MS }: Parts) {
  const { chainId, contracts } = anchor
  /** Papers that one act under way put into the vault, and that no other act has named since. */
  const fresh = new Set<Hex>()

  return {
    /** Asks the contract whether it would take a call, and the chain for the signer's next nonce. @throws {Problem} */
    async rehearse({ key }: Staff, contract: ContractName, data: Hex): Promise<number> {
      const call = { from: key, to: contracts[contract], data, gas: `0x${GAS_LIMIT.toString(16)}` }
      await client.request('eth_call', [call, 'latest']).catch(refused)
      return await nonceOf(key)
    },

    /** Reads an act that somebody signed. @throws {Problem} when it is none of this book, or another key signed. */
    read({ key }: Staff, raw: Hex): Signed {
      const signed = readTransaction(raw, chainId, Object.values(contracts))
      if (signed.from.toLowerCase() !== key)
        throw new Problem(403, 'SIGNER_OTHER', { zh: `签名的密钥 ${signed.from} 不是登录的这一把。`, en: `The key ${signed.from} signed, and another one signed in.` })
      return signed
    },

    /** Whether the chain has an act already. */
    isSent: (signed: Signed): Promise<boolean> => isSent(client, signed),

    /** Whether a paper came with an act that is still on its way to the chain. */
    isUnderWay: (paper: Hex | undefined): boolean => paper !== undefined && fresh.has(paper),

    /**
     * Records a signed act. What stands behind it is kept when the contract has agreed and before the act is sent, and taken out again
     * when the chain does not take it after all: nothing is kept of what is refused, and no entry is without its paper.
     *
     * The same transaction again gives the same answer, whatever became of the first one's.
     *
     * @throws {Problem}
     */
    async record(signed: Signed, behind: Behind): Promise<Recorded> {
      const isAgain = !(await isNew(client, signed))
      const put = isAgain ? NOTHING : keep(behind)
      try {
        if (!isAgain) await send(signed, put)
        const { isTaken, block, logs } = await receiptOf(signed)
        if (!isTaken) {
          takeBack(put)
          throw await reasonOf(signed, block)
        }
        // A server that was stopped between the two had sent it without keeping it, or kept what was taken out since.
        if (isAgain) behind.keep()
        await mirrored(block)
        return { transaction: signed.hash, block, events: eventsIn(logs) }
      } finally {
        for (const paper of papersIn(put)) fresh.delete(paper)
      }
    },
  }

  async function nonceOf(key: Hex): Promise<number> {
    return Number(await client.request('eth_getTransactionCount', [key, 'pending']))
  }

  /** Two acts may name the same paper: it stays when either is taken. */
  function keep(behind: Behind): NewlyPut {
    behind.check?.()
    const put = behind.keep()
    for (const paper of behind.papers) fresh.delete(paper)
    for (const paper of papersIn(put)) fresh.add(paper)
    return put
  }

  function takeBack({ papers, gifts }: NewlyPut): void {
    vault.takeBack({ papers: papers.filter((paper) => fresh.has(paper)), gifts: gifts.filter(({ paper }) => fresh.has(paper)) })
  }

  /** @throws {Problem} when the chain says no. Whatever else goes wrong leaves open whether it was sent, and nothing is taken out. */
  async function send(signed: Signed, put: NewlyPut): Promise<void> {
    try {
      await passOn(client, signed)
    } catch (error) {
      if (error instanceof Problem) takeBack(put)
      throw error
    }
  }

  /** On a chain whose blocks take their time there is none until the next one. @throws {Problem} 504: whoever asks again gets the answer. */
  async function receiptOf({ hash }: Signed): Promise<Receipt> {
    const end = Date.now() + patienceMs
    for (;;) {
      const receipt = await client.request('eth_getTransactionReceipt', [hash])
      if (typeof receipt === 'object' && receipt !== null) return readReceipt(receipt)
      if (Date.now() >= end)
        throw new Problem(504, 'RECEIPT_LATE', {
          zh: '已经送出，还没有进入区块；稍后就会登记在账本里，不需要重新签名。', en: 'It was sent and waits for its block; it will stand in the book soon, and need not be signed again.',
        }, { transaction: hash })
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }

  /** The book moved between asking and sending. Asked once more, the contract says why. */
  async function reasonOf({ from, to, data }: Signed, block: number): Promise<Problem> {
    await client.request('eth_call', [{ from, to, data }, `0x${(block - 1).toString(16)}`]).catch(refused)
    return new Problem(422, 'NOT_ACCEPTED', { zh: '账本没有接受这笔交易。', en: 'The chain did not accept the transaction.' })
  }

  function eventsIn(logs: Receipt['logs']): LedgerEvent[] {
    const ours: readonly string[] = Object.values(contracts)
    return logs.filter(({ address }) => ours.includes(address.toLowerCase())).map(decodeLog)
  }

  /** Waits until pages show it, so that whoever did it sees it done. */
  async function mirrored(block: number): Promise<void> {
    const end = Date.now() + patienceMs
    while ((reader.head()?.block ?? 0) < block && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function readReceipt(receipt: object): Receipt {
  const { status, blockNumber, logs } = Object(receipt)
  return { isTaken: Number(status) === 1, block: Number(blockNumber), logs: [...logs] }
}

const NOTHING: NewlyPut = { papers: [], gifts: [] }

function papersIn({ papers, gifts }: NewlyPut): Hex[] {
  return [...papers, ...gifts.map(({ paper }) => paper)]
}
