import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createWriteStream, readFileSync } from 'node:fs'
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { verifierPage } from '../../api/pages/verifier.ts'
import { openPaid, type OpenedBook } from '../../bench/measure/proof.ts'
import { sealedHead } from '../../bench/evidence.ts'
import { formatAnchor } from '../../ledger/anchor.ts'
import { writeBundle } from '../../proof/prove/bundle/write.ts'
import { launch, newPage } from '../pages/browser.ts'
import { blocksIn, joined, openBlock, retell, taken, touched } from '../proof/audits.ts'

describe('A stranger with a USB stick', function () {
  this.timeout(300_000)
  const stick = mkdtempSync(join(tmpdir(), 'mingzhang-stick-'))
  const at = (name: string) => join(stick, name)
  let book: OpenedBook
  let browser: Browser
  before(async () => {
    book = await openPaid(stick)
    writeFileSync(at('anchor.json'), formatAnchor(book.anchor))
    writeFileSync(at('verify.html'), await verifierPage())
    const made = writeBundle({ client: book.chain.client, anchor: book.anchor, sealed: sealedHead(book), paperOf: () => undefined, erasureOf: () => 'None' }, {
      scope: 'public', through: '2024-09-10', madeAt: '2026-01-01T00:00:00Z', software: 'test',
    })
    await pipeline(Readable.from(made), createWriteStream(at('book.mzbundle')))
    browser = await launch()
  })
  after(async () => {
    await browser.close()
    book.reader.close()
    await book.chain.close()
    rmSync(stick, { recursive: true })
  })

  const verify = async (name: string) => {
    const { page } = await newPage(browser, { offline: true })
    await page.goto(`file://${at('verify.html')}`)
    await page.setInputFiles('#anchor', at('anchor.json'))
    await page.setInputFiles('#file', at(name))
    await page.click('#start')
    await page.waitForSelector('#result section', { timeout: 200_000 })
    const text = await page.innerText('#result')
    await page.context().close()
    return text
  }

  it('sees 200,360 real credits pass', async () => {
    expect(await verify('book.mzbundle')).to.include('! 账目通过，凭证不全').and.include('收入 200360 笔（捐赠 ¥1,350,817,757.28）')
  })

  it('finds the single fen that was changed among them, where it is and what it was', async () => {
    const items = taken(readFileSync(at('book.mzbundle')))
    const number = 300
    const item = items[blocksIn(items)[number - 1] ?? 0]
    expect(item && openBlock(item).calls).to.have.length(1)
    writeFileSync(at('changed.mzbundle'), joined(touched(items, number, (block) => retell(block, 'InflowsRecorded', ({ inflows }) => ({
      inflows: (inflows as [string, bigint, string][]).map(([ref, amount, paper], index) => [ref, index === 77 ? amount + 1n : amount, paper]),
    })))))

    const text = await verify('changed.mzbundle')

    expect(text).to.include('✗ 不通过：发现 1 处问题').and.match(/基金 1，第 1[0-9]{5} 笔收入，第 300 个区块/)
    const [, expected = '', found = ''] = /应为 ¥([\d,.]+) .*实为 ¥([\d,.]+) /.exec(text) ?? []
    const fen = (yuan: string) => BigInt(yuan.replace(/[,.]/g, ''))
    expect(fen(found) - fen(expected)).to.equal(1n)
  })
})
