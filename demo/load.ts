import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChainClient } from '../chain/client.ts'
import type { Reader } from '../indexer/read.ts'
import { readDonations } from '../intake/donations.ts'
import { readTable } from '../intake/table.ts'
import type { Anchor } from '../ledger/anchor.ts'
import { dayAt } from '../ledger/day.ts'
import { demonstrationOf, fundDraft } from '../ledger/drafts.ts'
import { Fen, parseYuan } from '../ledger/fen.ts'
import { STATES } from '../ledger/words.ts'
import type { Places } from '../scripts/book.ts'
import { eventOf, fileAct } from '../scripts/commands/filed.ts'
import { openKey } from '../scripts/commands/keystore.ts'
import { agree, decline, execute, inflowAt, outflowAt, propose, proposeRefund, recordReturn, voidInflow, type Clerk } from '../scripts/commands/outflows.ts'
import { linksOf, recordGifts } from '../scripts/commands/record.ts'
import { sendToChain } from '../scripts/commands/send.ts'
import type { Vault } from '../vault/vault.ts'
import { PLAN, type Planned, type PlannedFund, type Step } from './plan.ts'

export type Loading = {
  places: Places
  client: ChainClient
  anchor: Anchor
  vault: Vault
  /** A mirror that is being followed meanwhile. */
  reader: Reader
  onProgress?: (progress: { what: string; done: number; total: number }) => void
}

/** What `demo.json` says of a loaded demonstration: one modest donor's link, for visitors to begin with. */
export type Demo = { fund: number; inflow: number; code: string; key: string }

/** The gift of ¥100.00 in row 58 of the list of fund 1, which goes into two payments. */
const SHOWN = { fund: 1, row: 58 }

/**
 * Fills a founded book with the demonstration, as its people would by hand: real lists, invented payments. Every step looks
 * first whether it is done, so a start that was killed in the middle is completed by the next, and nothing is doubled.
 */
export async function loadDemo(loading: Loading): Promise<Demo> {
  const loaded = readDemo(loading.places)
  if (loaded) return loaded
  const people = await openPeople(loading.places)
  writeReadme(loading.places)
  const links: Demo[] = []

  for (const [index, planned] of PLAN.entries()) {
    const fund = index + 1
    await openFund(loading, people, fund, planned)
    links.push(...(await importList(loading, people, fund, planned)))
  }
  for (const [index, { outflows, title }] of PLAN.entries()) {
    for (const [at, planned] of outflows.entries()) {
      loading.onProgress?.({ what: title, done: at, total: outflows.length })
      await playOutflow(loading, people, { fund: index + 1, number: at + 1 }, planned)
    }
  }

  const [shown] = links
  if (!shown) throw new RangeError(`the demonstration's list has no gift in row ${SHOWN.row}`)
  writeSafely(loading.places.demo, `${JSON.stringify(shown, null, 2)}\n`)
  return shown
}

/** The demonstration's link, once it is loaded. */
export function readDemo({ demo }: Places): Demo | undefined {
  return existsSync(demo) ? (JSON.parse(readFileSync(demo, 'utf8')) as Demo) : undefined
}

type People = Awaited<ReturnType<typeof openPeople>>

async function openPeople({ keys }: Places) {
  const open = async (name: string) => await openKey(keys, name, { ask: async () => undefined })
  return {
    steward: await open('steward'), accountant: await open('accountant'), approver: await open('approver'),
    cashier: await open('cashier'), accepter: await open('accepter'),
  }
}

async function openFund(loading: Loading, { steward }: People, number: number, planned: PlannedFund): Promise<void> {
  await mirrored(loading)
  if (loading.reader.fund(number)) return
  const { title, titleEn, purpose, purposeEn } = planned
  const draft = demonstrationOf(fundDraft({ title, titleEn, purpose, purposeEn }))
  const terms = (paper: string) => [1, true, 0n, parseYuan('1000000'), paper]
  const filed = await fileAct(officeOf(loading), steward, {
    draft, on: dayAt(Date.now() / 1000), act: (paper) => ({ contract: 'ledger', name: 'openFund', args: [terms(paper)] }),
  })
  if (eventOf(filed, 'FundOpened').fund !== number) throw new RangeError(`the demonstration's fund ${number} is another one`)
  await mirrored(loading)
}

async function importList(loading: Loading, { accountant }: People, fund: number, { list, title }: PlannedFund): Promise<Demo[]> {
  const { vault, reader, onProgress } = loading
  const bytes = readFileSync(join(import.meta.dirname, 'data', list))
  const { rows } = readDonations(readTable(bytes, list))
  await recordGifts({
    desk: officeOf(loading).desk, books: reader, vault, wallet: accountant, fund, source: 'Donation', gifts: rows,
    onProgress: (progress) => onProgress?.({ what: title, ...progress }),
  })
  await mirrored(loading)
  if (fund !== SHOWN.fund) return []
  const shown = rows.filter(({ row }) => row === SHOWN.row)
  return linksOf(vault, fund, shown).map(({ code, key }) => ({ fund, inflow: SHOWN.row - 1, code, key }))
}

async function playOutflow(loading: Loading, people: People, at: { fund: number; number: number }, planned: Planned): Promise<void> {
  const clerk = (wallet: People['accountant'], today = planned.on): Clerk =>
    ({ office: officeOf(loading), wallet, today, mark: demonstrationOf })
  await mirrored(loading)
  if (!loading.reader.outflow(at.fund, at.number)) {
    const filed = await begin(clerk(planned.kind === 'Void' ? people.approver : people.accountant), at.fund, planned)
    const { outflow } = filed
    if (outflow !== at.number) throw new RangeError(`the demonstration's outflow ${at.fund}/${at.number} became ${outflow}`)
    await mirrored(loading)
  }
  let paid = 0n
  let returned = 0n
  for (const step of planned.steps) {
    const { state, amount, paid: paidSoFar } = await outflowAt(officeOf(loading), at)
    const before = { state: STATES.indexOf(state), paid: paidSoFar, returned: loading.reader.outflow(at.fund, at.number)?.returned ?? 0n }
    if (step.step === 'execute') paid += step.amount ?? amount
    if (step.step === 'return') returned += step.amount
    if (isDone(step, before, paid, returned)) continue
    await play(step, at, Fen(amount - paidSoFar), people, (wallet) => clerk(wallet, step.on))
    await mirrored(loading)
  }
}

async function begin(clerk: Clerk, fund: number, planned: Planned): Promise<{ outflow: number }> {
  const { kind, title, titleEn, category, categoryEn, payee, inflow = 0, to } = planned
  const amount = planned.amount ?? inflowAt(clerk.office.books, { fund, number: inflow }).amount
  const proposal = { fund, amount, title, titleEn, category, categoryEn, ...(payee && { payee }) }
  if (kind === 'Void')
    return eventOf(await voidInflow(clerk, { fund, number: inflow }, { amount, reason: 'Duplicate', on: planned.on, title }), 'InflowVoided')
  const filed = kind === 'Refund' ? await proposeRefund(clerk, inflow, proposal) : await propose(clerk, { ...proposal, ...(to && { to }) })
  return eventOf(filed, 'PaymentProposed')
}

/** Whether a step was played before this start. `paid` and `returned` are what stands after it. */
function isDone({ step }: Step, before: { state: number; paid: bigint; returned: bigint }, paid: bigint, returned: bigint): boolean {
  switch (step) {
    case 'approve': return before.state >= STATES.indexOf('Approved')
    case 'execute': return before.paid >= paid
    case 'accept': return before.state >= STATES.indexOf('Accepted')
    case 'reject': return before.state === STATES.indexOf('Rejected')
    case 'cancel': return before.state === STATES.indexOf('Cancelled')
    case 'return': return before.returned >= returned
  }
}

async function play(
  step: Step, at: { fund: number; number: number }, unpaid: Fen, people: People, clerk: (wallet: People['accountant']) => Clerk,
): Promise<void> {
  const reference = `示范 ${at.fund}/${at.number}`
  switch (step.step) {
    case 'approve': return void (await agree(clerk(people.approver), 'approval', at))
    case 'accept': return void (await agree(clerk(people.accepter), 'acceptance', at))
    case 'reject': return void (await decline(clerk(people.approver), 'rejection', at, step))
    case 'cancel': return void (await decline(clerk(people.accountant), 'cancellation', at, step))
    case 'return': return void (await recordReturn(clerk(people.accountant), at, { ...step, reference }))
    case 'execute': {
      const { amount = unpaid, on, last = false } = step
      return void (await execute(clerk(people.cashier), at, { amount, on, last, reference }))
    }
  }
}

function officeOf({ client, anchor, vault, reader }: Loading) {
  return { desk: { client, anchor, send: sendToChain(client) }, vault, books: reader }
}

/** Waits until the mirror has what the chain has. */
async function mirrored({ client, reader }: Loading): Promise<void> {
  const head = Number(await client.request('eth_blockNumber'))
  for (const end = Date.now() + 30_000; (reader.head()?.block ?? -1) < head; ) {
    if (Date.now() > end) throw new Error(`the mirror does not reach block ${head}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

function writeReadme({ keys, passphrase }: Places): void {
  const text = `示范密钥 / keys of the demonstration

本文件夹里的密钥属于虚构的示范人员,口令写在 passphrase.txt。任何真实的账本都不要使用它们。
The people of these keys are invented; the passphrase of all of them stands in passphrase.txt (${passphrase}).
Never use them for a real book.

steward 基金管理人  accountant 会计  approver 审批人  cashier 出纳  accepter 验收人  registrar 人事登记员  council 理事会
`
  writeSafely(join(keys, 'README.txt'), text)
}

function writeSafely(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}
