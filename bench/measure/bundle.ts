import { fork } from 'node:child_process'
import { createWriteStream, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { chromium } from 'playwright-core'
import { verifierPage } from '../../api/pages/verifier.ts'
import { formatAnchor } from '../../ledger/anchor.ts'
import { writeBundle } from '../../proof/prove/bundle/write.ts'
import { sealedHead } from '../evidence.ts'
import { timed, type Figure } from '../figures.ts'
import { openPaid } from './proof.ts'

const INFLOWS = 200_360

/** Writes the whole book as one file, and verifies it in Node and in the page that people carry on a USB stick. */
export async function measureBundle(folder: string): Promise<Figure[]> {
  const book = await openPaid(folder)
  const [file, anchor, page] = ['book.mzbundle', 'anchor.json', 'verify.html'].map((name) => join(folder, name)) as [string, string, string]
  writeFileSync(anchor, formatAnchor(book.anchor))
  writeFileSync(page, await verifierPage())
  const made = writeBundle({ client: book.chain.client, anchor: book.anchor, sealed: sealedHead(book), paperOf: () => undefined, erasureOf: () => 'None' }, {
    scope: 'public', through: '2024-09-10', madeAt: new Date().toISOString(), software: 'bench',
  })
  const { seconds: writing } = await timed(() => pipeline(Readable.from(made), createWriteStream(file)))
  const inNode = await verifyInNode(file, anchor)
  const inBrowser = await verifyInBrowser(page, file, anchor)
  book.reader.close()
  await book.chain.close()
  return [
    { what: `bundle of ${INFLOWS.toLocaleString('en-US')} inflows: bytes`, figure: statSync(file).size, unit: 'bytes', limit: 'calldata and log of each inflow, 96 bytes each; 38 for a paper that is not there' },
    { what: 'bundle: written', figure: writing, unit: 's', limit: 'the engine’s JSON of blocks and receipts' },
    { what: 'bundle: verified in Node', figure: inNode.seconds, unit: 's', target: { most: 60 }, limit: 'keccak of 40 MB; each event decoded' },
    { what: 'bundle: verified in Node: peak memory', figure: inNode.megabytes, unit: 'MB', target: { most: 1_024 }, limit: 'the refs and papers seen so far, to find doubles' },
    { what: 'bundle: verified in chromium, verify.html', figure: inBrowser, unit: 's', target: { most: 60 }, limit: 'the same' },
  ]
}

type Verified = { readonly seconds: number; readonly megabytes: number; readonly passed: boolean }

async function verifyInNode(file: string, anchor: string): Promise<Verified> {
  const verified = await new Promise<Verified>((resolve, reject) => {
    const child = fork(join(import.meta.dirname, '..', 'verifying.child.ts'), [file, anchor], { execArgv: ['--import', 'tsx'] })
    child.on('message', (message) => resolve(message as Verified))
    child.on('exit', (code) => reject(new Error(`the verifier ended with code ${code}`)))
  })
  if (!verified.passed) throw new Error('the bundle did not pass')
  return verified
}

async function verifyInBrowser(page: string, file: string, anchor: string): Promise<number> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] })
  try {
    const tab = await browser.newPage()
    await tab.goto(`file://${page}`)
    await tab.setInputFiles('#anchor', anchor)
    await tab.setInputFiles('#file', file)
    const { seconds } = await timed(async () => {
      await tab.click('#start')
      await tab.waitForSelector('#result section.check-good', { timeout: 300_000 })
    })
    return seconds
  } finally {
    await browser.close()
  }
}
