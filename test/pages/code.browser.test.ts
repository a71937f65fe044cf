import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import type { Browser, Page } from 'playwright-core'
import { serveWorld } from '../api/served.ts'
import { openWorld, type World } from '../api/world.ts'
import { launch, newPage } from './browser.ts'

describe('the form for a code', function () {
  this.timeout(120_000)
  let world: World
  let app: FastifyInstance
  let browser: Browser
  const url = 'http://localhost:18816'
  before(async () => {
    world = await openWorld()
    app = (await serveWorld(world, { publicUrl: url })).app
    await app.listen({ port: 18_816, host: '127.0.0.1' })
    browser = await launch()
  })
  after(async () => {
    await browser.close()
    await app.close()
    await world.close()
  })

  const link = () => ({ code: '', key: '', ...world.links[0] })
  const submit = async (text: string, { path = '/', javaScriptEnabled = true } = {}) => {
    const { page } = await newPage(browser, { javaScriptEnabled })
    const sent: string[] = []
    page.on('request', (request) => void sent.push(`${request.url().replace(/#.*/, '')} ${request.postData() ?? ''}`))
    await page.goto(url + path)
    await page.fill('.code-form input[name=code]', text)
    await page.click('.code-form button')
    await page.waitForTimeout(400)
    const complaint = javaScriptEnabled ? await complaintOf(page) : ''
    const at = page.url()
    await page.context().close()
    return { at, sent: sent.join('\n'), complaint }
  }
  const complaintOf = (page: Page) =>
    page.evaluate(() => document.querySelector<HTMLInputElement>('input[name=code]')?.validationMessage ?? '')

  for (const path of ['/', '/check', '/nothing'])
    it(`takes a whole link on ${path} to the gift, and keeps its key in the browser`, async () => {
      const { code, key } = link()

      const { at, sent } = await submit(`${url}/t/${code}#${key}`, { path })

      expect(at).to.equal(`${url}/t/${code}#${key}`)
      expect(sent).to.include(`/t/${code}`).and.not.include(key)
    })

  it('takes a code in groups of four, in English to an English page', async () => {
    const { code } = link()

    const { at } = await submit(code.toLowerCase().replace(/(.{4})(?=.)/g, '$1-'), { path: '/?lang=en' })

    expect(at).to.equal(`${url}/t/${code}?lang=en`)
  })

  it('says what is wrong before anything is sent', async () => {
    const { key } = link()

    const short = await submit('7KQ2-M0AX')
    const alone = await submit(key)

    expect(short.complaint).to.equal('查询码应有 16 个字符，这里有 8 个')
    expect(alone.complaint).to.equal('查询码应有 16 个字符，这里有 28 个')
    expect(`${short.sent}${alone.sent}`).to.not.include('?code').and.not.include(key)
  })

  describe('without a script', () => {
    const plainly = { javaScriptEnabled: false }

    it('takes a code, and a link without its key', async () => {
      const { code } = link()

      expect((await submit(code, plainly)).at).to.equal(`${url}/t/${code}`)
      expect((await submit(`${url}/t/${code}`, plainly)).at).to.equal(`${url}/t/${code}`)
    })

    for (const [what, textOf] of Object.entries({
      'a link with its key': (code: string, key: string) => `${url}/t/${code}#${key}`,
      'a link whose # is written as %23': (code: string, key: string) => `${url}/t/${code}%23${key}`,
      'a code and a key': (code: string, key: string) => `${code}＃${key}`,
      'a key alone': (_: string, key: string) => key,
      'a key in groups': (_: string, key: string) => key.replace(/(.{4})(?=.)/g, '$1-'),
    }))
      it(`sends nothing of ${what}`, async () => {
        const { code, key } = link()

        const { at, sent } = await submit(textOf(code, key), plainly)

        expect(at).to.equal(`${url}/`)
        expect(sent).to.not.include(key.slice(0, 8)).and.not.include('?code')
      })
  })

  for (const [text, zh] of [
    ['7KQ2-M0AX', '查询码应有 16 个字符，这里有 8 个。'], ['!!!!-!!!!-!!!!-!!!!', '查询码里不会有“!”。'],
    ['0123-4567-89AC-DEFK', '查询码有一处写错了，请对照收据再看一遍（校验位对不上）。'],
  ] as const)
    it(`is answered precisely when ${text} reaches the server`, async () => {
      const answer = await app.inject(`/t?code=${encodeURIComponent(text)}`)

      expect(answer.statusCode).to.equal(400)
      expect(answer.body).to.include(zh)
    })

  it('finds the code in a link that reaches the server, and passes on nothing else', async () => {
    const { code, key } = link()

    const answer = await app.inject(`/t?code=${encodeURIComponent(`${url}/t/${code}#${key}`)}&lang=en`)

    expect(answer.statusCode).to.equal(303)
    expect(answer.headers.location).to.equal(`/t/${code}?lang=en`)
  })
})
