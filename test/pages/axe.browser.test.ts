import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { FastifyInstance } from 'fastify'
import type { Browser } from 'playwright-core'
import { openAccountIn } from '../api/accounts.ts'
import { auditWorld } from '../api/audited.ts'
import { serveWorld } from '../api/served.ts'
import { openWorld, type World } from '../api/world.ts'
import { launch, newPage, SCREENS } from './browser.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Result = { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }

/** Texts, run in the page, of which fewer than two letters stand in a line. */
function spelledOut(): string[] {
  return [...document.querySelectorAll('main *')].flatMap((element) => {
    const text = element.textContent?.trim() ?? ''
    if (element.childElementCount > 0 || text.length < 3 || element.closest('svg')) return []
    const range = document.createRange()
    range.selectNodeContents(element)
    const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size
    return lines > 2 && text.length < 2 * lines ? [text] : []
  })
}

describe('every page for everybody', function () {
  this.timeout(180_000)
  let world: World
  let app: FastifyInstance
  let browser: Browser
  let url: string
  before(async () => {
    world = await openWorld()
    await auditWorld(world)
    await openAccountIn(world)
    app = (await serveWorld(world)).app
    await app.listen({ port: 18_814, host: '127.0.0.1' })
    url = 'http://localhost:18814'
    browser = await launch()
  })
  after(async () => {
    await browser.close()
    await app.close()
    await world.close()
  })

  // A browser that zooms makes the page narrower; one that enlarges letters, as phones do, leaves it as narrow as it is.
  const SIZES = [['320 pixels', 320, 100], ['twice the size', 640, 100], ['letters twice as large on a phone', 390, 200]] as const
  for (const lang of ['', 'lang=en'])
    it(`needs no sideways scrolling at ${SIZES.map(([what]) => what).join(', at ')}, in ${lang ? 'English' : 'Chinese'}`, async () => {
      const { page } = await newPage(browser)
      const { code = '', key = '' } = world.links[1] ?? {}
      const found: string[] = []
      for (const path of PAGES) {
        const [address = '', hash = ''] = path.replace('CODE', code).replace('KEY', key).split('#')
        await page.goto('about:blank')
        await page.goto(`${url}${address}${lang && `${address.includes('?') ? '&' : '?'}${lang}`}${hash && `#${hash}`}`)
        if (path.startsWith('/t/C')) await page.waitForSelector('#check.check-good')
        for (const summary of await page.locator('summary').all()) await summary.click()
        for (const [what, width, percent] of SIZES) {
          await page.setViewportSize({ width, height: 500 })
          await page.evaluate((percent) => void (document.documentElement.style.fontSize = `${percent}%`), percent)
          const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
          if (over > 0) found.push(`${path} is ${over} pixels too wide at ${what}`)
          found.push(...(await page.evaluate(spelledOut)).map((text) => `${path} has ${text} letter by letter at ${what}`))
        }
      }

      expect(found).to.deep.equal([])
      await page.context().close()
    })

  for (const { name, ...viewport } of SCREENS)
    it(`shows the API's description on ${name}, also when it was shown before`, async () => {
      const { page, faults } = await newPage(browser, { viewport })
      for (const visit of ['first', 'second']) {
        await page.goto(`${url}/docs/`)
        await page.getByText('Funds and their entries').first().waitFor()

        expect(await page.innerText('main'), visit).to.include('Nothing here asks to be believed')
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).to.equal(0)
      }
      expect(faults).to.deep.equal([])
      await page.context().close()
    })

  it('writes its own name in one line on a phone, beside the community', async () => {
    const { page } = await newPage(browser)
    await page.goto(`${url}/?lang=en`)

    const lines = await page.locator('.brand-name').evaluate((name) => name.clientHeight / Number.parseFloat(getComputedStyle(name).fontSize))

    expect(Math.round(lines)).to.equal(1)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).to.equal(0)
    await page.context().close()
  })

  for (const lang of ['', 'lang=en'])
    it(`prints the public notice on one sheet of A4, ${lang ? 'in English' : 'in Chinese'}`, async () => {
      const { page } = await newPage(browser)
      for (const path of ['/notice', '/notice?month=2020-02']) {
        await page.goto(`${url}${path}${lang && `${path.includes('?') ? '&' : '?'}${lang}`}`)

        const pdf = (await page.pdf({ format: 'A4', margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' } })).toString('latin1')

        expect(pdf.match(/\/Type\s*\/Page\b/g), path).to.have.length(1)
      }
      await page.context().close()
    })

  const PAGES = ['/', '/f/1', '/f/1?show=inflows&from=2020-01-01', '/p/1/1', '/bank', '/p/1/3', '/p/1/5', '/t/CODE#KEY', '/t/CODE', '/rights', '/check', '/notice', '/notice?month=2020-02', '/audit', '/complain?fund=1&outflow=1', '/complaints', '/complaints/1', '/complaints/2', '/nothing', '/t/oops']
  for (const viewport of SCREENS)
    for (const lang of viewport.width < 500 ? ['', 'lang=en'] : ['']) {
      // The colours of the night are the same in every width and language.
      const hasNight = viewport.width < 500 && lang === ''
      it(`has no fault that axe finds, ${hasNight ? 'by day and by night' : 'by day'}, on ${viewport.name}, in ${lang ? 'English' : 'Chinese'}`, async () => {
        // axe is put into the page by hand, which our policy would forbid.
        const { page } = await newPage(browser, { viewport, bypassCSP: true })
        const { code = '', key = '' } = world.links[1] ?? {}
        const found: string[] = []
        for (const path of PAGES) {
          const [address = '', hash = ''] = path.replace('CODE', code).replace('KEY', key).split('#')
          const query = lang && `${address.includes('?') ? '&' : '?'}${lang}`
          await page.goto('about:blank')
          await page.goto(`${url}${address}${query}${hash && `#${hash}`}`)
          if (path.startsWith('/t/C')) await page.waitForSelector('#check.check-good')
          for (const summary of await page.locator('summary').all()) await summary.click()
          await page.evaluate(AXE)
          for (const colorScheme of hasNight ? (['light', 'dark'] as const) : (['light'] as const)) {
            await page.emulateMedia({ colorScheme })
            // By night only colours differ.
            const { violations } = await page.evaluate(async (rules) => {
              const { axe } = window as unknown as { axe: { run(options: object): Promise<Result> } }
              return await axe.run(rules ? { runOnly: rules } : {})
            }, colorScheme === 'dark' ? ['color-contrast'] : undefined)
            found.push(...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${path} ${colorScheme} ${id} ${html.slice(0, 120)}`)))
          }
          await page.emulateMedia({ colorScheme: 'light' })
          const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
          if (over > 0) found.push(`${path} is ${over} pixels too wide`)
        }

        expect(found).to.deep.equal([])
        await page.context().close()
      })
    }
})
