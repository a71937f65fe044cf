import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page, type Request } from 'playwright-core'

/** A phone and a desktop, as people have them. */
export const SCREENS = [{ name: 'a phone', width: 390, height: 844 }, { name: 'a desktop', width: 1280, height: 800 }] as const

/** The same engine without a window's own pages, which take a third of the processor's time; else the whole browser. */
const BROWSERS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'] as const

/** Debian's chromium. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: BROWSERS.find((file) => existsSync(file)) ?? BROWSERS[1], args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}

/** The profiles of the test that runs. */
const opened = new Set<BrowserContext>()

/** A page that nobody looks at any more works on, and takes the processor from those of the next test. */
afterEach(async () => {
  await Promise.all([...opened].map(async (context) => await context.close()))
  opened.clear()
})

/** What each page asked for and has not been answered yet. */
const underWay = new WeakMap<Page, ReadonlySet<Request>>()

/** Waits until a page has what it asked for and shows it, however slow the machine is. */
export async function settled(page: Page): Promise<void> {
  for (let calm = 0; calm < 2; ) {
    await page.waitForTimeout(50)
    const isBusy = (underWay.get(page)?.size ?? 0) > 0 || (await page.locator('main .opening').count()) > 0
    calm = isBusy ? 0 : calm + 1
  }
}

/** A page in a fresh browser profile, and what went wrong in it. Both end with the test that opened them. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport: SCREENS[0], ...options })
  opened.add(context)
  const page = await context.newPage()
  const asked = new Set<Request>()
  underWay.set(page, asked)
  page.on('request', (request) => void asked.add(request))
  page.on('requestfinished', (request) => void asked.delete(request))
  page.on('requestfailed', (request) => void asked.delete(request))
  const faults: string[] = []
  page.on('pageerror', (error) => void faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  return { page, faults }
}

/** Drags a file from the desktop onto a place of the page, as the browser itself sees it. */
export async function drag(page: Page, file: string, onto: string): Promise<void> {
  const place = page.locator(onto)
  await place.scrollIntoViewIfNeeded()
  const { x, y, width, height } = (await place.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  const devtools = await page.context().newCDPSession(page)
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: x + width / 2, y: y + height / 2, data: { items: [], files: [file], dragOperationsMask: 1 } })
}
