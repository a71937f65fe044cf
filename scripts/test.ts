import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'

/** One runner of the suite: what it is called, and the command that runs it. */
type Runner = { readonly name: string; readonly command: readonly string[]; readonly counts: boolean }

const slow = ['test/chain/kill.test.ts', 'test/pages/**/*.test.ts', 'test/story/**/*.test.ts']
const hardhat = [...globSync('test/contracts/**/*.test.ts'), ...globSync('test/laws/*.hardhat.test.ts')].sort()
const plain = globSync('test/**/*.test.ts', { exclude: ['test/contracts/**', 'test/**/*.hardhat.test.ts'] }).sort()
const late = slow.flatMap((pattern) => globSync(pattern)).sort()

const RUNNERS: readonly Runner[] = [
  { name: 'types', command: ['tsc', '--noEmit'], counts: false },
  { name: 'solidity', command: ['hardhat', 'test', 'solidity'], counts: true },
  { name: 'contracts', command: ['hardhat', 'test', 'mocha', '--no-compile', ...hardhat], counts: true },
  { name: 'house', command: ['mocha', ...plain.filter((file) => !late.includes(file))], counts: true },
  { name: 'whole', command: ['mocha', ...late], counts: true },
]

/** Runs every runner in turn, also after one failed, and ends with the sum of what they counted. */
async function main(): Promise<void> {
  const only = process.argv.slice(2)
  let passed = 0
  let failed = 0
  for (const runner of RUNNERS) {
    if (only.length > 0 && !only.includes(runner.name)) continue
    console.log(`\n── ${runner.name} ──`)
    const result = await run(runner)
    passed += result.passed
    failed += result.failed
  }
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

async function run({ name, command, counts }: Runner): Promise<{ passed: number; failed: number }> {
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, FORCE_COLOR: '0' } })
  let text = ''
  child.stdout.on('data', (bytes: Buffer) => {
    process.stdout.write(bytes)
    text += bytes.toString()
  })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))

  if (!counts) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }
  const passed = sumOf(text, /^\s*(\d+) passing/gm)
  const failed = sumOf(text, /^\s*(\d+) failing/gm)
  // A runner that died, or that found no test, has failed even if it counted no failure.
  const broken = (code !== 0 && failed === 0) || passed + failed === 0
  if (broken) console.log(`runner "${name}" ended with code ${code} after ${passed} tests`)
  return { passed, failed: failed + (broken ? 1 : 0) }
}

function sumOf(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((sum, [, count]) => sum + Number(count), 0)
}

await main()
