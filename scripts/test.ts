import { spawn } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** One runner of the suite: what it is called, and the command that runs it. */
type Runner = { readonly name: string; readonly command: readonly string[]; readonly isMocha: boolean }

const hardhat = [...globSync('test/contracts/**/*.test.ts'), ...globSync('test/laws/*.hardhat.test.ts')].sort()
const plain = globSync('test/**/*.test.ts').filter((file) => !hardhat.includes(file)).sort()

/** What starts browsers and processes runs a file at a time, everything else a folder at a time. */
const units = Object.groupBy(plain, (file) => (startsOthers(file) ? file : dirname(file)))

/** What runs one after the other; the longest first, so that the lanes end together. */
const GROUPS: readonly (readonly Runner[])[] = [
  [
    { name: 'types', command: ['tsc', '--noEmit', '--pretty', 'false'], isMocha: false },
    { name: 'solidity', command: ['hardhat', 'test', 'solidity'], isMocha: true },
    { name: 'contracts', command: ['hardhat', 'test', 'mocha', '--no-compile', ...hardhat], isMocha: true },
  ],
  ...Object.entries(units)
    .sort(([, one = []], [, other = []]) => sizeOf(other) - sizeOf(one))
    .map(([name, files = []]) => [{ name, command: ['mocha', ...files], isMocha: true }]),
]

/** So many groups run side by side: what starts browsers and processes waits more than it works, so that three fill two cores. */
const LANES = 3

/** So many characters of a runner's failures are said again at the end. */
const SHOWN = 3_000

function startsOthers(file: string): boolean {
  return /^test\/(pages|scripts|story)\//.test(file)
}

function sizeOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0)
}

/** What a runner counted, how long it took, and what it said of its failures. */
type Counted = { readonly runner: Runner; readonly passed: number; readonly failed: number; readonly seconds: number; readonly complaint: string }

/**
 * Runs every runner, also after one failed; with words in the command line those whose name has one of them (`npm test -- pages/desk`).
 *
 * A file that starts browsers or processes and failed beside others runs once more, alone: a machine that had no time for it is not a fault of
 * ours. It is named all the same. Ends with what failed, once more, so that whoever reads only the end knows it, and with the sum of what was
 * counted.
 */
async function main(): Promise<void> {
  const words = process.argv.slice(2)
  const isChosen = ({ name }: Runner) => words.length === 0 || words.some((word) => name.includes(word))
  const waiting = GROUPS.map((group) => group.filter(isChosen)).filter((group) => group.length > 0)
  const isAlone = waiting.length === 1
  const beside: Counted[] = []
  const lane = async () => {
    for (let group = waiting.shift(); group; group = waiting.shift())
      for (const runner of group) beside.push(await run(runner, isAlone))
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  const shaky = isAlone ? [] : beside.filter(({ runner, failed }) => failed > 0 && startsOthers(runner.name))
  const again: Counted[] = []
  for (const { runner } of shaky) again.push(await run(runner, true))
  const counted = [...beside.filter((one) => !shaky.includes(one)), ...again]

  console.log(`\n${[...beside, ...again].map(({ runner, seconds }) => `${runner.name} ${seconds} s`).join('\n')}`)
  for (const one of shaky) console.log(tellFailure('failed beside others, so run again alone:', one))
  for (const one of counted.filter(({ failed }) => failed > 0)) console.log(tellFailure('failed:', one))
  const { passed, failed } = sumOf(counted)
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

function tellFailure(what: string, { runner, complaint }: Counted): string {
  return `\n── ${what} ${runner.name} ──\n${complaint.slice(0, SHOWN)}`
}

/** Runs one. Beside others it is silent until it has ended, so that nobody reads two at once. */
async function run(runner: Runner, isAlone: boolean): Promise<Counted> {
  const [program = '', ...args] = runner.command
  const start = Date.now()
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, FORCE_COLOR: '0' } })
  const said: Buffer[] = []
  const tell = (bytes: Buffer) => {
    said.push(bytes)
    if (isAlone) process.stdout.write(bytes)
  }
  child.stderr.on('data', tell)
  child.stdout.on('data', tell)
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  const text = Buffer.concat(said).toString()
  console.log(`\n── ${runner.name} ──`)
  if (!isAlone) process.stdout.write(text)

  const seconds = Math.round((Date.now() - start) / 1_000)
  if (!runner.isMocha) return { runner, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, seconds, complaint: text }
  const passed = countOf(text, /^\s*(\d+) passing/gm)
  const failed = countOf(text, /^\s*(\d+) failing/gm)
  if (failed > 0) return { runner, passed, failed, seconds, complaint: /^\s*\d+ failing[^]*/m.exec(text)?.[0] ?? text }
  // A runner that died, or that found no test, has failed even if it counted no failure.
  const broken = code !== 0 || passed === 0
  return { runner, passed, failed: broken ? 1 : 0, seconds, complaint: `ended with code ${code} after ${passed} tests\n${text.slice(-SHOWN)}` }
}

function countOf(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((sum, [, count]) => sum + Number(count), 0)
}

function sumOf(counted: readonly Counted[]): Pick<Counted, 'passed' | 'failed'> {
  const sum = (name: 'passed' | 'failed') => counted.reduce((sum, one) => sum + one[name], 0)
  return { passed: sum('passed'), failed: sum('failed') }
}

await main()
