import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import type { Browser, Page } from 'playwright-core'
import Database from 'better-sqlite3'
import { formatAnchor } from '../../ledger/anchor.ts'
import { Address } from '../../ledger/hex.ts'
import { sealedBlock } from '../../proof/prove/seals.ts'
import { serveWorld } from '../api/served.ts'
import { DONORS, openWorld, type World } from '../api/world.ts'
import { launch, newPage, SCREENS } from './browser.ts'

describe("the donor's page in a browser", function () {
  this.timeout(120_000)
  let world: World
  let app: FastifyInstance
  let log: () => string
  let browser: Browser
  let url: string
  before(async () => {
    world = await openWorld()
    const served = await serveWorld(world, { publicUrl: 'http://localhost:18812' })
    app = served.app
    log = served.log
    await app.listen({ port: 18_812, host: '127.0.0.1' })
    url = 'http://localhost:18812'
    browser = await launch()
  })
  after(async () => {
    await browser.close()
    await app.close()
    await world.close()
  })

  const linkOf = (gift: number, query = '') => `${url}/t/${world.links[gift]?.code}${query}#${world.links[gift]?.key}`
  const verdictOf = async (page: Page) => {
    await page.waitForSelector('#check.check-good, #check.check-warn, #check.check-bad')
    return { look: (await page.getAttribute('#check', 'class')) ?? '', text: await page.innerText('#check') }
  }
  /** Opens a gift's page, lets the visitor do something, and reads what the check came to. */
  const visit = async (link: string, prepare: (page: Page) => Promise<unknown> = async () => {}) => {
    const { page, faults } = await newPage(browser)
    await prepare(page)
    await page.goto(link)
    const verdict = await verdictOf(page)
    return { page, faults, ...verdict }
  }
  const bringAnchor = async (page: Page, text: string) => {
    await page.click('summary:has-text("信任锚")')
    await page.fill('#anchor-text', text)
    await page.click('#anchor-form button[type=submit]')
    await page.waitForTimeout(100)
    return await verdictOf(page)
  }

  for (const viewport of SCREENS)
    it(`proves every fen on ${viewport.name}`, async () => {
      const { page, faults } = await newPage(browser, { viewport })
      await page.goto(linkOf(0))

      const { look, text } = await verdictOf(page)

      expect(look).to.include('check-good')
      expect(text).to.include('核对通过').and.include('¥100.00 用于「购买 N95 口罩」').and.include('居民监督小组').and.include('审计事务所')
      expect(await page.locator('[data-claim=proven]').count()).to.equal(await page.locator('[data-claim]').count())
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).to.equal(0)
      expect(faults).to.deep.equal([])
      await page.context().close()
    })

  it('proves a gift that went into a payment, a transfer, a void, and is partly unspent', async () => {
    const { page, look, text } = await visit(linkOf(1))

    expect(look).to.include('check-good')
    expect(text).to.include('¥20.00 用于').and.include('，已划转）').and.include('尚未使用')
    expect(text).to.include('已冲销「金额登记有误」（基金 1 第 3 笔冲销）').and.not.match(/(划转|冲销)，已付款/)
    expect(await page.innerText('#parts + .parts')).to.include('冲销日 2020年2月10日').and.include('登记的原因：金额有误')
    expect(await page.innerText('.gift')).to.include('捐赠日 2020-01-29 · 来源：捐赠 · 基金 1 第 2 笔收入')
    await page.context().close()
  })

  it('says in English what it says in Chinese', async () => {
    const { page, look, text } = await visit(linkOf(0, '?lang=en'))

    expect(look).to.include('check-good')
    expect(text).to.include('Checked').and.include('¥100.00 went to “N95 masks” (payment 1 of fund 1, paid and accepted).')
    await page.context().close()
  })

  it("opens the donor's own fields with the key of the link, and knows that the gift is the donor's", async () => {
    const { page, text } = await visit(linkOf(0))

    expect(await page.innerText('#private')).to.include(DONORS[0]).and.include('祝早日康复')
    await page.click('summary:has-text("没有证明什么")')
    expect(await page.innerText('#check')).to.not.include('这一笔就是您的')
    expect(text).to.not.include(DONORS[0])
    await page.context().close()
  })

  it('says without the key that nothing shows whose gift it is', async () => {
    const { page } = await visit(linkOf(0).replace(/#.*/, ''))

    expect(await page.isVisible('#private')).to.equal(false)
    await page.click('summary:has-text("没有证明什么")')
    expect(await page.innerText('#check')).to.include('这一笔就是您的')
    await page.context().close()
  })

  it("says that another gift's key opens nothing, and proves all the same", async () => {
    const { page, look } = await visit(`${linkOf(0).replace(/#.*/, '')}#${world.links[1]?.key}`)

    expect(look).to.include('check-good')
    expect(await page.innerText('#private')).to.include('打不开')
    await page.context().close()
  })

  it('never sends the key to the server, and the server writes down neither key nor code', async () => {
    const sent: string[] = []
    const { page } = await visit(linkOf(0), async (page) => {
      page.on('request', (request) => void sent.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`))
    })
    await page.locator('#qr').scrollIntoViewIfNeeded()
    await page.waitForSelector('#qr svg')
    await page.context().close()

    const { key = '', code = '' } = world.links[0] ?? {}
    expect(sent.length).to.be.greaterThan(5)
    // The page's own address is in the browser; what leaves it ends before the #.
    expect(sent.map((request) => request.replace(/#\S*/, '')).filter((request) => request.includes(key))).to.deep.equal([])
    expect(log()).to.include('/v1/trace/:code/sealed').and.not.include(key).and.not.include(code)
  })

  it('draws the QR of the whole link, key included, in the browser', async () => {
    const { page } = await visit(linkOf(0))

    await page.locator('#qr').scrollIntoViewIfNeeded()
    await page.waitForSelector('#qr svg')

    expect(await page.getAttribute('#qr svg', 'aria-label')).to.include('二维码')
    expect(await page.isVisible('#qr-note')).to.equal(true)
    await page.context().close()
  })

  describe('when something is not right', () => {
    for (const at of [0, 5, 60, 300, 900, 1500])
      it(`says so when byte ${at} of the proof was changed`, async () => {
        const { page, look, text } = await visit(linkOf(0), (page) =>
          page.route('**/proof', async (route) => {
            const answer = await route.fetch()
            const body = await answer.body()
            body[at] = (body[at] ?? 0) ^ 1
            await route.fulfill({ response: answer, body })
          }))

        expect(look).to.include('check-bad')
        expect(text).to.include('核对没有通过').and.match(/[A-Z]+_[A-Z_]+: /)
        expect(await page.locator('[data-claim=proven]').count()).to.equal(0)
        await page.context().close()
      })

    it("says so in a resident's words when the anchor is another book's", async () => {
      const { page } = await visit(linkOf(0))

      const { look, text } = await bringAnchor(page, formatAnchor({ ...world.anchor, genesis: `0x${'ab'.repeat(32)}` }))

      expect(look).to.include('check-bad')
      expect(text).to.include('核对没有通过').and.include('WRONG_GENESIS')
      await page.context().close()
    })

    it('says so when too few of the sealers that the visitor trusts have sealed', async () => {
      const { page } = await visit(linkOf(0))

      const { look, text } = await bringAnchor(page, formatAnchor({ ...world.anchor, quorum: 3 }))

      expect(look).to.include('check-bad')
      expect(text).to.include('QUORUM_MISSED')
      await page.context().close()
    })

    it('says so when the anchor is none, keeps it, and goes back to the server’s when asked', async () => {
      const { page } = await visit(linkOf(0))
      const bad = await bringAnchor(page, 'hello')
      await page.reload()
      const still = await verdictOf(page)

      await page.click('summary:has-text("信任锚")')
      await page.click('#anchor-forget')
      await page.waitForSelector('#check.check-good')

      expect(bad.look).to.include('check-bad')
      expect(bad.text).to.include('信任锚不可用')
      expect(still.text).to.include('信任锚不可用')
      await page.context().close()
    })

    it('says whose anchor it is when the visitor brings one, from a file', async () => {
      const { page } = await visit(linkOf(0))
      await page.click('summary:has-text("信任锚")')

      await page.setInputFiles('#anchor-file', { name: 'anchor.json', mimeType: 'application/json', buffer: Buffer.from(formatAnchor(world.anchor)) })
      await page.waitForFunction(() => document.getElementById('check')?.textContent?.includes('您自己带来的'))

      expect(await page.innerText('#anchor-sealers')).to.include('居民监督小组')
      await page.context().close()
    })

    it('says that nothing is checked while the server gives no anchor', async () => {
      const { page, look, text } = await visit(linkOf(0), (page) => page.route('**/v1/anchor', (route) => route.abort()))

      expect(look).to.include('check-warn')
      expect(text).to.include('还不能核对').and.include('没有连上服务器')
      await page.context().close()
    })

    it('says that a paper is not the one in the book', async () => {
      const { page, look, text } = await visit(linkOf(0), (page) =>
        page.route('**/v1/papers/*', async (route) => {
          const answer = await route.fetch()
          await route.fulfill({ response: answer, body: (await answer.text()).replace('N95', 'KN95') })
        }))

      expect(look).to.include('check-bad')
      expect(text).to.include('与账本上的指纹不符')
      await page.context().close()
    })

    it('refuses a proof of a part of the gift: the rest could be what somebody hides', async () => {
      const sealed = world.seals.newestSealed({ sealers: world.anchor.sealers.map(({ address }) => address), quorum: 2 })
      const block = sealedBlock(world.anchor, { number: BigInt(sealed?.number ?? 0), hash: sealed?.blockHash ?? '0x' }, sealed?.seals.map(({ signature }) => signature) ?? [])
      const part = await world.prover.trace({ fund: 1, inflow: 2, range: { skip: 0, count: 1 } }, block)

      const { page, look, text } = await visit(linkOf(1), (page) => page.route('**/proof', (route) => route.fulfill({ body: Buffer.from(part) })))

      expect(look).to.include('check-bad')
      expect(text).to.include('核对没有通过').and.include('RANGES_APART')
      expect(await page.locator('[data-claim=proven]').count()).to.equal(0)
      await page.context().close()
    })

    it("says so when the server shows another's gift to somebody who has a key", async () => {
      const own = await (await fetch(`${url}/v1/trace/${world.links[0]?.code}/sealed`)).text()

      const { page, look, text } = await visit(`${url}/t/${world.links[1]?.code}#${world.links[0]?.key}`, (page) =>
        page.route('**/sealed', (route) => route.fulfill({ body: own, contentType: 'application/json' })))

      expect(look).to.include('check-bad')
      expect(text).to.include('请勿相信本页：这是另一笔捐赠的去向')
      await page.context().close()
    })

    it('says how old the proof is when it is old', async () => {
      const { page, look, text } = await visit(linkOf(0), async (page) => {
        await page.clock.install({ time: Date.now() + 9.5 * 86_400_000 })
      })

      expect(look).to.include('check-warn')
      expect(text).to.include('核对通过').and.include('证明截至 9 天前')
      await page.context().close()
    })

    it('tells what is proven where the mirror contradicts itself and the page can tell nothing', async () => {
      const database = new Database(world.mirror.file)
      database.exec('UPDATE voids SET fen = -900000 WHERE fund = 1')
      const { page, look, text } = await visit(linkOf(1))
      database.exec('UPDATE voids SET fen = 500 WHERE fund = 1')
      database.close()

      expect(look).to.include('check-bad')
      expect(await page.innerText('main')).to.include('镜像自相矛盾').and.include('以证明为准')
      expect(text).to.include('服务器显示：（没有这一句）').and.include('证明却是：¥10.00 划往另一基金「划往第二基金」')
      await page.context().close()
    })

    it('contradicts a page whose mirror somebody edited, in plain words', async () => {
      const database = new Database(world.mirror.file)
      const edit = (sql: string) => database.exec(sql)

      edit('UPDATE inflows SET end_fen = end_fen + 900000 WHERE fund = 1 AND number = 1')
      const gift = await visit(linkOf(0))
      edit('UPDATE inflows SET end_fen = end_fen - 900000 WHERE fund = 1 AND number = 1')
      edit('UPDATE acceptances SET fund = 99 WHERE fund = 1 AND outflow = 1')
      const step = await visit(linkOf(1))
      edit('UPDATE acceptances SET fund = 1 WHERE fund = 99')
      await world.mirror.prisma.$disconnect().catch(() => undefined)
      database.close()

      expect(gift.look).to.include('check-bad')
      expect(gift.text).to.include('请勿相信本页')
      expect(gift.text).to.include('服务器显示：¥9,100.00').and.include('证明却是：¥100.00')
      expect(step.text).to.include('请勿相信本页').and.include('，已付款）').and.include('，已付款并验收）')
      await gift.page.context().close()
      await step.page.context().close()
    })
  })

  it('explains seals and anchors one link away', async () => {
    const { page } = await visit(linkOf(0))
    await page.click('a:has-text("什么是签封、信任锚")')

    expect(page.url()).to.equal(`${url}/check#words`)
    expect(await page.innerText('#words')).to.include('见证人把账本从头重算一遍').and.include('至少要几个人签封才算数')
    await page.context().close()
  })

  it('can be read without a script', async () => {
    const { page } = await newPage(browser, { javaScriptEnabled: false })
    await page.goto(linkOf(2))

    const text = await page.innerText('main')

    expect(text).to.include('¥0.01').and.include('尚未使用').and.include('尚未核对').and.include('下载证明')
    expect(await page.isVisible('#qr img')).to.equal(true)
    await page.context().close()
  })

  it('works out the words to compare from the proven block, and fetches their list only when they are opened', async () => {
    const asked: string[] = []
    const { page, faults } = await visit(linkOf(1), async (page) => page.on('request', (request) => asked.push(new URL(request.url()).pathname)))
    const before = asked.filter((path) => path.includes('/words-')).length

    await page.click('summary:has-text("校验词")')
    await page.waitForSelector('#check .words span')

    const { sealed } = await (await fetch(`${url}/v1/head`)).json()
    expect((await page.locator('#check .words span').allInnerTexts()).join(' ')).to.equal(sealed.words)
    expect([before, asked.filter((path) => path.includes('/words-')).length]).to.deep.equal([0, 1])
    expect(faults).to.deep.equal([])
    await page.context().close()
  })

  it('loads at most 60 kB, at most 20 kB of it the checker', async () => {
    const { page } = await newPage(browser)
    const session = await page.context().newCDPSession(page)
    await session.send('Network.enable')
    const sizes = new Map<string, number>()
    const names = new Map<string, string>()
    session.on('Network.responseReceived', ({ requestId, response }) => void names.set(requestId, response.url))
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
      void sizes.set(names.get(requestId) ?? requestId, encodedDataLength))
    await page.goto(linkOf(1))
    await verdictOf(page)
    await page.waitForLoadState('networkidle')

    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
    const checker = [...sizes].filter(([name]) => name.includes('/checker-')).reduce((sum, [, size]) => sum + size, 0)

    expect(checker).to.be.within(5_000, 20_000)
    expect(total).to.be.within(20_000, 60_000)
    await page.context().close()
  })

  it('says that page and proof are of different moments when the book went on since the seals', async () => {
    await world.acts.propose(2, '4', { title: '医院用品' })
    await world.acts.approve([2, 1])
    await world.acts.execute([2, 1], '4', '2020-02-20')
    await world.mirrorAll()

    const { page, look, text } = await visit(linkOf(1))

    expect(look).to.include('check-warn')
    expect(text).to.include('不是同一时刻').and.include('医院用品').and.include('已经签封的，本页一处也没有改')
    await page.context().close()
  })

  describe('when page and proof are of different moments', () => {
    let database: Database.Database
    before(() => {
      database = new Database(world.mirror.file)
    })
    after(() => void database.close())

    const LIES: Record<string, [lie: string, truth: string]> = {
      'the gift is larger': [
        'UPDATE inflows SET end_fen = end_fen + 1000 WHERE fund = 1 AND number = 2', 'UPDATE inflows SET end_fen = end_fen - 1000 WHERE fund = 1 AND number = 2',
      ],
      'a sealed payment took less': [
        'UPDATE pieces SET end_fen = end_fen - 500 WHERE fund = 1 AND number = 1', 'UPDATE pieces SET end_fen = end_fen + 500 WHERE fund = 1 AND number = 1',
      ],
      'a sealed void is gone': [
        'UPDATE pieces SET fund = 99 WHERE fund = 1 AND number = 3', 'UPDATE pieces SET fund = 1 WHERE fund = 99 AND number = 3',
      ],
      'an accepted payment is not accepted': [
        'UPDATE acceptances SET fund = 99 WHERE fund = 1 AND outflow = 1', 'UPDATE acceptances SET fund = 1 WHERE fund = 99 AND outflow = 1',
      ],
    }
    for (const [what, [lie, truth]] of Object.entries(LIES))
      it(`calls it a lie, and no matter of moments, that ${what}`, async () => {
        database.exec(lie)
        const { page, look, text } = await visit(linkOf(1))
        database.exec(truth)

        expect(look).to.include('check-bad')
        expect(text).to.include('请勿相信本页').and.include('证明却是')
        await page.context().close()
      })

    it('calls it a lie when an older page tells of a payment that the newer proof does not have', async () => {
      await world.seal()
      const { page, look, text } = await visit(linkOf(1), async (page) => {
        await page.route('**/t/*', async (route) => {
          const answer = await route.fetch()
          await route.fulfill({ response: answer, body: (await answer.text()).replace(/data-block="(\d+)"/, (_, block) => `data-block="${block - 1}"`).replaceAll('医院用品', '宴请') })
        })
        await page.route(/\/v1\/trace\/\w+$/, async (route) => {
          const answer = await route.fetch()
          await route.fulfill({ response: answer, body: (await answer.text()).replace(/"number":(\d+),"hash"/, (_, block) => `"number":${block - 1},"hash"`) })
        })
      })

      expect(look).to.include('check-bad')
      expect(text).to.include('请勿相信本页').and.include('宴请')
      await page.context().close()
    })

    it('reads the page again when the book went on since it was opened, and shows what is proven', async () => {
      let asked = 0
      const old = (await (await fetch(linkOf(1))).text()).replace(/data-block="(\d+)"/, (_, block) => `data-block="${block - 1}"`).replace('医院用品', '旧的一页')

      const { page, look } = await visit(linkOf(1), (page) =>
        page.route('**/t/*', async (route) => (asked++ === 0 ? route.fulfill({ body: old, contentType: 'text/html; charset=utf-8' }) : route.continue())))

      expect(look).to.include('check-good')
      expect(await page.innerText('#where')).to.include('医院用品').and.not.include('旧的一页')
      expect(await page.locator('[data-claim=proven]').count()).to.equal(await page.locator('[data-claim]').count())
      await page.context().close()
    })

    it('says that nothing is checked when the page cannot be read again', async () => {
      let asked = 0
      const { page, look, text } = await visit(linkOf(1), (page) =>
        page.route('**/t/*', async (route) => {
          if (asked++ > 0) return route.abort()
          const answer = await route.fetch()
          return route.fulfill({ response: answer, body: (await answer.text()).replace(/data-block="\d+"/, 'data-block="1"').replace('医院用品', '宴请') })
        }))

      expect(look).to.include('check-warn')
      expect(text).to.include('还不能核对').and.include('本页重新读取不到')
      await page.context().close()
    })
  })

  it("says plainly when nobody but this server's own witness sealed", async () => {
    await world.seal(3)
    const own = { address: Address(world.witnesses[2]?.address ?? ''), name: '本服务器自设见证' }
    const { app } = await serveWorld({ ...world, anchor: { ...world.anchor, sealers: [own], quorum: 1 } })
    await app.listen({ port: 18_813, host: '127.0.0.1' })

    const { page, look, text } = await visit(linkOf(2).replace('18812', '18813'))

    expect(look).to.include('check-warn')
    expect(text).to.include('还没有外部人员确认')
    expect(text.match(/本服务器自/g)).to.have.length(1)
    await page.context().close()
    await app.close()
  })

  it('says that the fields of a forgotten donor are restricted, and proves all the same', async () => {
    const { paper = '0x' } = world.vault.giftOf(world.links[2]?.code as never) ?? {}
    world.vault.restrict([paper])

    const { page, look } = await visit(linkOf(2))

    expect(look).to.match(/check-(good|warn)/)
    expect(await page.innerText('main')).to.include('已依法限制')
    expect(await page.innerText('main')).to.not.include(DONORS[2])
    await page.context().close()
  })
})
