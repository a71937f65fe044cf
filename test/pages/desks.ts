import { encryptKeystoreJson } from 'ethers'
import type { FastifyInstance } from 'fastify'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Role } from '../../ledger/words.ts'
import { GENEROUS, serveWorld } from '../api/served.ts'
import { openWorld, type World } from '../api/world.ts'
import { launch, newPage } from './browser.ts'

export const PASSPHRASE = '明月几时有把酒问青天'

/** A book with its desk on a port of its own, a browser, and the key files of everybody. */
export type DeskWorld = World & {
  url: string
  app: FastifyInstance
  log: () => string
  browser: Browser
  keystoreOf(role: Role): Promise<{ name: string; mimeType: string; buffer: Buffer }>
  /** A page in a fresh browser whose person has signed in, at a place of the desk. */
  sitDown(role: Role, options?: BrowserContextOptions, path?: string): Promise<{ page: Page; faults: string[] }>
  leave(): Promise<void>
}

/** Opens it. The mirror follows by itself. */
export async function openDeskWorld(port: number): Promise<DeskWorld> {
  const world = await openWorld()
  const url = `http://localhost:${port}`
  const { app, log } = await serveWorld(world, { publicUrl: url, limits: GENEROUS })
  await app.listen({ port, host: '127.0.0.1' })
  const browser = await launch()
  world.follow()

  const keystores = new Map<Role, Promise<string>>()
  const keystoreOf = async (role: Role) => {
    const { address, privateKey } = world.wallets[role]
    // Few rounds: a test has no secrets, and a browser would take a second for each key.
    const json = keystores.get(role) ?? encryptKeystoreJson({ address, privateKey }, PASSPHRASE, { scrypt: { N: 2 } })
    keystores.set(role, json)
    return { name: `${role.toLowerCase()}.json`, mimeType: 'application/json', buffer: Buffer.from(await json) }
  }
  const sitDown = async (role: Role, options: BrowserContextOptions = {}, path = '/desk') => {
    const opened = await newPage(browser, options)
    await opened.page.goto(url + path)
    await signIn(opened.page, await keystoreOf(role))
    return opened
  }
  const leave = async () => {
    await browser.close()
    await app.close()
    await world.close()
  }
  return { ...world, url, app, log, browser, keystoreOf, sitDown, leave }
}

/** Waits until something is there. */
export async function seen(isThere: () => unknown): Promise<void> {
  while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 20))
}

type KeyFile = { name: string; mimeType: string; buffer: Buffer }

/** Gives the door a key file, and waits until it is read: another key has another field for its passphrase. */
export async function chooseKey(page: Page, keystore: KeyFile): Promise<void> {
  await page.setInputFiles('input[name=keystore]', keystore)
  await page.waitForSelector(`option:checked[value="0x${JSON.parse(String(keystore.buffer)).address}"]`, { state: 'attached' })
}

/** What somebody does at the door. */
export async function signIn(page: Page, keystore: KeyFile, passphrase = PASSPHRASE): Promise<void> {
  await chooseKey(page, keystore)
  await page.fill('input[name=passphrase]', passphrase)
  await page.click('button:has-text("登录")')
  await page.waitForSelector('.desk-bar')
}

/** Reads what would be signed, and signs it. */
export async function confirm(page: Page): Promise<string> {
  await page.waitForSelector('dialog.confirm[open] button[value=yes]:not([disabled])')
  const text = await page.innerText('dialog.confirm')
  await page.click('dialog.confirm button[value=yes]')
  await page.waitForSelector('dialog.confirm', { state: 'detached' })
  return text
}
