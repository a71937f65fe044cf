import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChainClient } from '../chain/client.ts'
import type { Reader } from '../indexer/read.ts'
import { readDonations } from '../intake/donations.ts'
import { readTable } from '../intake/table.ts'
import type { Anchor } from '../ledger/anchor.ts'
import { dayAt } from '../ledger/day.ts'
import { demonstrationOf, fundDraft } from '../ledger/drafts.ts'
import { parseYuan } from '../ledger/fen.ts'
import type { Act } from '../ledger/acts.ts'
import type { Places } from '../scripts/book.ts'
import { eventOf, fileAct } from '../scripts/commands/filed.ts'
import { openKey } from '../scripts/commands/keystore.ts'
import { knownOf, linksOf, recordGifts } from '../scripts/commands/record.ts'
import { sendToChain } from '../scripts/commands/send.ts'
import type { Vault } from '../vault/vault.ts'
import { keepAccount } from './account.ts'
import { PLAN, type PlannedFund } from './plan.ts'
import { playOutflow, type People, type Stage } from './play.ts'

export type Loading = {
  places: Places
  client: ChainClient
  anchor: Anchor
  vault: Vault
  /** Of a mirror that is followed meanwhile. */
  reader: Reader
  onProgress?: (progress: { what: string; done: number; total: number }) => void
}

/** What `demo.json` says of a loaded demonstration: one modest donor's link, for visitors to begin with. */
export type Demo = { fund: number; inflow: number; code: string; key: string }

/** The gift of ¥100.00 whose link is shown: it goes into two payments. */
const SHOWN = { fund: 1, row: 58 }

/**
 * Fills a founded book with the demonstration, as its people would by hand: real lists, invented payments. Every step
 * looks first whether it is done, so the next start completes what a killed one began, and nothing is doubled.
 */
export async function loadDemo(loading: Loading): Promise<Demo> {
  const loaded = readDemo(loading.places)
  if (loaded) return loaded
  writeReadme(loading.places)
  const stage = await openStage(loading)

  let shown: Demo | undefined
  for (const [index, planned] of PLAN.entries()) {
    await openFund(loading, stage, index + 1, planned)
    const link = await importList(loading, stage, index + 1, planned)
    if (link) shown = link
  }
  for (const [index, { outflows, title }] of PLAN.entries()) {
    for (const [at, planned] of outflows.entries()) {
      loading.onProgress?.({ what: title.zh, done: at, total: outflows.length })
      await playOutflow(stage, { fund: index + 1, number: at + 1 }, planned)
    }
  }
  await keepAccount(stage)

  if (!shown) throw new RangeError(`the demonstration's list has no gift in row ${SHOWN.row}`)
  writeSafely(loading.places.demo, `${JSON.stringify(shown, null, 2)}\n`)
  return shown
}

/** The demonstration's link, once it is loaded. */
export function readDemo({ demo }: Places): Demo | undefined {
  return existsSync(demo) ? (JSON.parse(readFileSync(demo, 'utf8')) as Demo) : undefined
}

async function openStage(loading: Loading): Promise<Stage> {
  const { client, anchor, vault, reader, places } = loading
  const desk = { client, anchor, send: sendToChain(client) }
  const open = (name: keyof People) => openKey(places.keys, name, { ask: async () => undefined })
  const people = {
    steward: await open('steward'), accountant: await open('accountant'), approver: await open('approver'),
    cashier: await open('cashier'), accepter: await open('accepter'),
  }
  return { office: { desk, vault, books: reader }, people, mirrored: () => mirrored(loading) }
}

async function openFund({ reader }: Loading, stage: Stage, number: number, planned: PlannedFund): Promise<void> {
  await stage.mirrored()
  if (reader.fund(number)) return

  const { title, purpose } = planned
  const draft = fundDraft({ title: title.zh, titleEn: title.en, purpose: purpose.zh, purposeEn: purpose.en })
  const filed = await fileAct(stage.office, stage.people.steward, {
    draft: demonstrationOf(draft),
    on: dayAt(Date.now() / 1000),
    act: (paper): Act => ({ contract: 'ledger', name: 'openFund', args: [[1, true, 0n, parseYuan('50000000'), paper]] }),
  })
  const { fund } = eventOf(filed, 'FundOpened')
  if (fund !== number) throw new RangeError(`the demonstration's fund ${number} became ${fund}`)
  await stage.mirrored()
}

/** Imports a fund's list; gives the link of the shown gift when it is in it. */
async function importList(
  loading: Loading, stage: Stage, fund: number, planned: PlannedFund,
): Promise<Demo | undefined> {
  const { list, title } = planned
  const { office, people } = stage
  const { rows: gifts } = readDonations(readTable(readFileSync(join(import.meta.dirname, 'data', list)), list))
  await recordGifts({
    ...office, wallet: people.accountant, fund, source: 'Donation', gifts,
    onProgress: (progress) => loading.onProgress?.({ what: title.zh, ...progress }),
  })
  await stage.mirrored()

  const shown = gifts.filter(({ row }) => fund === SHOWN.fund && row === SHOWN.row)
  const [inflow] = knownOf(office.books, office.vault, shown)
  const [link] = linksOf(office.vault, fund, shown)
  return inflow && link ? { fund, inflow: inflow.number, code: link.code, key: link.key } : undefined
}

/** Waits until the mirror has what the chain has. */
async function mirrored({ client, reader }: Loading): Promise<void> {
  const head = Number(await client.request('eth_blockNumber'))
  for (const end = Date.now() + 30_000; (reader.head()?.block ?? -1) < head; ) {
    if (Date.now() > end) throw new Error(`the mirror does not reach block ${head}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function writeReadme({ keys }: Places): void {
  const text = `示范密钥 / keys of the demonstration

本文件夹里的密钥属于虚构的示范人员，口令写在 passphrase.txt。任何真实的账本都不要使用它们。
The people of these keys are invented; one passphrase opens all of them: passphrase.txt.
Never use them for a real book.

council 理事会  registrar 人事登记员  steward 基金管理人  accountant 会计  approver 审批人  cashier 出纳  accepter 验收人  auditor 审计人员  respondent 接诉人
`
  writeSafely(join(keys, 'README.txt'), text)
}

function writeSafely(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}
