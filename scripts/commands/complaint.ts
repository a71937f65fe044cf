import type { Command } from 'commander'
import type { Complaint } from '../../indexer/audit.ts'
import { isComplaintOverdue } from '../../ledger/deadlines.ts'
import { statementOf } from '../../ledger/auditDrafts.ts'
import type { Opened } from '../../ledger/papers.ts'
import { COMPLAINT_WORDS, type Role } from '../../ledger/words.ts'
import { count, filled } from './arguments.ts'
import { reply, tell } from './audit.ts'
import type { Context } from './context.ts'
import { mirroredBooks } from './mirrored.ts'
import type { Run } from './run.ts'

const HELP = `
答复公开且永久，不要写投诉人的姓名、电话，也不要照抄投诉内容。投诉内容只有接诉人和审计人员看得到。
Answers are public for ever: name nobody, and do not repeat what was said. What residents wrote is for the office only.`

/** `complaint list|answer|close|reopen`. */
export function addComplaint(program: Command, run: Run): void {
  const complaint = program.command('complaint').description('居民投诉 / residents\' complaints').addHelpText('after', HELP)
  complaint
    .command('list')
    .description('列出投诉及其内容 / complaints, and what they say')
    .option('--open', '只列待答复的 / only those that wait for an answer')
    .action(run(list))
  const step = (name: string, kind: 'complaint-answer' | 'complaint-closing' | 'complaint-review', act: string, who: Role, what: string, done: string) =>
    complaint
      .command(name)
      .argument('<number>', '', count)
      .description(what)
      .requiredOption('--text <text>', '正文（公开） / the text, public', filled)
      .action(run(async (context, number: number, { text }: { text: string }) => {
        const filed = await reply(context, { office: await context.office(), wallet: await context.signer(who), kind, number, text, act })
        tell(context, filed, { number }, [`第 ${number} 号投诉${done}`])
      }))
  step('answer', 'complaint-answer', 'answerComplaint', 'RESPONDENT', '答复（接诉人） / answer', '已答复。 / is answered.')
  step('close', 'complaint-closing', 'closeComplaint', 'RESPONDENT', '办结已答复的投诉（接诉人） / close an answered one', '已办结。 / is closed.')
  step('reopen', 'complaint-review', 'reopenComplaintAsAuditor', 'AUDITOR', '责成重开（审计人员） / reopen, for whoever lost the ticket', '已重开。 / is open again.')
}

async function list(context: Context, { open = false }: { open?: boolean }): Promise<void> {
  const { vault, ...office } = await context.office()
  const books = await mirroredBooks(office)
  const now = Date.now() / 1000
  const complaints = all((after) => books.complaints({ after, limit: 100 })).filter(({ state }) => !open || state === 'Filed').map((complaint) => {
    const asked = complaint.steps.filter(({ step }) => step === 'Filed' || step === 'Reopened')
    const said = asked.map(({ paper }) => {
      const kept = vault.paperOf(paper)
      // What an auditor reopened one with is public; what residents write is not.
      const statement = statementOf(kept?.paper)
      return { state: kept?.state ?? ('absent' as const), ...(statement !== undefined && { text: statement }), ...saidOf(vault.fieldsOf(paper)) }
    })
    return { ...complaint, overdue: isComplaintOverdue(complaint.state, asked.at(-1)?.at ?? 0, now), said }
  })
  context.output.tell({ complaints }, complaints.length === 0 ? ['没有投诉。 / No complaints.'] : complaints.flatMap(({ number, fund, outflow, state, overdue, said }) => [
    `${number}  ${COMPLAINT_WORDS[state].zh}${overdue ? '（逾期！overdue）' : ''}  ${concernOf(fund, outflow)}`,
    ...said.map(({ state, text, name, phone }) => `   ${[text ?? WITHOUT_TEXT[state], name, phone].filter(Boolean).join('  ')}`),
  ]))
}

const WITHOUT_TEXT = {
  absent: '（内容尚未送达 / its text has not arrived）', kept: '', restricted: '（已依法限制 / restricted）', destroyed: '（已依法删除 / destroyed）',
}

function saidOf(opened: Opened = {}): { readonly [Field in 'text' | 'name' | 'phone']?: string } {
  return Object.fromEntries(Object.entries(opened).map(([field, { value }]) => [field, value]))
}

function concernOf(fund: number, outflow: number): string {
  if (fund === 0) return '社区 / the community'
  return outflow === 0 ? `基金 ${fund} / fund ${fund}` : `基金 ${fund} 第 ${outflow} 笔支出 / ${fund}/${outflow}`
}

function all(page: (after: number) => Complaint[]): Complaint[] {
  const found: Complaint[] = []
  for (let next = page(0); next.length > 0; next = page(next.at(-1)?.number ?? 0)) found.push(...next)
  return found
}
