import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect } from 'chai'
import { openAccountIn } from '../api/accounts.ts'
import { auditWorld } from '../api/audited.ts'
import type { Role } from '../../ledger/words.ts'
import { SCREENS, settled } from './browser.ts'
import { openDeskWorld, type DeskWorld } from './desks.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Result = { violations: { id: string; nodes: { html: string }[] }[] }

/** Who looks at what; every place is reached by its address, as somebody comes back to it. */
const PLACES: readonly (readonly [Role, readonly string[]])[] = [
  ['ACCOUNTANT', ['/desk', '/desk/receive', '/desk/pay', '/desk/pay/transfer', '/desk/reconcile/1', '/desk/entries', '/desk/inflows/1/1', '/desk/inflows/1/2', '/desk/payments/1/1', '/desk/print', '/desk/print/vouchers/2020-02', '/desk/print/certificate/1/1']],
  ['APPROVER', ['/desk/payments/1/4', '/desk/inflows/1/2']],
  ['RESPONDENT', ['/desk/complaints/2']],
  ['REGISTRAR', ['/desk/people']],
  ['STEWARD', ['/desk/funds']],
  ['AUDITOR', ['/desk/findings/1', '/desk/audit', '/desk/complaints']],
]

describe('every place of the desk', function () {
  this.timeout(240_000)
  let desk: DeskWorld
  before(async () => {
    desk = await openDeskWorld(18_872)
    await openAccountIn(desk)
    await auditWorld(desk)
  })
  after(() => desk.leave())

  for (const viewport of SCREENS.slice(0, 1))
    it(`has no fault that axe finds, by day and by night, on ${viewport.name}`, async () => {
      const found: string[] = []
      for (const [role, paths] of PLACES) {
        const { page } = await desk.sitDown(role, { viewport, bypassCSP: true })
        for (const path of paths) {
          await page.evaluate((to) => {
            history.pushState(null, '', to)
            dispatchEvent(new PopStateEvent('popstate'))
          }, path)
          await settled(page)
          for (const summary of await page.locator('main summary').all()) await summary.click()
          await page.evaluate(AXE)
          for (const colorScheme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme })
            const { violations } = await page.evaluate(async (rules) => {
              const { axe } = window as unknown as { axe: { run(options: object): Promise<Result> } }
              return await axe.run(rules ? { runOnly: rules } : {})
            }, colorScheme === 'dark' ? ['color-contrast'] : undefined)
            found.push(...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${role} ${path} ${colorScheme} ${id} ${html.slice(0, 120)}`)))
          }
          await page.emulateMedia({ colorScheme: 'light' })
          if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.push(`${path} is too wide`)
        }
        await page.context().close()
      }

      expect(found).to.deep.equal([])
    })
})
