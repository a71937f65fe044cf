import { closeSync, existsSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Command } from 'commander'
import type { Wallet } from 'ethers'
import { openRpcClient, type ChainClient } from '../../chain/client.ts'
import { openReader, type Reader } from '../../indexer/read.ts'
import { readAnchor, type Anchor } from '../../ledger/anchor.ts'
import { dayAt, type Day } from '../../ledger/day.ts'
import { InputRefused } from '../../ledger/failures.ts'
import type { Role } from '../../ledger/words.ts'
import { openMasterKey } from '../../vault/keys.ts'
import { openVault, type Vault } from '../../vault/vault.ts'
import { placesIn, type Places } from '../book.ts'
import { readAddress, readSettings, type Settings } from '../settings.ts'
import { openKey, type Passphrases } from './keystore.ts'
import { openOutput, type Output } from './output.ts'
import { CannotRun, isOfSystem, unusable } from './refused.ts'
import { get, sendThroughServer, type Desk } from './send.ts'

/** What a command is given: where the book lies, how to speak, and how to open what it needs. */
export type Context = {
  settings: Settings
  places: Places
  output: Output
  /** The server's address: MZ_URL, or this machine's. */
  url: string
  passphrases: Passphrases
  keyName: string | undefined
  /** The key that `--key` names, else that of the role. */
  signer(role: Role): Promise<Wallet>
  /** Opens what an office has: its vault, the mirror, the server. @throws {CannotRun} */
  office(): Promise<Office>
  today(): Day
  /** Called when the command has ended. */
  close(): void
}

/** An office: the vault on its disk, the mirror beside it, and the server that takes what it signs. */
export type Office = { desk: Desk; vault: Vault; books: Reader }

type GlobalOptions = { json?: boolean; key?: string; passphraseFile?: string }

/** Gathers what the options and the environment say. Nothing is opened yet. */
export function contextOf(command: Command): Context {
  const { json = false, key, passphraseFile } = command.optsWithGlobals<GlobalOptions>()
  const settings = readSettings()
  const places = placesIn(settings.data)
  const url = readAddress('MZ_URL', `http://127.0.0.1:${settings.port}`)
  const passphrases = { file: passphraseFile, environment: process.env.MZ_PASSPHRASE, ask: askPassphrase }
  const opened: { close(): void }[] = []

  return {
    settings,
    places,
    url,
    passphrases,
    keyName: key,
    output: openOutput(json),
    signer: (role) => openKey(places.keys, key ?? role.toLowerCase(), passphrases),
    async office() {
      const anchor = readOwnAnchor(places)
      const vault = openVault({ folder: places.vault, masterKey: openMasterKey(places.masterKey, places.vault) })
      opened.push(vault)
      const books = openMirrorOf(places)
      opened.push(books)
      const client = await answering(openRpcClient(`http://127.0.0.1:${settings.rpcPort}`), anchor)
      // Any answer will do: who is silent now would be so after names lie in the vault.
      await get(`${url}/v1/anchor`)
      return { desk: { client, anchor, send: sendThroughServer(url) }, vault, books }
    },
    today: () => dayAt(Date.now() / 1000),
    close: () => {
      for (const part of opened.splice(0)) part.close()
    },
  }
}

/** The anchor of the book in the data folder. @throws {CannotRun} when there is no book. */
export function readOwnAnchor({ data, anchor }: Places): Anchor {
  if (existsSync(anchor)) return readGivenAnchor(anchor)
  throw new CannotRun('BOOK_MISSING', {
    zh: `${data} 里没有账本；请先运行 npm start，或用 MZ_DATA 指明文件夹。`,
    en: `There is no book in ${data}; run npm start first, or name its folder with MZ_DATA.`,
  })
}

function openMirrorOf({ mirror }: Places): Reader {
  if (existsSync(mirror)) return openReader(mirror)
  throw new CannotRun('MIRROR_MISSING', {
    zh: `没有镜像 ${mirror}；请先运行 npm start。`, en: `There is no mirror ${mirror}; run npm start first.`,
  })
}

/** A file somebody named. @throws {CannotRun} when it cannot be read. */
export function readGivenFile(file: string): Buffer {
  return named(file, 'read', () => readFileSync(file))
}

/** The same for a file that may be large. Whoever opens it closes it. */
export function openGivenFile(file: string): number {
  return named(file, 'read', () => {
    const handle = openSync(file, 'r')
    // A folder opens, too, and fails only when something of it is read.
    if (!fstatSync(handle).isDirectory()) return handle
    closeSync(handle)
    throw Object.assign(new Error(`${file} is a folder`), { code: 'EISDIR', syscall: 'open' })
  })
}

/** Writes a file that somebody named. @throws {CannotRun} when it cannot be written. */
export function writeGivenFile(file: string, bytes: Uint8Array): void {
  named(file, 'written', () => writeFileSync(file, bytes))
}

/** What the JSON of a file (or of a text in it) says. @throws {CannotRun} when it is none. */
export function readGivenJson(file: string, text = readGivenFile(file).toString('utf8')): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new CannotRun('FILE_UNREADABLE', { zh: `${file} 的内容不是有效的 JSON。`, en: `${file} holds no JSON.` })
  }
}

/** An anchor in a file. @throws {CannotRun} when it is none. */
export function readGivenAnchor(file: string): Anchor {
  const text = readGivenFile(file).toString('utf8')
  try {
    return readAnchor(text)
  } catch (error) {
    if (!(error instanceof InputRefused)) throw error
    const { zh, en } = error.words
    throw new CannotRun('ANCHOR_UNREADABLE', { zh: `${file} 不是信任锚：${zh}。`, en: `${file} is no anchor: ${en}.` })
  }
}

// Its error may not name the file: only whoever opened it knows which one it was.
function named<Done>(file: string, way: 'read' | 'written', act: () => Done): Done {
  try {
    return act()
  } catch (error) {
    throw isOfSystem(error) ? unusable(error, way, file) : error
  }
}

async function answering(client: ChainClient, { chainId }: Anchor): Promise<ChainClient> {
  const answer = await client.request('eth_chainId').catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CannotRun('CHAIN_SILENT', {
      zh: `账本没有在运行，请先运行 npm start（${reason}）。`, en: `The book is not running; run npm start first (${reason}).`,
    })
  })
  if (BigInt(String(answer)) === chainId) return client
  throw new CannotRun('OTHER_BOOK', {
    zh: `正在运行的是另一本账（链 ${BigInt(String(answer))}），不是 MZ_DATA 里的（链 ${chainId}）；请检查 MZ_RPC_PORT。`,
    en: `Another book is running (chain ${BigInt(String(answer))}, not ${chainId}); check MZ_RPC_PORT.`,
  })
}

/** Asks on the terminal without showing what is typed. Undefined when there is no terminal. */
async function askPassphrase(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  try {
    return await new Promise<string | undefined>((resolve) => {
      terminal.once('line', resolve)
      terminal.once('close', () => resolve(undefined))
    })
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
