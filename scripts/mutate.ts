import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copyProject, runHardhat } from './workbench.ts'

/** One `require` of a contract: the mutant is the contract without it. */
export type Mutant = { readonly number: number; readonly file: string; readonly line: number; readonly text: string }

type Verdict = Mutant & { readonly killedBy: string | undefined }

const AT_ONCE = 2

/**
 * Takes each `require` out of the contracts in turn and reports which test then fails; fails itself if none does.
 *
 * The mutants are compiled all at once: each `require` gets a switch, and the block's coinbase says which one is off.
 */
async function main(): Promise<void> {
  const folder = copyProject()
  try {
    const mutants = prepare(folder)
    console.log(`${mutants.length} requires in ${folder}; first the tests with all of them`)
    const failing = await firstFailure(folder, undefined)
    if (failing) throw new Error(`without any mutant a test fails already: ${failing}`)

    const verdicts = await judge(folder, mutants)
    const survivors = verdicts.filter(({ killedBy }) => killedBy === undefined)
    console.log(`\n${verdicts.length - survivors.length} killed, ${survivors.length} survived`)
    for (const { file, line, text } of survivors) console.log(`  survived: ${file}:${line} ${text}`)
    process.exitCode = survivors.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function judge(folder: string, mutants: readonly Mutant[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  const waiting = [...mutants]
  const worker = async () => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const killedBy = await firstFailure(folder, mutant.number)
      verdicts.push({ ...mutant, killedBy })
      const place = `${mutant.file}:${mutant.line}`.padEnd(32)
      console.log(`${killedBy ? 'killed  ' : 'SURVIVED'} ${place} ${mutant.text.padEnd(60)} ${killedBy ?? ''}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return verdicts
}

/** Gives every `require` of the contracts in `folder` its switch. */
function prepare(folder: string): Mutant[] {
  writeFileSync(join(folder, 'contracts/Mutant.sol'), MUTANT)
  writeFileSync(join(folder, 'mutant.config.ts'), CONFIG)

  const mutants: Mutant[] = []
  for (const file of globSync('contracts/{*,types/*}.sol', { cwd: folder }).sort()) {
    if (file === 'contracts/Mutant.sol') continue
    const path = join(folder, file)
    writeFileSync(path, addSwitches(readFileSync(path, 'utf8'), file, mutants))
  }
  return mutants
}

/** Rewrites `require(condition, …)` as `require(isOff(n) || (condition), …)` and adds what it found to `mutants`. */
export function addSwitches(source: string, file: string, mutants: Mutant[]): string {
  let out = ''
  let done = 0
  for (const match of source.matchAll(/\brequire\(/g)) {
    const start = match.index + match[0].length
    const comma = conditionEnd(source, start)
    const number = mutants.length + 1
    const line = source.slice(0, start).split('\n').length
    mutants.push({ number, file, line, text: source.slice(start, comma).replaceAll(/\s+/g, ' ').trim() })
    out += `${source.slice(done, start)}isOff(${number}) || (${source.slice(start, comma)})`
    done = comma
  }
  if (done === 0) return source
  const up = file.includes('/types/') ? '../' : './'
  const withImport = (out + source.slice(done)).replace(/^pragma .*$/m, `$&\nimport {isOff} from "${up}Mutant.sol";`)
  return withImport.replaceAll('private pure', 'private view') // a switch reads the block
}

/** Where the first argument that begins at `start` ends. */
function conditionEnd(source: string, start: number): number {
  for (let at = start, depth = 0; at < source.length; at++) {
    const letter = source[at]
    if (letter === '(' || letter === '[') depth++
    if (letter === ')' || letter === ']') depth--
    if (depth < 0 || (letter === ',' && depth === 0)) return at
  }
  throw new RangeError('a require without an end')
}

/** The first test that fails with a mutant, or nothing if all pass. */
async function firstFailure(folder: string, mutant: number | undefined): Promise<string | undefined> {
  // The switches weigh on gas and size, which are measured elsewhere.
  const tests = globSync('test/contracts/*.test.ts', { cwd: folder }).filter((file) => !file.endsWith('/gas.test.ts'))
  const compile = mutant === undefined ? [] : ['--no-compile']
  const mocha = await failureOf(folder, mutant, ['test', 'mocha', '--bail', ...compile, ...tests])
  return mocha ?? (await failureOf(folder, mutant, ['test', 'solidity', ...compile]))
}

async function failureOf(folder: string, mutant: number | undefined, args: string[]): Promise<string | undefined> {
  const env = { MUTANT: mutant === undefined ? '' : String(mutant) }
  const { code, text } = await runHardhat(folder, ['--config', 'mutant.config.ts', ...args], env)
  if (code === 0) return undefined

  const [, title] = /^\s+1\) (.*)$/m.exec(text) ?? []
  // A run that died without a failing test says nothing about the mutant.
  if (!title) throw new Error(`hardhat ${args.join(' ')} ended with ${code}:\n${text.slice(-4_000)}`)
  return title.trim()
}

const MUTANT = `// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.36;

function isOff(uint160 number) view returns (bool) {
    return block.coinbase == address(number);
}
`

const CONFIG = `import config from './hardhat.config.ts'

const number = process.env.MUTANT
const coinbase = number ? { coinbase: '0x' + BigInt(number).toString(16).padStart(40, '0') } : {}

export default {
  ...config,
  networks: { default: { ...config.networks.default, ...coinbase, allowUnlimitedContractSize: true } },
  test: { solidity: { ...coinbase, allowUnlimitedContractSize: true } },
}
`

if (import.meta.main) await main()
