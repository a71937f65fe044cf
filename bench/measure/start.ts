import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openBook } from '../books.ts'
import { medianOf, type Figure } from '../figures.ts'

const ROUNDS = 3

type Start = { readonly seconds: number; readonly peakMb: number }

/** Starts chains from the journal of 200,360 inflows, and from those of the generated books if this run has them. */
export async function measureStart(folder: string): Promise<Figure[]> {
  await (await openBook(folder, 'credits')).close()
  const file = join(folder, 'credits.jsonl')
  const blocks = readFileSync(file, 'utf8').split('\n').length - 2
  const starts: Start[] = []
  for (let round = 0; round < ROUNDS; round++) starts.push(await startOf(file))
  return [
    {
      what: 'start-up with 200,360 inflows in the journal', figure: medianOf(starts.map(({ seconds }) => seconds)), unit: 's', target: { most: 10 },
      limit: `the engine executing ${blocks} blocks again and reading the journal's 39 MB; Hardhat itself takes 0.5 s`,
    },
    {
      what: 'start-up with 200,360 inflows: peak memory', figure: medianOf(starts.map(({ peakMb }) => peakMb)), unit: 'MB',
      limit: 'the engine keeps every transaction and log; a page of the journal',
    },
  ]
}

function startOf(file: string): Promise<Start> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, '..', 'start.child.ts'), [file], { execArgv: ['--import', 'tsx'] })
    child.on('message', (start) => resolve(start as Start))
    child.on('exit', (code) => reject(new Error(`the start ended with code ${code}`)))
  })
}
