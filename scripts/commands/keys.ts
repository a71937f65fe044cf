import type { Command } from 'commander'
import type { Context } from './context.ts'
import { keysIn, newKey, readPassphrase, type KeptKey } from './keystore.ts'
import { CannotRun } from './refused.ts'
import type { Run } from './run.ts'

/** `keys new|list|show`: keystores of people, each encrypted with its passphrase. */
export function addKeys(program: Command, run: Run): void {
  const keys = program.command('keys').description('签名密钥（加密保存在 <MZ_DATA>/keys） / keys that sign')
  keys.command('new <name>').description('生成一个密钥 / make a key').action(run(makeKey))
  keys.command('list').description('列出密钥 / list the keys').action(run(listKeys))
  keys.command('show <name>').description('显示一个密钥的地址 / show a key\'s address').action(run(showKey))
}

async function makeKey({ places, passphrases, output }: Context, name: string): Promise<void> {
  const passphrase = await readPassphrase(passphrases, `为密钥“${name}”设定口令 / choose a passphrase: `)
  const key = await newKey(places.keys, name, passphrase)
  output.tell(key, [
    `密钥“${name}”已生成：${key.file}`, `地址 / address: ${key.address}`,
    '请另存一份；口令遗失则无法恢复。 / Keep a copy; without its passphrase it is lost.',
  ])
}

async function listKeys({ places, output }: Context): Promise<void> {
  const keys = keysIn(places.keys)
  output.tell({ keys }, keys.length > 0 ? keys.map(lineOf) : [`${places.keys} 里没有密钥。 / There are no keys.`])
}

async function showKey({ places, output }: Context, name: string): Promise<void> {
  const key = keysIn(places.keys).find((key) => key.name === name)
  if (!key) throw new CannotRun('KEY_MISSING', { zh: `没有密钥“${name}”。`, en: `There is no key "${name}".` })
  output.tell(key, [lineOf(key)])
}

function lineOf({ name, address, file }: KeptKey): string {
  return `${name}  ${address}  ${file}`
}
