import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { dumpHash } from '../../indexer/dump.ts'
import type { Hex } from '../../ledger/hex.ts'
import { unlockFields } from '../../ledger/link.ts'
import { verifyTrace } from '../../proof/check/trace.ts'
import { openTarget, type Target } from '../../scripts/frauds/book.ts'
import { bundleOf, verified } from '../../scripts/frauds/bundles.ts'
import { serve, type Served } from '../../scripts/serve.ts'
import { openMasterKey } from '../../vault/keys.ts'
import type { Link } from '../../vault/gifts.ts'
import { openVault } from '../../vault/vault.ts'
import { launch, newPage } from '../pages/browser.ts'
import { runLedger } from '../scripts/book.ts'

// Whatever was recorded today may be destroyed then.
const LONG_AFTER = new Date('2100-01-01T00:00:00+08:00')

const COUNTED = ['paper', 'gift', 'document', 'document_of', 'secret'] as const

/** What must be the same before and after: the chain's head, the root of its state, the mirror's rows, what the vault has. */
async function rootsOf({ chain, places }: Pick<Served, 'chain' | 'places'>) {
  const { stateRoot } = Object(await chain.client.request('eth_getBlockByNumber', ['latest', false]))
  const vault = new Database(join(places.vault, 'vault.sqlite'), { readonly: true })
  const counts = Object.fromEntries(COUNTED.map((table) => [table, vault.prepare(`SELECT count(*) FROM ${table}`).pluck().get()]))
  vault.close()
  return { head: chain.head(), stateRoot, mirror: dumpHash(places.mirror), counts }
}

type DonorLink = Link & { paper: Hex }

describe('L11: a book exported, destroyed and restored gives the same roots and working links', function () {
  this.timeout(120_000)
  const away = mkdtempSync(join(tmpdir(), 'mz-away-'))
  const at = (name: string) => join(away, name)
  let restored: Served
  let browser: Browser
  let roots: Awaited<ReturnType<typeof rootsOf>>
  let links: DonorLink[]
  let invoice: Hex
  before(async () => {
    const book = await openTarget()
    try {
      links = linksIn(book)
      invoice = book.vault.putDocument({ paper: links[0]?.paper ?? '0x', mediaType: 'application/pdf', bytes: Buffer.from('%PDF a receipt') })
      await book.sealed()
      roots = await rootsOf(book)
      await verified(book, await bundleOf(book))
      const { code, err } = await runLedger(['backup', at('backup')], { MZ_DATA: book.places.data })
      if (code !== 0) throw new Error(err)
      forgetSince(book)
      copyFileSync(book.places.masterKey, at('master.key'))
      copyFileSync(join(book.places.vault, 'erasures.jsonl'), at('erasures.jsonl'))
    } finally {
      await book.close()
    }
    expect(existsSync(book.places.data)).to.equal(false)

    const args = ['restore', at('backup'), '--master-key', at('master.key'), '--erasures', at('erasures.jsonl')]
    const { code, err } = await runLedger(args, { MZ_DATA: at('restored') })
    if (code !== 0) throw new Error(err)
    restored = await serve(
      { data: at('restored'), port: 0, rpcPort: 0, host: '127.0.0.1', demo: false, publicUrl: 'http://localhost' },
      { tell() {}, fatal: (error) => { throw error } },
    )
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    await restored?.close()
    rmSync(away, { recursive: true, force: true })
  })

  /** The three donors' links, as they stand on their receipts. */
  function linksIn({ vault, reader }: Target): DonorLink[] {
    return [1, 2, 3].map((number) => {
      const { ref = '0x', paper = '0x' } = reader.inflow(1, number) ?? {}
      const link = vault.linkOf(1, ref)
      if (!link) throw new RangeError(`inflow ${number} has no link`)
      return { ...link, paper }
    })
  }

  /** After the backup was made the second donor asks to be restricted, and the third one's time is over. */
  function forgetSince({ vault, places }: Target): void {
    vault.restrict([links[1]?.paper ?? '0x'])
    const later = openVault({ folder: places.vault, masterKey: openMasterKey(places.masterKey, places.vault), now: () => LONG_AFTER })
    later.destroy([links[2]?.paper ?? '0x'])
    later.close()
  }

  /** Opens a donor's old link on the restored server, and waits for the check. */
  async function open({ code, key }: DonorLink) {
    const { page, faults } = await newPage(browser)
    await page.goto(`${restored.url}/t/${code}#${key}`)
    await page.waitForSelector('#check.check-good, #check.check-warn, #check.check-bad')
    const look = (await page.getAttribute('#check', 'class')) ?? ''
    const text = await page.innerText('main')
    await page.context().close()
    return { look, text, faults }
  }

  it('the same head, the same state root, the same rows, the same papers', async () => {
    expect(await rootsOf(restored)).to.deep.equal(roots)
  })

  it('the same proof of every gift, by the seals of the same witnesses', async () => {
    for (const [index, { code, paper }] of links.entries()) {
      const response = await fetch(`${restored.url}/v1/trace/${code}/proof`)
      const facts = verifyTrace(new Uint8Array(await response.arrayBuffer()), restored.anchor)

      expect(facts.inflow).to.include({ number: index + 1, paper })
      expect(facts.sealers).to.have.length.of.at.least(2)
      expect(facts.block).to.include({ number: BigInt(roots.head.number) })
    }
  })

  it('an old link opens the donor’s own fields, and the page proves every fen', async () => {
    const [link] = links
    if (!link) throw new RangeError('no link')
    const locked = restored.vault.giftOf(link.code)?.locked ?? new Uint8Array()

    const { look, text, faults } = await open(link)

    expect(unlockFields(link.key, link.paper, locked)).to.have.nested.property('donor.value', '王小明')
    expect(look).to.match(/check-(good|warn)/)
    expect(text).to.include('王小明').and.include('¥120.00 用于「儿童图书 8 册」').and.include('居民监督小组')
    expect(faults).to.deep.equal([])
  })

  it('who was forgotten after the backup stays forgotten, and the gift is proven all the same', async () => {
    const [, restricted, destroyed] = links
    if (!restricted || !destroyed) throw new RangeError('no links')

    const pages = [await open(restricted), await open(destroyed)]

    for (const { look } of pages) expect(look).to.match(/check-(good|warn)/)
    expect(pages[0]?.text).to.include('已依法限制').and.not.include('李梅')
    expect(pages[1]?.text).to.include('已依法删除').and.not.include('某书店')
    expect(restored.vault.fieldsOf(restricted.paper)).to.equal(undefined)
    expect(restored.vault.paperOf(destroyed.paper)?.state).to.equal('destroyed')
  })

  it('the same documents', () => {
    expect(restored.vault.documentOf(invoice)?.bytes.toString()).to.equal('%PDF a receipt')
  })
})
