import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { encryptKeystoreJson, Transaction, Wallet } from 'ethers'
import type { ChainClient } from '../chain/client.ts'
import { formatAnchor, leastQuorum, readAnchor, type Anchor } from '../ledger/anchor.ts'
import { Unusable } from '../ledger/failures.ts'
import { keptUntil } from '../vault/retention.ts'
import { Address, toHex, type Hex } from '../ledger/hex.ts'
import { dayAt } from '../ledger/day.ts'
import { sealPaper } from '../ledger/papers.ts'
import { ROLES } from '../ledger/words.ts'
import type { Vault } from '../vault/vault.ts'
import { foundingTransactions } from './found.ts'

/** The files and folders of one book, all in its data folder. */
export type Places = ReturnType<typeof placesIn>

/** Where everything of a book lies. */
export function placesIn(data: string) {
  return {
    data,
    journal: join(data, 'journal.jsonl'),
    seals: join(data, 'seals.jsonl'),
    anchor: join(data, 'anchor.json'),
    founding: join(data, 'founding.json'),
    mirror: join(data, 'mirror.sqlite'),
    vault: join(data, 'vault'),
    masterKey: join(data, 'master.key'),
    keys: join(data, 'keys'),
    passphrase: join(data, 'keys', 'passphrase.txt'),
    witness: join(data, 'witness'),
    witnessKey: join(data, 'witness', 'key'),
    demo: join(data, 'demo.json'),
    handOuts: join(data, 'handouts.jsonl'),
    log: join(data, 'server.log'),
  }
}

/** Makes the data folder where it is missing, and writes in it once to see that one can. @throws {Unusable} */
export function makeDataFolder(data: string): void {
  const probe = join(data, `.writable-${process.pid}`)
  try {
    makeFolder(data)
    writeFileSync(probe, '', { mode: 0o600 })
    rmSync(probe)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new Unusable('DATA_UNWRITABLE', {
      zh: `不能写入数据文件夹 ${data}（${reason}）；请用设置 MZ_DATA 指明另一个。`,
      en: `The data folder ${data} cannot be written (${reason}); name another one with the setting MZ_DATA.`,
    }, { cause: error })
  }
}

/** Makes a folder and those above it. Node's own recursive mkdir never returns in a folder that takes no files, such as /proc. */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}

/** The demonstration's chain, so that everybody's demonstration is the same one. Any other book draws its number. */
export const DEMO_CHAIN_ID = 20200129

/** Who founds a book: what `founding.json` holds. The founder's key signs five times and is then forgotten. */
type Founding = {
  readonly council: Hex
  readonly appointments: readonly { readonly role: string; readonly key: Hex }[]
  readonly founders: readonly Hex[]
  readonly founderKey?: Hex
  readonly paper?: Hex
}

/**
 * Founds the book of an empty chain, or finds the one that was founded, and returns its anchor.
 *
 * Killed in the middle it goes on where it was: the founder's key stays in `founding.json` until all five contracts
 * stand. Who wants other founders than the keys made here writes that file before the first start.
 */
export async function openAnchor(client: ChainClient, places: Places, vault: Vault): Promise<Anchor> {
  if (existsSync(places.anchor)) return readAnchor(readFileSync(places.anchor, 'utf8'))

  const founding = await prepareFounding(places, vault)
  const chainId = BigInt(String(await client.request('eth_chainId')))
  const founder = new Wallet(founding.founderKey)
  const { transactions, contracts } = foundingTransactions({ chainId, founder: founder.address, ...founding })
  for (const fields of transactions) {
    const transaction = Transaction.from(fields)
    transaction.signature = founder.signingKey.sign(transaction.unsignedHash)
    const hash = await client.request('eth_sendRawTransaction', [transaction.serialized])
    const receipt = (await client.request('eth_getTransactionReceipt', [hash])) as { status: Hex }
    if (receipt.status !== '0x1') throw new Error(`the founding transaction ${fields.nonce} failed`)
  }

  const genesis = (await client.request('eth_getBlockByNumber', ['0x0', false])) as { hash: Hex }
  const anchor = readAnchor({
    format: 'mingzhang/anchor/1',
    chainId: String(chainId),
    genesis: genesis.hash,
    contracts: {
      charter: contracts.charter.toLowerCase(),
      people: contracts.people.toLowerCase(),
      ledger: contracts.ledger.toLowerCase(),
      bank: contracts.bank.toLowerCase(),
      audit: contracts.audit.toLowerCase(),
    },
    sealing: 'witness',
    sealers: [{ address: openWitnessKey(places).address, name: "本服务器自设见证 · this server's own witness" }],
    quorum: leastQuorum('witness', 1),
  })
  writeSafely(places.anchor, formatAnchor(anchor), 0o644)
  const { founderKey: _, ...kept } = founding
  writeSafely(places.founding, `${JSON.stringify(kept, null, 2)}\n`)
  return anchor
}

/** The key of this server's own witness, made on first use. It can seal, and nothing else. */
export function openWitnessKey({ witness, witnessKey }: Places): { address: Hex; privateKey: Hex } {
  mkdirSync(witness, { recursive: true, mode: 0o700 })
  if (!existsSync(witnessKey)) writeSafely(witnessKey, `${Wallet.createRandom().privateKey}\n`)
  const wallet = new Wallet(readFileSync(witnessKey, 'utf8').trim())
  return { address: Address(wallet.address), privateKey: wallet.privateKey as Hex }
}

async function prepareFounding(places: Places, vault: Vault): Promise<Founding & { founderKey: Hex; paper: Hex }> {
  const given: Founding = existsSync(places.founding)
    ? (JSON.parse(readFileSync(places.founding, 'utf8')) as Founding)
    : await makeFounders(places)
  const founderKey = given.founderKey ?? (Wallet.createRandom().privateKey as Hex)
  const paper = given.paper ?? putFoundingPaper(vault)
  const founding = { ...given, founderKey, paper }
  writeSafely(places.founding, `${JSON.stringify(founding, null, 2)}\n`)
  return founding
}

/** One key for each role, so that a stranger can begin. A real community's people make their own (README). */
async function makeFounders({ keys, passphrase }: Places): Promise<Founding> {
  mkdirSync(keys, { recursive: true, mode: 0o700 })
  if (!existsSync(passphrase)) writeSafely(passphrase, `${randomBytes(12).toString('base64url')}\n`)
  const secret = readFileSync(passphrase, 'utf8').trim()
  const wallets = ROLES.map((role) => ({ role, wallet: new Wallet(toHex(randomBytes(32))) }))
  for (const { role, wallet } of wallets) {
    // The passphrase has 96 random bits, so a light scrypt loses nothing.
    const text = await encryptKeystoreJson(wallet, secret, { scrypt: { N: 4096 } })
    writeSafely(join(keys, `${role.toLowerCase()}.json`), `${text}\n`)
  }
  const addresses = wallets.map(({ role, wallet }) => ({ role, key: Address(wallet.address) }))
  return {
    council: addressOf(addresses, 'COUNCIL'),
    appointments: addresses.filter(({ role }) => role !== 'COUNCIL'),
    founders: addresses.map(({ key }) => key),
  }
}

function addressOf(appointments: readonly { role: string; key: Hex }[], role: string): Hex {
  const found = appointments.find((appointment) => appointment.role === role)
  if (!found) throw new RangeError(`nobody is ${role}`)
  return found.key
}

function putFoundingPaper(vault: Vault): Hex {
  const foundedOn = dayAt(Date.now() / 1000)
  const { paper, opened } = sealPaper(
    { kind: 'founding', public: { title: '设立账本', appointments: '创始任命见首个区块' }, private: {} },
    (length) => new Uint8Array(randomBytes(length)),
  )
  return vault.putPaper({ paper, opened, keptUntil: keptUntil(foundedOn) }).hash
}

/** Writes a whole file or none: a crash leaves the old one. Only this user may read it unless told otherwise. */
function writeSafely(file: string, text: string, mode = 0o600): void {
  writeFileSync(`${file}.new`, text, { mode, flush: true })
  renameSync(`${file}.new`, file)
}
