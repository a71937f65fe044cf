import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Wallet } from 'ethers'
import { openEmbedded } from '../../chain/embedded.ts'
import { openServer } from '../../chain/remote.ts'
import { openWitness, type Witness } from '../../chain/witness.ts'
import type { Act } from '../../ledger/acts.ts'
import { formatAnchor, leastQuorum } from '../../ledger/anchor.ts'
import type { Code } from '../../ledger/code.ts'
import { Day, dayAt } from '../../ledger/day.ts'
import { fundDraft } from '../../ledger/drafts.ts'
import { Fen, parseYuan } from '../../ledger/fen.ts'
import { Address, type Hex } from '../../ledger/hex.ts'
import { sealPaper, type Draft } from '../../ledger/papers.ts'
import { ROLES, type Role } from '../../ledger/words.ts'
import { openMasterKey } from '../../vault/keys.ts'
import { openVault } from '../../vault/vault.ts'
import { makeDataFolder, openAnchor, placesIn, type Places } from '../book.ts'
import type { Office } from '../commands/context.ts'
import { agree, execute, proposePayment, type Clerk, type Proposal } from '../commands/outflows.ts'
import { linksOf, recordGifts, type Gift } from '../commands/record.ts'
import { perform, sendThroughServer, type Recorded } from '../commands/send.ts'
import { eventOf } from '../commands/filed.ts'
import { serve, type Served } from '../serve.ts'

/** Who has a key in the book besides one person for each role. */
type Extra =
  | 'manyHats' // one person whom the council made approver, cashier and accepter at once
  | 'second' // the accountant's second key, an approver's
  | 'lost' // the accountant's third key, an accountant's, which is retired

/** A small book that runs: founded, with people, a fund, three gifts, a payment, and two witnesses of other houses. */
export type Target = Served & {
  office: Office
  witnesses: readonly Witness[]
  /** Codes of the three gifts, in the order of their numbers. */
  codes: readonly Code[]
  today: Day
  clerk(who: Role | Extra): Clerk
  addressOf(who: Role | Extra): Hex
  personOf(role: Role): number
  /** Puts a paper into the vault. */
  paper(draft: Draft): Hex
  /** Signs with somebody's key and hands it to the server, without asking first. @throws {Refused} */
  act(who: Role | Extra, act: Act): Promise<Recorded>
  propose(proposal: Omit<Proposal, 'fund'>): Promise<number>
  approve(outflow: number, who?: Role | Extra): Promise<unknown>
  execute(outflow: number, line: { yuan: string; reference: string }, who?: Role | Extra): Promise<unknown>
  accept(outflow: number): Promise<unknown>
  /** Waits until the mirror has the newest block. */
  mirrored(): Promise<void>
  /** Waits until both witnesses have sealed the newest block. */
  sealed(): Promise<void>
  /** A folder for whatever somebody tries. */
  scratch(name: string): string
}

/** Above it a payment is a large one. */
export const THRESHOLD = '1000'

const PATIENCE_MS = 60_000

/** Founds a book in a temporary folder and serves it on free ports. `close` takes the folder away. */
export async function openTarget(): Promise<Target> {
  const data = mkdtempSync(join(tmpdir(), 'mz-fraud-'))
  const keys = Object.fromEntries([...ROLES, 'manyHats', 'second', 'lost'].map((who) => [who, new Wallet(`0x${randomBytes(32).toString('hex')}`)])) as Record<Role | Extra, Wallet>
  const watchers = [1, 2].map(() => new Wallet(`0x${randomBytes(32).toString('hex')}`))
  const closing: (() => Promise<unknown> | void)[] = [() => rmSync(data, { recursive: true, force: true })]
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end()
  }

  try {
    await found(placesIn(join(data, 'book')), keys, watchers)
    const served = await serve(
      { data: join(data, 'book'), port: 0, rpcPort: 0, host: '127.0.0.1', demo: false, publicUrl: 'http://localhost' },
      { tell() {}, fatal: (error) => { throw error } },
    )
    closing.push(() => served.close())
    const witnesses = await startWitnesses(served, watchers, data, closing)
    const target = openActs({ ...served, close }, keys, witnesses, data)
    const codes = await tellStory(target)
    return { ...target, codes }
  } catch (error) {
    await close()
    throw error
  }
}

/** The book's first blocks and its anchor, which lists the two witnesses of other houses from the beginning. */
async function found(places: Places, keys: Record<Role | Extra, Wallet>, watchers: readonly Wallet[]): Promise<void> {
  makeDataFolder(places.data)
  const appointments = [
    ...ROLES.filter((role) => role !== 'COUNCIL').map((role) => ({ role, key: keys[role].address })),
    ...(['APPROVER', 'CASHIER', 'ACCEPTER'] as const).map((role) => ({ role, key: keys.manyHats.address })),
    { role: 'APPROVER', key: keys.second.address },
    { role: 'ACCOUNTANT', key: keys.lost.address },
  ]
  const founders = [...ROLES, 'manyHats' as const].map((who) => keys[who].address)
  writeFileSync(places.founding, JSON.stringify({ council: keys.COUNCIL.address, appointments, founders }), { mode: 0o600 })

  const chain = await openEmbedded({ file: places.journal })
  const vault = openVault({ folder: places.vault, masterKey: openMasterKey(places.masterKey, places.vault) })
  try {
    const anchor = await openAnchor(chain.client, places, vault)
    const outside = watchers.map(({ address }, at) => ({ address: Address(address), name: ['居民监督小组', '审计事务所'][at] ?? '' }))
    const sealers = [...anchor.sealers, ...outside]
    writeFileSync(places.anchor, formatAnchor({ ...anchor, sealers, quorum: leastQuorum(anchor.sealing, sealers.length) }))
  } finally {
    vault.close()
    await chain.close()
  }
}

async function startWitnesses({ url }: Served, wallets: readonly Wallet[], data: string, closing: (() => Promise<unknown> | void)[]): Promise<Witness[]> {
  return await Promise.all(wallets.map(async ({ address, privateKey }, at) => {
    const stop = new AbortController()
    const witness = await openWitness({
      servers: [openServer(url)], folder: join(data, `witness-${at + 1}`), wallet: { address: Address(address), privateKey: privateKey as Hex },
      pauseMs: 100, signal: stop.signal,
    })
    const running = witness.run()
    running.catch(() => stop.abort())
    closing.push(async () => {
      stop.abort()
      await running.finally(() => witness.close())
    })
    return witness
  }))
}

function openActs(served: Served, keys: Record<Role | Extra, Wallet>, witnesses: readonly Witness[], data: string): Omit<Target, 'codes'> {
  const { chain, anchor, vault, reader, url } = served
  const office: Office = { desk: { client: chain.client, anchor, send: sendThroughServer(url) }, vault, books: reader }
  const today = dayAt(Date.now() / 1000)
  const clerk = (who: Role | Extra): Clerk => ({ office, wallet: keys[who], today })
  const mirrored = () => until(() => reader.head()?.block === chain.head().number, 'the mirror does not follow')

  return {
    ...served, office, witnesses, today, clerk, mirrored,
    addressOf: (who) => Address(keys[who].address),
    personOf: (role) => ROLES.indexOf(role) + 1,
    paper: (draft) => vault.putPaper(sealPaper(draft, randomBytes)).hash,
    act: (who, act) => perform(office.desk, keys[who], act),
    async propose(proposal) {
      const { outflow } = eventOf(await proposePayment(clerk('ACCOUNTANT'), { fund: 1, ...proposal }), 'PaymentProposed')
      return outflow
    },
    approve: (outflow, who = 'APPROVER') => agree(clerk(who), 'approval', { fund: 1, number: outflow }),
    execute: (outflow, { yuan, reference }, who = 'CASHIER') =>
      execute(clerk(who), { fund: 1, number: outflow }, { amount: parseYuan(yuan), on: today, reference }),
    accept: (outflow) => agree(clerk('ACCEPTER'), 'acceptance', { fund: 1, number: outflow }),
    async sealed() {
      await mirrored()
      const { number } = chain.head()
      await until(() => witnesses.every((witness) => witness.newestSeal()?.number === number), 'the witnesses do not seal')
      await until(async () => Object(await (await fetch(`${url}/v1/head`)).json()).sealed?.number === number, 'the server has no quorum of seals', 200)
    },
    scratch(name) {
      mkdirSync(join(data, name), { recursive: true })
      return join(data, name)
    },
  }
}

/** ¥8,000.01 come in, ¥120.00 go out, and four different people had their part. */
async function tellStory(target: Omit<Target, 'codes'>): Promise<Code[]> {
  const { office, today, act, paper } = target
  const purpose = paper(fundDraft({ title: '社区图书角', purpose: '为社区孩子购买图书' }))
  await act('STEWARD', { contract: 'ledger', name: 'openFund', args: [[1, false, 0n, parseYuan(THRESHOLD), purpose]] })
  await target.mirrored()
  const gifts = [giftOf('王小明', '5000', today - 1, 1), giftOf('李梅', '3000', today - 1, 2), giftOf('某书店', '0.01', today - 1, 3)]
  await recordGifts({ desk: office.desk, books: office.books, vault: office.vault, wallet: target.clerk('ACCOUNTANT').wallet, fund: 1, source: 'Donation', gifts })
  await target.mirrored()

  const outflow = await target.propose({ amount: parseYuan('120'), title: '儿童图书 8 册', payee: '某某书店', invoice: '发票 0001' })
  await target.approve(outflow)
  await target.execute(outflow, { yuan: '120', reference: '银行流水 0001' })
  await target.accept(outflow)
  await target.mirrored()
  return linksOf(office.vault, 1, gifts).map(({ code }) => code)
}

/** A row of a list of gifts. */
export function giftOf(donor: string, yuan: string, day: number, row: number): Gift {
  const amount: Fen = parseYuan(yuan)
  return { row, date: Day(day), donor, amount, remark: '', reference: '', line: [`${day}`, donor, yuan], ordinal: 1 }
}

async function until(isSo: () => boolean | Promise<boolean>, otherwise: string, pauseMs = 20): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await isSo()); await pause(pauseMs)) if (Date.now() > end) throw new Error(otherwise)
}
