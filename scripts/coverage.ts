import { rmSync } from 'node:fs'
import { copyProject, runHardhat } from './workbench.ts'

/** Runs the tests of the contracts and fails unless they visit every line and every statement. */
async function main(): Promise<void> {
  const folder = copyProject()
  try {
    const { code, text } = await runHardhat(folder, ['test', '--coverage'])
    console.log(text.slice(Math.max(0, text.search(/^\d+ passed|^\d+ passing \(/m))).trim())
    if (code !== 0) throw new Error('the tests failed while their coverage was taken')

    const { lines, statements } = readTotal(text)
    if (lines !== '100.00' || statements !== '100.00')
      throw new Error(`${lines} % of lines and ${statements} % of statements are covered, not 100.00 %`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Reads the last row of Hardhat's table. @throws {Error} when there is none. */
export function readTotal(text: string): { lines: string; statements: string } {
  const [, lines, statements] = /^║ Total\s*│\s*([\d.]+)\s*│\s*([\d.]+)/m.exec(text) ?? []
  if (!lines || !statements) throw new Error(`no table of coverage in:\n${text.slice(-2_000)}`)
  return { lines, statements }
}

if (import.meta.main)
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
