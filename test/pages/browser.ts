import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'

/** A phone and a desktop, as people have them. */
export const SCREENS = [{ name: 'a phone', width: 390, height: 844 }, { name: 'a desktop', width: 1280, height: 800 }] as const

/** Debian's chromium. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}

/** A page in a fresh browser profile, and what went wrong in it. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport: SCREENS[0], ...options })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => void faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  return { page, faults }
}
