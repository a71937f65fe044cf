import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { verifierPage } from '../../api/pages/verifier.ts'
import { formatAnchor } from '../../ledger/anchor.ts'
import { openWorld, type World } from '../api/world.ts'
import { blockWith, bundleOf, joined, retell, taken, touched } from '../proof/audits.ts'
import { launch, newPage, SCREENS } from './browser.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Result = { violations: { id: string; nodes: { html: string }[] }[] }

describe('verify.html, opened from a USB stick', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'mingzhang-usb-'))
  const at = (name: string) => join(folder, name)
  let world: World
  let browser: Browser
  before(async () => {
    world = await openWorld()
    const bundle = await bundleOf(world)
    const items = taken(bundle)
    const number = blockWith(items, 'InflowsRecorded')
    writeFileSync(at('verify.html'), await verifierPage())
    writeFileSync(at('anchor.json'), formatAnchor(world.anchor))
    writeFileSync(at('book.mzbundle'), bundle)
    writeFileSync(at('changed.mzbundle'), joined(touched(items, number, (block) => retell(block, 'InflowsRecorded', ({ inflows }) => ({
      inflows: (inflows as [string, bigint, string][]).map(([ref, amount, paper], index) => [ref, index === 2 ? amount + 1n : amount, paper]),
    })))))
    const [link] = world.links
    const { number: head, blockHash, seals } = world.seals.newestSealed({ sealers: world.anchor.sealers.map(({ address }) => address), quorum: 2 }) ?? { number: 0, blockHash: '0x', seals: [] }
    expect([link, blockHash]).to.have.length(2)
    writeFileSync(at('gift.mzproof'), await world.prover.trace({ fund: 1, inflow: 1 }, {
      number: BigInt(head), seals: seals.toSorted((a, b) => (a.sealer < b.sealer ? -1 : 1)).map(({ signature }) => signature),
    }))
    browser = await launch()
  })
  after(async () => {
    await browser.close()
    await world.close()
    rmSync(folder, { recursive: true })
  })

  const open = async (options: Parameters<typeof newPage>[1] = {}) => {
    const opened = await newPage(browser, { offline: true, ...options })
    const asked: string[] = []
    opened.page.on('request', (request) => void asked.push(request.url()))
    await opened.page.goto(`file://${at('verify.html')}`)
    return { ...opened, asked }
  }
  const drop = (page: Page, contents: { name: string; base64: string }[]) =>
    page.evaluate((files) => {
      const transfer = new DataTransfer()
      for (const { name, base64 } of files) transfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name))
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
    }, contents)
  const verify = async (page: Page, name: string, anchor = 'anchor.json') => {
    await page.setInputFiles('#anchor', at(anchor))
    await page.setInputFiles('#file', at(name))
    await page.click('#start')
    await page.waitForSelector('#result section')
    return await page.innerText('#result')
  }

  it('passes an honest book, and reaches nothing but itself', async () => {
    const { page, faults, asked } = await open()

    const text = await verify(page, 'book.mzbundle')

    expect(text).to.include('✓ 通过：账册完整，未被改动。').and.include('捐赠 ¥150.01').and.include('Passed')
    expect(faults).to.deep.equal([])
    expect(asked).to.deep.equal([`file://${at('verify.html')}`])
    await page.context().close()
  })

  it('finds the one fen that was changed, and says where in Chinese', async () => {
    const { page } = await open()

    const text = await verify(page, 'changed.mzbundle')

    expect(text).to.include('✗ 不通过：发现 1 处问题').and.include('基金 1，第 3 笔收入').and.include('应为 ¥0.01').and.include('实为 ¥0.02')
    await page.context().close()
  })

  it('verifies a single proof as well', async () => {
    const { page } = await open()

    expect(await verify(page, 'gift.mzproof')).to.include('✓ 证明成立').and.include('¥100.00')
    await page.context().close()
  })

  it('takes both files when they are dropped together, whatever their order', async () => {
    const { page } = await open()
    const contents = ['book.mzbundle', 'anchor.json'].map((name) => ({ name, base64: readFileSync(at(name)).toString('base64') }))
    await drop(page, contents)
    await page.click('#start')
    await page.waitForSelector('#result section')

    expect(await page.innerText('#result')).to.include('通过')
    await page.context().close()
  })

  it('takes what is chosen in a field for what the field asks for, whatever its name', async () => {
    writeFileSync(at('anchor.txt'), `\ufeff${formatAnchor(world.anchor)}`)
    writeFileSync(at('book.json'), readFileSync(at('book.mzbundle')))
    const { page } = await open()

    expect(await verify(page, 'book.json', 'anchor.txt')).to.include('✓ 通过')
    expect(await page.innerText('#ready')).to.equal('已选 / chosen: 信任锚 the anchor anchor.txt、账册 the file book.json')
    await page.context().close()
  })

  it('tells files that are dropped apart by what is in them', async () => {
    const { page } = await open()
    const contents = ['book.json', 'anchor.txt'].map((name) => ({ name, base64: readFileSync(at(name)).toString('base64') }))

    await drop(page, contents)
    await page.click('#start')
    await page.waitForSelector('#result section')

    expect(await page.innerText('#result')).to.include('✓ 通过')
    await page.context().close()
  })

  it('takes a hash as people copy it, and says which one is none', async () => {
    const { page } = await open()
    const hash = await verify(page, 'book.mzbundle').then((text) => /0x[0-9a-f]{64}/.exec(text)?.[0] ?? '')

    await page.fill('#head', hash.slice(2).toUpperCase())
    expect(await verify(page, 'book.mzbundle')).to.include('✓ 通过')
    await page.fill('#head', '0x12')
    await page.click('#start')
    await page.waitForSelector('#result .check-bad')
    expect(await page.innerText('#result')).to.include('区块的哈希应有 64 位，而不是 2 位')
    await page.context().close()
  })

  it('says what is missing before it can begin, and what it cannot read', async () => {
    const { page } = await open()
    expect(await page.innerText('#ready')).to.include('还缺：信任锚、账册')
    expect(await page.isDisabled('#start')).to.equal(true)
    writeFileSync(at('bad.json'), '{"format":"mingzhang/anchor/1"}')

    expect(await verify(page, 'book.mzbundle', 'bad.json')).to.include('不能核验：信任锚')
    expect(await verify(page, 'verify.html')).to.include('不通过')
    await page.context().close()
  })

  for (const viewport of SCREENS)
    it(`has no fault that axe finds and no sideways scrolling on ${viewport.name}, by day and by night`, async () => {
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page } = await open({ viewport, colorScheme, bypassCSP: true })
        for (const name of ['book.mzbundle', 'changed.mzbundle']) {
          await verify(page, name)
          await page.evaluate(AXE)
          const { violations } = (await page.evaluate('axe.run()')) as Result
          expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).to.deep.equal([])
          expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).to.equal(0)
        }
        await page.context().close()
      }
    })
})
