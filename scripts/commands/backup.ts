import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { erasuresBeside } from '../../vault/backup.ts'
import { keyFor, open, seal } from '../../vault/envelope.ts'
import { masterKeyOf, openMasterKey } from '../../vault/keys.ts'
import { openVault, restoreVault } from '../../vault/vault.ts'
import { makeDataFolder, makeFolder, type Places } from '../book.ts'
import { filled } from './arguments.ts'
import { readGivenFile, readGivenJson, readOwnAnchor, type Context } from './context.ts'
import { CannotRun, Refused } from './refused.ts'
import type { Run } from './run.ts'

/** What a backup's list says: the newest block in it, and the SHA-256 of each file. */
type Contents = {
  format: typeof FORMAT
  madeAt: string
  chainId: string
  genesis: string
  blocks: number
  files: Record<string, string>
}

const FORMAT = 'mingzhang/backup/1'
const LIST = 'backup.json'
const VAULT = 'vault.sqlite'
const ERASURES = erasuresBeside(VAULT)
const WITNESS = 'witness.sealed'

const HELP = `
备份里没有主密钥（master.key）和个人签名密钥（本服务器见证人的密钥以主密钥加密后在内）：请另行保存，与备份分开。没有主密钥，备份无法恢复。
The backup holds neither the master key nor anybody's signing key (that of the server's own witness only sealed under
the master key): keep them elsewhere. Without the master key nothing
is restored.`

/** `backup FOLDER` and `restore FOLDER`. */
export function addBackup(program: Command, run: Run): void {
  program
    .command('backup')
    .argument('<folder>', '', filled)
    .description('备份账本（运行时也可） / back the book up, while it runs')
    .addHelpText('after', HELP)
    .action(run(backup))
  program
    .command('restore')
    .argument('<folder>', '', filled)
    .description('恢复到空的 MZ_DATA / restore into an empty MZ_DATA')
    .option('--master-key <file>', '主密钥的副本 / the copy of the master key')
    .option('--erasures <files...>', '比备份更新的删除清单 / newer lists of erasures')
    .addHelpText('after', HELP)
    .action(run(restore))
}

async function backup({ places, output }: Context, folder: string): Promise<void> {
  const { chainId, genesis } = readOwnAnchor(places)
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new CannotRun('FOLDER_NOT_EMPTY', { zh: `${folder} 不是空文件夹。`, en: `${folder} is not empty.` })
  makeFolder(resolve(folder))

  // In this order: no seal without its block, and no entry without its paper.
  const { files, blocks } = copyBook(places, folder)
  const masterKey = openMasterKey(places.masterKey, places.vault)
  const vault = openVault({ folder: places.vault, masterKey })
  await vault.backup(join(folder, VAULT)).finally(() => vault.close())
  files.push(...copyWitnessKey(places, masterKey, join(folder, WITNESS)))

  const sums = Object.fromEntries([...files, VAULT, ERASURES].map((name) => [name, sumOf(join(folder, name))]))
  const madeAt = new Date().toISOString()
  const contents: Contents = { format: FORMAT, madeAt, chainId: String(chainId), genesis, blocks, files: sums }
  writeFileSync(join(folder, LIST), `${JSON.stringify(contents, null, 2)}\n`, { mode: 0o600, flush: true })
  output.tell({ folder, ...contents }, [
    `已备份到 ${folder}:${blocks} 个区块。 / Backed up: ${blocks} blocks.`,
    '主密钥不在备份里，请另行保存。 / The master key is not in it: keep a copy elsewhere.',
  ])
}

type RestoreOptions = { masterKey?: string; erasures?: string[] }

async function restore({ places, output }: Context, folder: string, options: RestoreOptions): Promise<void> {
  const contents = readContents(folder)
  for (const file of [places.journal, places.vault, places.witness])
    if (existsSync(file))
      throw new CannotRun('BOOK_EXISTS', {
        zh: `${places.data} 里已有账本（${file}），不会覆盖。`, en: `There is a book in ${places.data} (${file}); it is not overwritten.`,
      })
  checkWhole(folder, contents)

  const isNew = !existsSync(places.data)
  makeDataFolder(places.data)
  let placed = false
  try {
    placed = placeMasterKey(places, options.masterKey)
    const masterKey = openMasterKey(places.masterKey, places.vault)
    restoreVault(join(folder, VAULT), { folder: places.vault, masterKey }, options.erasures ?? [])
    placeWitnessKey(places, masterKey, join(folder, WITNESS))
  } catch (error) {
    // Nothing of these was here before. A wrong key must not stand in the right one's way.
    if (placed) rmSync(places.masterKey, { force: true })
    for (const path of [places.vault, places.witness]) rmSync(path, { recursive: true, force: true })
    if (isNew) rmSync(places.data, { recursive: true })
    throw error
  }
  // The journal last: a book without it is no book, so a restore that was cut off shows.
  const names = Object.keys(contents.files).filter((name) => name !== VAULT && name !== ERASURES && name !== WITNESS)
  for (const name of names.sort((a, b) => Number(a === 'journal.jsonl') - Number(b === 'journal.jsonl')))
    copyFileSync(join(folder, name), join(places.data, name))
  output.tell({ data: places.data, blocks: contents.blocks, madeAt: contents.madeAt }, [
    `已恢复到 ${places.data}:${contents.blocks} 个区块（备份于 ${contents.madeAt}）。npm start 会逐块核验。`,
    `Restored: ${contents.blocks} blocks as of ${contents.madeAt}. npm start executes and compares every one.`,
    '备份之后登记的内容不在其中；见过它们的见证人会拒绝签封。',
    'What was recorded after the backup is not in it, and witnesses who saw it will refuse to seal.',
  ])
}

function checkWhole(folder: string, { files }: Contents): void {
  for (const [name, sum] of Object.entries(files)) {
    const file = join(folder, name)
    if (existsSync(file) && lstatSync(file).isFile() && sumOf(file) === sum) continue
    throw new Refused('BACKUP_DAMAGED', {
      zh: `备份中的 ${name} 缺失或已损坏，没有恢复任何内容。`, en: `${name} is missing or damaged; nothing was restored.`,
    }, { file: name })
  }
}

/** Copies what only ever grows, up to the last whole line, and the small files whole. */
function copyBook({ journal, seals, handOuts, anchor, founding, demo, data }: Places, folder: string) {
  const files: string[] = []
  let blocks = 0
  const growing = [seals, `${seals}.forks`, journal, handOuts]
  for (const file of [...growing, anchor, founding, demo]) {
    if (!existsSync(file)) continue
    const name = file.slice(data.length + 1)
    const bytes = readFileSync(file)
    const whole = growing.includes(file) ? bytes.subarray(0, bytes.lastIndexOf(10) + 1) : bytes
    writeFileSync(join(folder, name), whole, { mode: 0o600, flush: true })
    if (file === journal) blocks = whole.filter((byte) => byte === 10).length - 1
    files.push(name)
  }
  return { files, blocks }
}

/** What a backup may hold. Its list is not signed: another name could overwrite a key or plant a mirror. */
const NAMES = new Set([
  VAULT, ERASURES, WITNESS, 'seals.jsonl', 'seals.jsonl.forks', 'journal.jsonl', 'handouts.jsonl', 'anchor.json', 'founding.json', 'demo.json',
])

function readContents(folder: string): Contents {
  const file = join(folder, LIST)
  if (!existsSync(file))
    throw new CannotRun('NO_BACKUP', { zh: `${folder} 里没有备份。`, en: `There is no backup in ${folder}.` })
  const contents: Partial<Contents> = Object(readGivenJson(file))
  const names = Object.keys(contents.files ?? {})
  const isKnown = contents.format === FORMAT && names.every((name) => NAMES.has(name)) && [VAULT, ERASURES].every((name) => names.includes(name))
  if (isKnown) return contents as Contents
  throw new Refused('BACKUP_UNKNOWN', { zh: `${file} 不是明账的备份。`, en: `${file} is no backup of Mingzhang.` })
}

/** The key of the server's own witness, without which nothing new of a restored book would ever be sealed. */
function copyWitnessKey({ witnessKey }: Places, masterKey: Uint8Array, file: string): string[] {
  if (!existsSync(witnessKey)) return []
  writeFileSync(file, seal(keyFor(masterKey, WITNESS), readFileSync(witnessKey), WITNESS), { mode: 0o600, flush: true })
  return [WITNESS]
}

function placeWitnessKey({ witness, witnessKey }: Places, masterKey: Uint8Array, file: string): void {
  if (!existsSync(file)) return
  mkdirSync(witness, { recursive: true, mode: 0o700 })
  writeFileSync(witnessKey, open(keyFor(masterKey, WITNESS), readFileSync(file), WITNESS), { mode: 0o600, flush: true })
}

/** Whether it was put there now. */
function placeMasterKey({ masterKey }: Places, given: string | undefined): boolean {
  if (existsSync(masterKey)) return false
  if (given === undefined)
    throw new CannotRun('MASTER_KEY_MISSING', {
      zh: `缺少主密钥：请用 --master-key 指明其副本。`, en: 'The master key is missing: name its copy with --master-key.',
    })
  const bytes = readGivenFile(given)
  // Looked at before it is copied: whoever gave it knows it by that name.
  masterKeyOf(given, bytes.toString('utf8'))
  writeFileSync(masterKey, bytes, { mode: 0o600, flush: true })
  return true
}

function sumOf(file: string): string {
  if (!statSync(file).isFile()) throw new RangeError(`${file} is no file`)
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
