import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { erasuresBeside } from '../../vault/backup.ts'
import { openMasterKey } from '../../vault/keys.ts'
import { openVault, restoreVault } from '../../vault/vault.ts'
import type { Places } from '../book.ts'
import { readOwnAnchor, type Context } from './context.ts'
import { CannotRun, Refused } from './refused.ts'
import type { Run } from './run.ts'

/** What a backup's list says: the newest block in it, and the SHA-256 of each file. */
type Contents = { format: 'mingzhang/backup/1'; madeAt: string; chainId: string; genesis: string; blocks: number; files: Record<string, string> }

const LIST = 'backup.json'
const VAULT = 'vault.sqlite'
const ERASURES = erasuresBeside(VAULT)

const HELP = `
备份里没有主密钥（master.key）和个人签名密钥：请另行保存，与备份分开。没有主密钥，备份无法恢复。
The backup holds neither the master key nor anybody's signing key: keep them elsewhere. Nothing is restored without the master key.`

/** `backup FOLDER` and `restore FOLDER`. */
export function addBackup(program: Command, run: Run): void {
  program
    .command('backup <folder>')
    .description('备份账本（运行时也可） / back the book up, while it runs')
    .addHelpText('after', HELP)
    .action(run(backup))
  program
    .command('restore <folder>')
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
  mkdirSync(folder, { recursive: true, mode: 0o700 })

  // In this order: no seal without its block, and no entry without its paper.
  const { files, blocks } = copyBook(places, folder)
  const vault = openVault({ folder: places.vault, masterKey: openMasterKey(places.masterKey, places.vault) })
  await vault.backup(join(folder, VAULT)).finally(() => vault.close())

  const sums = Object.fromEntries([...files, VAULT, ERASURES].map((name) => [name, sumOf(join(folder, name))]))
  const contents: Contents = { format: 'mingzhang/backup/1', madeAt: new Date().toISOString(), chainId: String(chainId), genesis, blocks, files: sums }
  writeFileSync(join(folder, LIST), `${JSON.stringify(contents, null, 2)}\n`, { mode: 0o600, flush: true })
  output.tell({ folder, ...contents }, [
    `已备份到 ${folder}:${blocks} 个区块。 / Backed up: ${blocks} blocks.`,
    '主密钥不在备份里，请另行保存。 / The master key is not in it: keep a copy elsewhere.',
  ])
}

async function restore({ places, output }: Context, folder: string, options: { masterKey?: string; erasures?: string[] }): Promise<void> {
  const contents = readContents(folder)
  if (existsSync(places.journal))
    throw new CannotRun('BOOK_EXISTS', { zh: `${places.data} 里已有账本，不会覆盖。`, en: `There is a book in ${places.data}; it is not overwritten.` })
  for (const [name, sum] of Object.entries(contents.files))
    if (!existsSync(join(folder, name)) || sumOf(join(folder, name)) !== sum)
      throw new Refused('BACKUP_DAMAGED', { zh: `备份中的 ${name} 缺失或已损坏，没有恢复任何内容。`, en: `${name} is missing or damaged; nothing was restored.` }, { file: name })

  mkdirSync(places.data, { recursive: true, mode: 0o700 })
  placeMasterKey(places, options.masterKey)
  restoreVault(join(folder, VAULT), { folder: places.vault, masterKey: openMasterKey(places.masterKey, places.vault) }, options.erasures ?? [])
  // The journal last: a book without it is no book, so a restore that was cut off shows.
  const names = Object.keys(contents.files).filter((name) => name !== VAULT && name !== ERASURES)
  for (const name of names.sort((a, b) => Number(a === 'journal.jsonl') - Number(b === 'journal.jsonl')))
    copyFileSync(join(folder, name), join(places.data, name))
  output.tell({ data: places.data, blocks: contents.blocks, madeAt: contents.madeAt }, [
    `已恢复到 ${places.data}:${contents.blocks} 个区块（备份于 ${contents.madeAt}）。npm start 会逐块核验。`,
    `Restored: ${contents.blocks} blocks as of ${contents.madeAt}. npm start executes and compares every one.`,
    '备份之后登记的内容不在其中；见过它们的见证人会拒绝签封。 / What was recorded after the backup is not in it, and witnesses who saw it will refuse.',
  ])
}

/** Copies what only ever grows, up to the last whole line, and the small files whole. */
function copyBook({ journal, seals, anchor, founding, demo, data }: Places, folder: string): { files: string[]; blocks: number } {
  const files: string[] = []
  let blocks = 0
  for (const file of [seals, `${seals}.forks`, journal, anchor, founding, demo]) {
    if (!existsSync(file)) continue
    const name = file.slice(data.length + 1)
    const bytes = readFileSync(file)
    const whole = file === journal || file.startsWith(seals) ? bytes.subarray(0, bytes.lastIndexOf(10) + 1) : bytes
    writeFileSync(join(folder, name), whole, { mode: 0o600, flush: true })
    if (file === journal) blocks = whole.filter((byte) => byte === 10).length - 1
    files.push(name)
  }
  return { files, blocks }
}

function readContents(folder: string): Contents {
  const file = join(folder, LIST)
  if (!existsSync(file)) throw new CannotRun('NO_BACKUP', { zh: `${folder} 里没有备份。`, en: `There is no backup in ${folder}.` })
  const contents: Contents = JSON.parse(readFileSync(file, 'utf8'))
  const known = contents.format === 'mingzhang/backup/1' && Object.keys(contents.files).every((name) => /^[\w.]+$/.test(name))
  if (!known) throw new Refused('BACKUP_UNKNOWN', { zh: `${file} 不是明账的备份。`, en: `${file} is no backup of Mingzhang.` })
  return contents
}

function placeMasterKey({ masterKey }: Places, given: string | undefined): void {
  if (existsSync(masterKey)) return
  if (given === undefined || !existsSync(given))
    throw new CannotRun('MASTER_KEY_MISSING', {
      zh: `缺少主密钥：请用 --master-key 指明其副本。`, en: 'The master key is missing: name its copy with --master-key.',
    })
  copyFileSync(given, masterKey)
}

function sumOf(file: string): string {
  if (!statSync(file).isFile()) throw new RangeError(`${file} is no file`)
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
