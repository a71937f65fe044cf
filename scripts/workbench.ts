import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const PROJECT = resolve(import.meta.dirname, '..')
const FOLDERS = ['contracts', 'scripts', 'ledger', 'test/contracts', 'test/solidity']
const FILES = ['hardhat.config.ts', 'package.json', 'tsconfig.json']

/**
 * Copies the contracts and their tests into a new folder, where they may be compiled in strange ways: the book founds
 * itself on what lies in artifacts/, which therefore must never be anything but the contracts as written.
 */
export function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mingzhang-'))
  for (const path of [...FOLDERS, ...FILES]) cpSync(join(PROJECT, path), join(folder, path), { recursive: true })
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

/** Runs Hardhat in such a folder, to its end, and gives all that it said. */
export async function runHardhat(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; text: string }> {
  const hardhat = join(folder, 'node_modules/.bin/hardhat')
  const child = spawn(hardhat, args, { cwd: folder, env: { ...process.env, FORCE_COLOR: '0', ...env } })
  let text = ''
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (text += bytes.toString()))
  const code = await new Promise<number | null>((done) => child.on('close', done))
  return { code, text }
}
