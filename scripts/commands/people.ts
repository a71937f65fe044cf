import type { Command } from 'commander'
import { keyDraft, personDraft } from '../../ledger/drafts.ts'
import type { Hex } from '../../ledger/hex.ts'
import { ROLE_WORDS, ROLES, type Role } from '../../ledger/words.ts'
import { readMatrix, roleId } from '../found.ts'
import { address, count, filled, role, wordsOf } from './arguments.ts'
import type { Context } from './context.ts'
import { eventOf, fileAct } from './filed.ts'
import type { Run } from './run.ts'
import { perform } from './send.ts'

type Person = { office: string; name?: string; voucher?: string }

const PUBLIC = `
公开 / public:    人员编号、密钥地址、职务、由谁担保  number, key, office, who vouches
不公开 / private: 姓名  the name

新密钥没有任何权限，须由理事会任命；任命在公示期之后生效（见权责清单）。
A new key may do nothing until the council appoints it; an appointment takes effect after its delay.`

/** `people enrol|add-key|retire|appoint|dismiss`. */
export function addPeople(program: Command, run: Run): void {
  const people = program.command('people').description('人员、密钥与岗位 / persons, their keys and roles')
  people.addHelpText('after', PUBLIC)
  people
    .command('enrol')
    .argument('<address>', '', address)
    .description('登记人员及其第一个密钥（人事登记员） / enrol a person with a first key')
    .requiredOption('--office <text>', '职务（公开） / the office, public', filled)
    .option('--name <text>', '姓名（不公开） / the name, private')
    .option('--voucher <text>', '担保方（公开），写机构，不写人名 / who vouches, public: a body, not a person', filled)
    .action(run(enrol))
  people
    .command('add-key')
    .argument('<person>', '', count)
    .argument('<address>', '', address)
    .description('为人员增加密钥（人事登记员） / give a person another key')
    .action(run(addKey))
  people
    .command('retire')
    .argument('<address>', '', address)
    .description('停用密钥（人事登记员） / retire a key for ever')
    .action(run(retire))
  people
    .command('appoint')
    .argument('<role>', '', role)
    .argument('<address>', '', address)
    .description(`任命（理事会） / appoint: ${wordsOf(ROLES)}`)
    .action(run(appoint))
  people
    .command('dismiss')
    .argument('<role>', '', role)
    .argument('<address>', '', address)
    .description('免去（理事会），立即生效 / take a role away, at once')
    .action(run(dismiss))
}

async function enrol(context: Context, key: Hex, { office, name = '', voucher = '' }: Person): Promise<void> {
  const filed = await fileAct(await context.office(), await context.signer('REGISTRAR'), {
    draft: personDraft({ office, voucher }, name), on: context.today(),
    act: (paper) => ({ contract: 'people', name: 'enrol', args: [key, paper] }),
  })
  const { person } = eventOf(filed, 'PersonEnrolled')
  context.output.tell({ person, key, paper: filed.paper, transaction: filed.transaction }, [
    `第 ${person} 号人员（${office}）已登记，密钥 ${key}。 / Person ${person} is enrolled.`,
  ])
}

async function addKey(context: Context, person: number, key: Hex): Promise<void> {
  const { paper, transaction } = await fileAct(await context.office(), await context.signer('REGISTRAR'), {
    draft: keyDraft('added', context.today()), on: context.today(),
    act: (paper) => ({ contract: 'people', name: 'addKey', args: [person, key, paper] }),
  })
  context.output.tell({ person, key, paper, transaction }, [`第 ${person} 号人员增加密钥 ${key}。 / The key is added.`])
}

async function retire(context: Context, key: Hex): Promise<void> {
  const { paper, transaction } = await fileAct(await context.office(), await context.signer('REGISTRAR'), {
    draft: keyDraft('retired', context.today()), on: context.today(),
    act: (paper) => ({ contract: 'people', name: 'retireKey', args: [key, paper] }),
  })
  context.output.tell({ key, paper, transaction }, [`密钥 ${key} 已停用。 / The key is retired.`])
}

async function appoint(context: Context, name: Role, key: Hex): Promise<void> {
  const { desk } = await context.office()
  const act = { contract: 'charter', name: 'grantRole', args: [roleId(readMatrix(), name), key, 0] } as const
  const recorded = await perform(desk, await context.signer('COUNCIL'), act)
  const { since } = eventOf(recorded, 'RoleGranted')
  const from = new Date(Number(since) * 1000).toISOString()
  context.output.tell({ role: name, key, since: from, transaction: recorded.transaction }, [
    `任命 ${key} 为${ROLE_WORDS[name].zh}，自 ${from} 起生效。 / Appointed ${ROLE_WORDS[name].en}, in effect from ${from}.`,
  ])
}

async function dismiss(context: Context, name: Role, key: Hex): Promise<void> {
  const { desk } = await context.office()
  const act = { contract: 'charter', name: 'revokeRole', args: [roleId(readMatrix(), name), key] } as const
  const { transaction } = await perform(desk, await context.signer('COUNCIL'), act)
  const { zh, en } = ROLE_WORDS[name]
  context.output.tell({ role: name, key, transaction }, [`${key} 不再是${zh}。 / It is no longer ${en}.`])
}
