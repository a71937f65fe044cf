import type { ChainClient } from '../../chain/client.ts'
import type { Reader } from '../../indexer/read.ts'
import type { Anchor } from '../../ledger/anchor.ts'
import { GAS_LIMIT, type ContractName } from '../../ledger/acts.ts'
import { decodeLog, type LedgerEvent } from '../../ledger/events.ts'
import type { Hex } from '../../ledger/hex.ts'
import { hashOfPaper, type Opened, type Paper } from '../../ledger/papers.ts'
import { Problem } from '../problem.ts'
import { readTransaction, refused, rehearse, type Signed } from '../relay.ts'
import type { Staff } from './sessions.ts'

/** What became of an act: it stands in the book. Events in the words of ledger/events.ts. */
export type Recorded = { readonly transaction: Hex; readonly block: number; readonly events: readonly LedgerEvent[] }

type Parts = { readonly client: ChainClient; readonly anchor: Anchor; readonly reader: Pick<Reader, 'head'> }

const PATIENCE_MS = 10_000

export type Acts = ReturnType<typeof openActs>

/** Takes what people sign at the desk. */
export function openActs({ client, anchor, reader }: Parts) {
  const { chainId, contracts } = anchor

  return {
    /** Asks the contract whether it would take a call, and the chain for the signer's next nonce. @throws {Problem} */
    async rehearse({ key }: Staff, contract: ContractName, data: Hex): Promise<number> {
      const call = { from: key, to: contracts[contract], data, gas: `0x${GAS_LIMIT.toString(16)}` }
      await client.request('eth_call', [call, 'latest']).catch(refused)
      return await nonceOf(key)
    },

    /**
     * Records a signed act. `keep` puts what stands behind it into the vault: it is called when the contract has agreed and
     * before the act is sent, so that nothing is kept of what is refused and no entry is without its paper.
     *
     * The same transaction again gives the same answer, whatever became of the first one's.
     *
     * @throws {Problem}
     */
    async record({ key }: Staff, raw: Hex, papers: readonly { paper: Paper; opened: Opened }[], keep: () => void): Promise<Recorded> {
      const signed = readTransaction(raw, chainId, Object.values(contracts))
      if (signed.from.toLowerCase() !== key)
        throw new Problem(403, 'SIGNER_OTHER', { zh: `签名的密钥 ${signed.from} 不是登录的这一把。`, en: `The key ${signed.from} signed, and another one signed in.` })
      for (const { paper } of papers) checkNamed(signed, hashOfPaper(paper))
      const known = await client.request('eth_getTransactionByHash', [signed.hash])
      if (known) keep()
      else {
        await rehearse(client, signed)
        keep()
        await client.request('eth_sendRawTransaction', [raw]).catch(refused)
      }
      return await recordedAs(signed)
    },
  }

  async function nonceOf(key: Hex): Promise<number> {
    return Number(await client.request('eth_getTransactionCount', [key, 'pending']))
  }

  async function recordedAs({ hash, from, to, data }: Signed): Promise<Recorded> {
    const { status, blockNumber, logs } = Object(await client.request('eth_getTransactionReceipt', [hash]))
    const block = Number(blockNumber)
    if (Number(status) !== 1) {
      // The book moved between asking and sending. Asked once more, the contract says why.
      await client.request('eth_call', [{ from, to, data }, `0x${(block - 1).toString(16)}`]).catch(refused)
      throw new Problem(422, 'NOT_ACCEPTED', { zh: '账本没有接受这笔交易。', en: 'The chain did not accept the transaction.' })
    }
    await mirrored(block)
    const ours: readonly string[] = Object.values(contracts)
    const events = [...logs].filter(({ address }) => ours.includes(String(address).toLowerCase())).map((log) => decodeLog(log))
    return { transaction: hash, block, events }
  }

  /** Waits until pages show it, so that whoever did it sees it done. */
  async function mirrored(block: number): Promise<void> {
    const end = Date.now() + PATIENCE_MS
    while ((reader.head()?.block ?? 0) < block && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** A paper that the act does not name would be nobody's. @throws {Problem} */
function checkNamed({ data }: Signed, hash: Hex): void {
  if (data.toLowerCase().includes(hash.slice(2))) return
  throw new Problem(422, 'PAPER_OTHER', { zh: `签名的操作没有引用凭证 ${hash}。`, en: `What was signed does not name the paper ${hash}.` })
}
