import type { Command } from 'commander'
import { readCode } from '../../ledger/code.ts'
import { Hash, type Hex } from '../../ledger/hex.ts'
import { openMasterKey } from '../../vault/keys.ts'
import { openVault, type Vault } from '../../vault/vault.ts'
import { readHandOuts, type HandOut } from '../handOuts.ts'
import { readOwnAnchor, type Context } from './context.ts'
import { CannotRun, Refused } from './refused.ts'
import type { Run } from './run.ts'

type Options = { code?: string; paper?: string; name?: string; yes?: boolean }

const HELP = `
restrict 立即限制：除保存外不再使用，页面显示“已依法限制”。 At once nobody sees the private fields any more; they are only kept.
destroy  保存期满后删除：内容、盐和密钥一并销毁，页面显示“已依法删除”。 When the archive's time is over they are gone for ever.
两者都不影响金额、时间与任何证明。 Sums and proofs hold all the same.`

/** `forget restrict|destroy`: a person's private fields. */
export function addForget(program: Command, run: Run): void {
  const forget = program.command('forget').description('依法限制或删除个人信息 / restrict or destroy personal data')
  forget.addHelpText('after', HELP)
  for (const act of ['restrict', 'destroy'] as const)
    forget
      .command(act)
      .description(act === 'restrict' ? '限制 / restrict' : '删除 / destroy')
      .option('--code <code>', '按查询码 / the gift with this code')
      .option('--paper <hash>', '按凭证 / the paper with this hash')
      .option('--name <text>', '按姓名：捐赠人、收款方、人员、银行流水的对方 / every paper with exactly this name')
      .option('--yes', '确认执行；否则只列出 / do it; without it they are only listed')
      .action(run((context, options: Options) => erase(context, act, options)))
}

async function erase({ places, output }: Context, act: 'restrict' | 'destroy', options: Options): Promise<void> {
  readOwnAnchor(places)
  const vault = openVault({ folder: places.vault, masterKey: openMasterKey(places.masterKey, places.vault) })
  try {
    const papers = papersOf(vault, options)
    if (options.yes) vault[act](papers)
    const done = act === 'restrict' ? '已限制 / restricted' : '已删除 / destroyed'
    const { length } = papers
    const gone = handOutsOf(readHandOuts(places.handOuts))
    const asked = `将处理 ${length} 份凭证；加 --yes 执行。 / ${length} papers; add --yes to do it.`
    output.tell({ act, done: options.yes === true, papers, handedOut: gone.handOuts }, [
      ...papers, options.yes ? `${done}: ${length}` : asked, ...gone.lines,
    ])
  } finally {
    vault.close()
  }
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
  if (paper !== undefined) return [vault.paperOf(Hash(paper))?.hash ?? nothing()]
  const found = ['donor', 'payee', 'name', 'counterparty'].flatMap((field) => vault.papersWith(field, name ?? ''))
  return found.length > 0 ? found : nothing()
}

function nothing(): never {
  throw new Refused('NOTHING_FOUND', { zh: '凭证库里没有找到。', en: 'The vault has nothing of the kind.' })
}
