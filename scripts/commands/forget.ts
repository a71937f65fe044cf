import type { Command } from 'commander'
import type { Act } from '../../ledger/acts.ts'
import { readCode } from '../../ledger/code.ts'
import type { Hex } from '../../ledger/hex.ts'
import { ERASURES, type Erasure } from '../../ledger/words.ts'
import { openMasterKey } from '../../vault/keys.ts'
import { openVault, type Vault } from '../../vault/vault.ts'
import { readHandOuts, type HandOut } from '../handOuts.ts'
import { hash } from './arguments.ts'
import { readOwnAnchor, type Context } from './context.ts'
import { mirroredBooks } from './mirrored.ts'
import { CannotRun, Refused } from './refused.ts'
import type { Run } from './run.ts'
import { perform, rehearse } from './send.ts'

type Step = 'restrict' | 'destroy'
type Options = { code?: string; paper?: Hex; name?: string; yes?: boolean }

const ERASURE: Record<Step, Erasure> = { restrict: 'Restricted', destroy: 'Destroyed' }

/** So many papers the contract takes at once. */
const MAX_BATCH = 500

const HELP = `
restrict 立即限制：除保存外不再使用，页面显示“已依法限制”。 At once nobody sees the private fields any more; they are only kept.
destroy  保存期满后删除：内容、盐和密钥一并销毁，页面显示“已依法删除”。 When the archive's time is over they are gone for ever.
两者都由人事登记员签名，以凭证编号记在账本上；不影响金额、时间与任何证明。
The registrar signs for both, and the book names papers only. Sums and proofs hold all the same.`

/** `forget restrict|destroy`: a person's private fields. */
export function addForget(program: Command, run: Run): void {
  const forget = program.command('forget').description('依法限制或删除个人信息（人事登记员） / restrict or destroy personal data')
  forget.addHelpText('after', HELP)
  for (const step of ['restrict', 'destroy'] as const)
    forget
      .command(step)
      .description(step === 'restrict' ? '限制 / restrict' : '删除 / destroy')
      .option('--code <code>', '按查询码 / the gift with this code')
      .option('--paper <hash>', '按凭证 / the paper with this hash', hash)
      .option('--name <text>', '按姓名：捐赠人、收款方、人员、银行流水的对方 / every paper with exactly this name')
      .option('--yes', '确认执行；否则只列出 / do it; without it they are only listed')
      .action(run((context, options: Options) => (options.yes ? erase(context, step, options) : list(context, step, options))))
}

/** Tells which papers it would be. Needs the vault alone. */
async function list(context: Context, act: Step, options: Options): Promise<void> {
  const { places } = context
  readOwnAnchor(places)
  const vault = openVault({ folder: places.vault, masterKey: openMasterKey(places.masterKey, places.vault) })
  try {
    const papers = papersOf(vault, options)
    tell(context, { act, done: false, papers }, `将处理 ${papers.length} 份凭证；加 --yes 执行。 / ${papers.length} papers; add --yes to do it.`)
  } finally {
    vault.close()
  }
}

/**
 * Erases in the vault, then in the book. What is cut off between the two is finished when it runs again.
 *
 * @throws {Refused} before anything is erased, when the key has no power to or the law still wants something kept.
 */
async function erase(context: Context, act: Step, options: Options): Promise<void> {
  const office = await context.office()
  const papers = papersOf(office.vault, options)
  const wallet = await context.signer('REGISTRAR')
  const books = await mirroredBooks(office)
  const head = books.head()?.block ?? 0
  const isLess = (paper: Hex) => ERASURES.indexOf(books.erasureOf(paper, head)) < ERASURES.indexOf(ERASURE[act])
  const acts = batchesOf(papers.filter(isLess)).map((batch): Act =>
    ({ contract: 'audit', name: 'recordErasures', args: [ERASURES.indexOf(ERASURE[act]), batch] }))

  for (const one of acts) await rehearse(office.desk, wallet, one)
  office.vault[act](papers)
  for (const one of acts) await perform(office.desk, wallet, one)
  tell(context, { act, done: true, papers }, `${act === 'restrict' ? '已限制 / restricted' : '已删除 / destroyed'}: ${papers.length}`)
}

function batchesOf(papers: readonly Hex[]): Hex[][] {
  return Array.from({ length: Math.ceil(papers.length / MAX_BATCH) }, (_, at) => papers.slice(at * MAX_BATCH, (at + 1) * MAX_BATCH))
}

function tell({ output, places }: Context, facts: { act: Step; done: boolean; papers: readonly Hex[] }, last: string): void {
  const gone = handOutsOf(readHandOuts(places.handOuts))
  output.tell({ ...facts, handedOut: gone.handOuts }, [...facts.papers, last, ...gone.lines])
}

/** What left the house with personal data in it: this command cannot reach it, so a person must. */
function handOutsOf(handOuts: readonly HandOut[]): { handOuts: readonly HandOut[]; lines: string[] } {
  if (handOuts.length === 0) return { handOuts, lines: [] }
  return {
    handOuts,
    lines: [
      '以下账册已连同个人信息交出，不能收回，请逐一通知对方删除：',
      'These bundles left with personal data in them and cannot be called back; tell each holder to delete it:',
      ...handOuts.map(({ at, to, file, block }) => `  ${at.slice(0, 10)} ${to} ${file} (${block})`),
    ],
  }
}

function papersOf(vault: Vault, { code, paper, name }: Options): Hex[] {
  if ([code, paper, name].filter((given) => given !== undefined).length !== 1)
    throw new CannotRun('CHOOSE_ONE', {
      zh: '请给出 --code、--paper、--name 之一。', en: 'Give one of --code, --paper, --name.',
    })
  if (code !== undefined) return [vault.giftOf(readCode(code))?.paper ?? nothing()]
  if (paper !== undefined) return [vault.paperOf(paper)?.hash ?? nothing()]
  const found = ['donor', 'payee', 'name', 'counterparty'].flatMap((field) => vault.papersWith(field, name ?? ''))
  return found.length > 0 ? [...new Set(found)] : nothing()
}

function nothing(): never {
  throw new Refused('NOTHING_FOUND', { zh: '凭证库里没有找到。', en: 'The vault has nothing of the kind.' })
}
