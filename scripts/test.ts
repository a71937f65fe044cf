import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'

/** One runner of the suite: what it is called, and the command that runs it. */
type Runner = { readonly name: string; readonly command: readonly string[]; readonly counts: boolean }

const hardhat = [...globSync('test/contracts/**/*.test.ts'), ...globSync('test/laws/*.hardhat.test.ts')].sort()
const plain = globSync('test/**/*.test.ts', { exclude: ['test/contracts/**', 'test/**/*.hardhat.test.ts'] }).sort()
const desk = [...globSync('test/pages/desk*.test.ts'), ...globSync('test/story/**/*.test.ts')].sort()
const pages = globSync('test/pages/**/*.test.ts').filter((file) => !desk.includes(file)).sort()
const commands = globSync('test/scripts/**/*.test.ts').sort()
const house = plain.filter((file) => ![...desk, ...pages, ...commands].includes(file))
const [deskFirst = [], deskSecond = []] = partsOf(desk, 2)

/** What runs one after the other; the longest first. */
const GROUPS: readonly (readonly Runner[])[] = [
  [{ name: 'desk 1', command: ['mocha', ...deskFirst], counts: true }],
  [
    { name: 'types', command: ['tsc', '--noEmit'], counts: false },
    { name: 'solidity', command: ['hardhat', 'test', 'solidity'], counts: true },
    { name: 'contracts', command: ['hardhat', 'test', 'mocha', '--no-compile', ...hardhat], counts: true },
    { name: 'house', command: ['mocha', ...house], counts: true },
  ],
  [{ name: 'desk 2', command: ['mocha', ...deskSecond], counts: true }],
  [{ name: 'pages', command: ['mocha', ...pages], counts: true }],
  ...partsOf(commands, 4).map((files, at) => [{ name: `commands ${at + 1}`, command: ['mocha', ...files], counts: true }]),
]

/** So many groups run side by side: what starts browsers and processes waits more than it works, so that three fill two cores. */
const LANES = 3

/** So many characters of a runner's failures are said again at the end. */
const SHOWN = 3_000

/** As many parts of about the same length, in their order. */
function partsOf(files: readonly string[], count: number): string[][] {
  return Array.from({ length: count }, (_, at) => files.slice(Math.ceil((files.length * at) / count), Math.ceil((files.length * (at + 1)) / count)))
}

/** What a runner counted, how long it took, and what it said of its failures. */
type Counted = { readonly name: string; readonly passed: number; readonly failed: number; readonly seconds: number; readonly complaint: string }

/**
 * Runs every runner, also after one failed. Ends with what failed, once more, so that whoever reads only the end knows it, and with the sum of
 * what they counted. `desk` in the command line means all of the desk.
 */
async function main(): Promise<void> {
  const only = process.argv.slice(2)
  const isChosen = ({ name }: Runner) => only.length === 0 || only.some((one) => name === one || name.startsWith(`${one} `))
  const waiting = GROUPS.map((group) => group.filter(isChosen)).filter((group) => group.length > 0)
  const isAlone = waiting.length === 1
  const counted: Counted[] = []
  const lane = async () => {
    for (let group = waiting.shift(); group; group = waiting.shift())
      for (const runner of group) counted.push(await run(runner, isAlone))
  }
  await Promise.all(Array.from({ length: LANES }, lane))

  const { passed, failed } = sumOf(counted)
  console.log(`\n${counted.map((one) => `${one.name} ${one.seconds} s`).join(' · ')}`)
  for (const { name, complaint } of counted.filter((one) => one.failed > 0)) console.log(`\n── failed in ${name} ──\n${complaint.slice(0, SHOWN)}`)
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

/** Runs one. Beside others it is silent until it has ended, so that nobody reads two at once. */
async function run({ name, command, counts }: Runner, isAlone: boolean): Promise<Counted> {
  const [program = '', ...args] = command
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
  console.log(`\n── ${name} ──`)
  if (!isAlone) process.stdout.write(text)

  const seconds = Math.round((Date.now() - start) / 1_000)
  if (!counts) return { name, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, seconds, complaint: text }
  const passed = countOf(text, /^\s*(\d+) passing/gm)
  const failed = countOf(text, /^\s*(\d+) failing/gm)
  if (failed > 0) return { name, passed, failed, seconds, complaint: /^\s*\d+ failing[^]*/m.exec(text)?.[0] ?? text }
  // A runner that died, or that found no test, has failed even if it counted no failure.
  const broken = code !== 0 || passed === 0
  return { name, passed, failed: broken ? 1 : 0, seconds, complaint: `ended with code ${code} after ${passed} tests\n${text.slice(-SHOWN)}` }
}

function countOf(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((sum, [, count]) => sum + Number(count), 0)
}

function sumOf(counted: readonly Counted[]): Pick<Counted, 'passed' | 'failed'> {
  const sum = (name: 'passed' | 'failed') => counted.reduce((sum, one) => sum + one[name], 0)
  return { passed: sum('passed'), failed: sum('failed') }
}

await main()
