import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Wallet } from 'ethers'
import { openEmbedded } from '../../chain/embedded.ts'
import { openSeals } from '../../chain/seals.ts'
import { catchUp } from '../../indexer/follow.ts'
import { openMirror } from '../../indexer/mirror.ts'
import { openReader } from '../../indexer/read.ts'
import { readAnchor, type Anchor } from '../../ledger/anchor.ts'
import { parseDay } from '../../ledger/day.ts'
import { inflowDraft } from '../../ledger/drafts.ts'
import { parseYuan } from '../../ledger/fen.ts'
import { Address, fromHex, Hash, toHex, type Hex } from '../../ledger/hex.ts'
import { sealPaper } from '../../ledger/papers.ts'
import { refOf } from '../../ledger/refs.ts'
import { signSeal } from '../../ledger/seal.ts'
import { ROLES, SOURCES, type Role } from '../../ledger/words.ts'
import { openProver } from '../../proof/prove/trace.ts'
import { foundingTransactions } from '../../scripts/found.ts'
import { openMasterKey } from '../../vault/keys.ts'
import { openVault } from '../../vault/vault.ts'
import { openActs } from './acts.ts'

export type World = Awaited<ReturnType<typeof openWorld>>

/** Whose gifts the book holds, in the order of their numbers in fund 1. Invented, so that a test may look for them. */
export const DONORS = ['欧阳明月', '慕容清风', '司徒朗'] as const

const DAY = parseDay('2020-01-29')

/**
 * A small book on a real embedded chain, with its mirror, its vault and its seals: the worked example of DESIGN.md §2, of
 * whose payment P the last ¥30.00 came back, a transfer, a void, a payment that waits and one that was rejected. `now` is the
 * vault's clock.
 */
export async function openWorld({ now = () => new Date() } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'mingzhang-api-'))
  const chain = await openEmbedded({ file: join(folder, 'journal.jsonl'), chainId: 20_200_129 })
  const vault = openVault({ folder: join(folder, 'vault'), masterKey: openMasterKey(join(folder, 'master.key'), join(folder, 'vault')), now })
  const wallets = Object.fromEntries(ROLES.map((role) => [role, Wallet.createRandom()])) as unknown as Record<Role, Wallet>
  const witnesses = [1, 2, 3].map(() => Wallet.createRandom())
  const anchor = await found(chain, wallets, witnesses, vault)
  const mirror = await openMirror(join(folder, 'mirror.sqlite'))
  const contracts = anchor.contracts
  // One after the other, whoever asks: two at once would write the same block.
  let mirrored: Promise<unknown> = Promise.resolve()
  const mirrorAll = () => {
    const next = mirrored.then(() => catchUp({ client: chain.client, contracts, mirror }))
    mirrored = next.catch(() => undefined)
    return next
  }
  await mirrorAll()
  let following: NodeJS.Timeout | undefined
  /** Lets the mirror follow by itself until the world is closed, as the indexer of a real server does. */
  const follow = () => {
    following = setTimeout(() => void mirrorAll().catch(() => undefined).then(() => following && follow()), 20)
  }
  const reader = openReader(mirror.file)
  const seals = await openSeals(join(folder, 'seals.jsonl'))
  const prover = openProver({ client: chain.client, anchor, index: reader })
  const acts = openActs({ client: chain.client, anchor, vault, reader, wallets })

  const give = async (fund: number, gifts: readonly { donor: string; yuan: string }[]) => {
    const received = reader.fund(fund)?.received ?? 0n
    const items = gifts.map(({ donor, yuan }, at) => {
      const draft = inflowDraft({ source: 'Donation', effectiveOn: DAY, amount: parseYuan(yuan) }, { donor, remark: '祝早日康复' })
      return { fund, ref: refOf(vault.bookKey, [String(fund), donor, yuan], at + 1), amount: parseYuan(yuan), ...sealPaper(draft, randomBytes) }
    })
    const kept = vault.putGifts(items)
    const inflows = items.map(({ ref, amount }, at) => ({ ref, amount, paper: kept[at]?.paper }))
    await acts.act('ACCOUNTANT', 'recordInflows', [fund, received, SOURCES.indexOf('Donation'), DAY, inflows.map(({ ref, amount, paper }) => [ref, amount, paper])])
    await mirrorAll()
    return kept.map(({ link }) => link ?? fail('no link'))
  }
  /** Lets the first `count` witnesses seal the newest block. */
  const seal = async (count = 2) => {
    const { number, hash: blockHash } = chain.head()
    for (const { address, privateKey } of witnesses.slice(0, count)) {
      const signature = signSeal(privateKey as Hex, { chainId: anchor.chainId, genesis: anchor.genesis, number: BigInt(number), blockHash })
      await seals.add({ number, blockHash, sealer: Address(address), signature })
    }
  }

  const links = await tellStory({ acts, give, mirrorAll })
  await seal()
  const close = async () => {
    clearTimeout(following)
    following = undefined
    await mirrored
    reader.close()
    await mirror.close()
    vault.close()
    await seals.close()
    await chain.close()
    await rm(folder, { recursive: true })
  }
  return { folder, chain, vault, wallets, witnesses, anchor, mirror, mirrorAll, follow, reader, seals, prover, acts, give, seal, links, close }
}

type Story = {
  acts: ReturnType<typeof openActs>
  give: (fund: number, gifts: readonly { donor: string; yuan: string }[]) => Promise<readonly { code: string; key: string }[]>
  mirrorAll: () => Promise<unknown>
}

async function tellStory({ acts, give, mirrorAll }: Story) {
  for (const fund of FUNDS) await acts.openFund(fund)
  await mirrorAll()
  const links = await give(1, [
    { donor: DONORS[0], yuan: '100' }, { donor: DONORS[1], yuan: '50' }, { donor: DONORS[2], yuan: '0.01' },
  ])

  await pay(acts, [1, 1], '120', { title: '购买 N95 口罩', titleEn: 'N95 masks', category: '防护物资', categoryEn: 'protective gear' })
  await acts.bringBack([1, 1], '30', '2020-02-08')
  await acts.proposeTransfer(1, 2, '10', { title: '划往第二基金', titleEn: 'to the second fund' })
  await acts.approve([1, 2])
  await acts.execute([1, 2], '10', '2020-02-09')
  await mirrorAll()
  await acts.voidInflow(1, 2, '5', 'WrongAmount', { title: '金额登记有误' })
  await acts.propose(1, '1', { title: '尚未审批的申请', titleEn: 'still waiting' })
  await acts.propose(1, '2', { title: '被驳回的申请', titleEn: 'rejected' })
  await acts.reject([1, 5], 'OutsidePurpose')
  await mirrorAll()
  return links
}

const FUNDS = [
  { title: '疫情防控专项基金', titleEn: 'Epidemic fund', purpose: '用于疫情防控', purposeEn: 'for the epidemic' },
  { title: '第二基金', titleEn: 'Second fund', purpose: '用于医院', purposeEn: 'for hospitals' },
]

/** A payment from its proposal to its acceptance. */
export async function pay(
  acts: Story['acts'], place: readonly [number, number], yuan: string, titles: Parameters<Story['acts']['propose']>[2],
): Promise<void> {
  await acts.propose(place[0], yuan, titles)
  await acts.approve(place)
  await acts.execute(place, yuan)
  await acts.accept(place)
}

async function found(
  chain: Awaited<ReturnType<typeof openEmbedded>>, wallets: Record<Role, Wallet>, witnesses: readonly { address: string }[],
  vault: ReturnType<typeof openVault>,
): Promise<Anchor> {
  const founder = Wallet.createRandom()
  const { hash: paper } = vault.putPaper(sealPaper({ kind: 'founding', public: { title: '设立账本' }, private: {} }, randomBytes))
  const keys = ROLES.map((role) => ({ role, key: wallets[role].address }))
  const { transactions, contracts } = foundingTransactions({
    chainId: BigInt(chain.chainId), founder: founder.address, council: wallets.COUNCIL.address,
    appointments: keys.filter(({ role }) => role !== 'COUNCIL'), founders: keys.map(({ key }) => key), paper,
  })
  for (const transaction of transactions) await chain.client.request('eth_sendRawTransaction', [await founder.signTransaction(transaction)])
  return readAnchor({
    format: 'mingzhang/anchor/1', chainId: String(chain.chainId), genesis: Hash(chain.genesis.hash),
    contracts: Object.fromEntries(Object.entries(contracts).map(([name, address]) => [name, address.toLowerCase()])),
    sealing: 'witness', quorum: 2,
    sealers: witnesses.map(({ address }, at) => ({ address: Address(address), name: ['居民监督小组', '审计事务所', '本服务器自设见证'][at] })),
  })
}

function fail(message: string): never {
  throw new Error(message)
}

/** The bytes with one of them changed. */
export function withByteChanged(bytes: Uint8Array, at: number): Uint8Array {
  const changed = fromHex(toHex(bytes))
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}
