import { Command, CommanderError } from 'commander'
import { addAudit } from './commands/audit.ts'
import { addBackup } from './commands/backup.ts'
import { addBank } from './commands/bank.ts'
import { addBundle } from './commands/bundle.ts'
import { addComplaint } from './commands/complaint.ts'
import { addEvidence } from './commands/evidence.ts'
import { addForget } from './commands/forget.ts'
import { addFund } from './commands/fund.ts'
import { addHead } from './commands/head.ts'
import { addImport } from './commands/import.ts'
import { addKeys } from './commands/keys.ts'
import { addPay } from './commands/pay.ts'
import { addPeople } from './commands/people.ts'
import { addPeriod } from './commands/period.ts'
import { complain } from './commands/output.ts'
import { run } from './commands/run.ts'
import { addSample } from './commands/sample.ts'
import { addWitness } from './commands/witness.ts'

const program = new Command('npm run ledger --')
  .description('明账 Mingzhang：登记、拨付、追溯、核验 / record, pay, trace, verify')
  .option('--json', '以 JSON 回答 / answer in JSON')
  .option('--key <name|file>', '签名密钥，默认为办理此事的岗位的密钥 / the key that signs, by default the role\'s')
  .option('--passphrase-file <file>', '密钥口令所在文件（或环境变量 MZ_PASSPHRASE） / file with the key\'s passphrase')
  .addHelpText('after', '\n退出码 / exit codes: 0 完成 done · 1 被拒绝 refused · 2 用法有误或无法运行 usage, or cannot run · 130 被中断 stopped')

const GROUPS = [addKeys, addPeople, addFund, addImport, addPay, addBank, addPeriod, addAudit, addSample, addComplaint, addEvidence, addBundle, addWitness, addHead, addBackup, addForget]
for (const addCommands of GROUPS) addCommands(program, run)
throwUsageErrors(program)

// Whoever reads only the beginning (`| head`) has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

await program.parseAsync().catch((error: unknown) => {
  const isHelp = error instanceof CommanderError && /^commander\.(help|version)/.test(error.code)
  // A command without its subcommand: commander has written the help.
  if (isHelp) process.exitCode = error.exitCode === 0 ? 0 : 2
  else process.exitCode = complain(error, process.argv.includes('--json'))
})

function throwUsageErrors(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => {} })
  for (const below of command.commands) throwUsageErrors(below)
}
