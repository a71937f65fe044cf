import { useEffect, useState } from 'preact/hooks'
import { formatProblem } from '../../../../intake/problem.ts'
import type { StatementMapping } from '../../../../intake/statements/mapping.ts'
import type { Statement } from '../../../../intake/statements/statement.ts'
import { useDesk } from './desk.ts'
import { DropArea } from './dropArea.tsx'
import { language, say, word } from './language.ts'
import { Choice, Doing, Fault, isoOf, Opening, UNCHOSEN, yuan } from './pieces.tsx'
import { prepareLines } from './reconcileActs.ts'
import { keptMapping, Mapping } from './reconcileMapping.tsx'
import type { Compared, FileRead } from './reconcileReading.ts'
import { get, post, SentenceOnly } from './server.ts'

type Brought = { readonly name: string; readonly bytes: Uint8Array; readonly mapping?: StatementMapping; readonly sheet?: string; readonly read: FileRead }

const SHOWN = 50
const SHOWN_LINES = 20

/** Brings a statement of the bank: it is read and compared in this browser, and shown before anything is signed. */
export function Import({ account, isFirst }: { account: number; isFirst: boolean }) {
  const [brought, setBrought] = useState<Brought>()
  const [done, setDone] = useState('')
  const read = async (given: Omit<Brought, 'read'>): Promise<void> => {
    const { readFile } = await import('./reconcileReading.ts')
    const first = readFile(given)
    // A bank that was mapped once is read so from then on.
    const kept = 'refusal' in first && first.refusal.code === 'HEADINGS_MISSING' && !given.mapping ? keptMapping(account) : undefined
    const again = kept && readFile({ ...given, mapping: kept })
    setBrought(again && 'statement' in again ? { ...given, mapping: kept, read: again } : { ...given, read: first })
  }
  const [error, setError] = useState<unknown>()
  const open = (file: File): void => {
    setDone('')
    setError(undefined)
    file.arrayBuffer().then(async (buffer) => await read({ name: file.name, bytes: new Uint8Array(buffer) })).catch(setError)
  }
  return (
    <details class="sheet" open={isFirst || brought !== undefined || done !== ''}>
      <summary>{say('导入银行流水', 'Import a statement')}</summary>
      <div class="stack">
        <DropArea label={say('把流水文件拖到这里，或点此选择', 'Drop a statement here, or choose one')} name="file" accept=".csv,.txt,.xls,.xlsx" onFiles={([file]) => open(file)}
          hint={say('微信支付、支付宝、工商银行、中国银行、农业银行导出的 csv 或 xlsx；其他银行可指认各列。文件只在本机读取。', 'As exported by WeChat Pay, Alipay, ICBC, BOC or ABC; any other bank’s by naming its columns. The file is read on this device.')} />
        <Fault error={error} />
        {done !== '' && <p role="status">{done}</p>}
        {brought && <BroughtFile key={`${brought.name} ${brought.sheet ?? ''}`} account={account} brought={brought} onRead={(more) => read({ ...brought, ...more }).catch(setError)}
          onDone={(sentence) => { setBrought(undefined); setDone(sentence) }} />}
      </div>
    </details>
  )
}

type BroughtGiven = { account: number; brought: Brought; onRead: (more: { mapping?: StatementMapping; sheet?: string }) => void; onDone: (sentence: string) => void }

function BroughtFile({ account, brought, onRead, onDone }: BroughtGiven) {
  const { read } = brought
  if ('statement' in read) return <Preview account={account} brought={brought} statement={read.statement} onDone={onDone} />
  const { refusal: { code, words }, sheets, rows } = read
  if (code === 'SHEETS_ALIKE')
    return (
      <Choice label={say('有几个工作表都像流水，请选一个', 'Several sheets look like statements; choose one')} name="sheet" value="" onInput={(sheet) => onRead({ sheet })}
        options={[UNCHOSEN, ...sheets.map((sheet) => [sheet, { zh: sheet, en: sheet }] as const)]} />
    )
  if (code === 'HEADINGS_MISSING' && rows.length > 0) return <Mapping account={account} rows={rows} onMapped={(mapping) => onRead({ mapping })} />
  return <p class="overdue" role="alert">{word(words)}</p>
}

type PreviewGiven = { account: number; brought: Brought; statement: Statement; onDone: (sentence: string) => void }

/** What a statement says and what of it is new; then one confirmation. */
function Preview({ account, brought, statement, onDone }: PreviewGiven) {
  const desk = useDesk()
  const [compared, setCompared] = useState<Compared>()
  const [error, setError] = useState<unknown>()
  const [isQuiet, setQuiet] = useState(false)
  const [recorded, setRecorded] = useState(0)
  const { problems, left } = statement
  // Looked at anew when anything was recorded: a batch that was on its way may have arrived.
  useEffect(() => {
    if (problems.length > 0) return
    const ask = {
      get: async <Answer,>(path: string) => await desk.inSession(async () => await get<Answer>(path)),
      post: async <Answer,>(path: string, body: object) => await desk.inSession(async () => await post<Answer>(path, body)),
    }
    import('./reconcileReading.ts').then(async ({ compare }) => await compare(ask, account, statement, desk.today)).then(setCompared, setError)
  }, [account, statement, desk.inbox])

  const record = async (): Promise<void> => {
    if (!compared) return
    if (compared.quietDays && !isQuiet) throw new SentenceOnly(say('请先确认中间的日子没有交易，或把缺的一段一起导出。', 'Confirm first that nothing happened between, or export the missing part as well.'))
    setRecorded(0)
    const prepared = await prepareLines(desk, { account: compared.account, statement, bytes: brought.bytes, plan: compared.plan })
    const count = compared.plan.added.length
    if (await desk.actAll(prepared, setRecorded)) onDone(say(`已登记 ${count} 笔流水。`, `${count} lines are recorded.`))
  }

  if (problems.length > 0)
    return (
      <section class="stack-tight" aria-label={say('流水里的问题', 'What is wrong with it')}>
        <p class="overdue" role="alert">{say(`${statement.file}：有 ${problems.length} 处问题，整份都不能登记。`, `${statement.file}: ${problems.length} problems; nothing of it can be recorded.`)}</p>
        <ol class="rows problem-list">{problems.slice(0, SHOWN).map((problem) => <li>{formatProblem(problem, language)}</li>)}</ol>
        {problems.length > SHOWN && <p class="note">{say(`……还有 ${problems.length - SHOWN} 处`, `… ${problems.length - SHOWN} more`)}</p>}
      </section>
    )
  if (!compared) return <Opening error={error}>{say('正在与已登记的流水比较……', 'Comparing with what is recorded …')}</Opening>
  const { plan: { added, known, through }, account: booked, refusals, quietDays, isNew } = compared
  const batches = Math.max(1, Math.ceil(added.length / 500))
  return (
    <section class="stack" aria-label={say('预览', 'Preview')}>
      <h3>{statement.file}</h3>
      <Sums statement={statement} balance={booked.balance} added={added.reduce((sum, { amount }) => sum + amount, 0n)} />
      <p>
        <span class="chip chip-good">{say(`新的 ${added.length} 笔`, `${added.length} new`)}</span>{' '}
        <span class="chip">{say(`已登记过 ${known.length} 笔`, `${known.length} recorded before`)}</span>{' '}
        {left.length > 0 && <span class="chip">{say(`不计 ${left.length} 行`, `${left.length} rows left out`)}</span>}{' '}
        {refusals.length > 0 && <span class="chip chip-bad">{say(`不符 ${refusals.length} 处`, `${refusals.length} differ`)}</span>}
      </p>
      {refusals.length > 0 && <ul class="rows problem-list" role="alert">{refusals.slice(0, SHOWN).map((words) => <li class="overdue">{word(words)}</li>)}</ul>}
      {added.length > 0 && (
        <details>
          <summary>{say('看新的流水', 'Look at the new lines')}</summary>
          <ol class="rows">
            {added.slice(0, SHOWN_LINES).map((line) => <li class="row"><span>{line.counterparty ?? line.kind} <small>{isoOf(line.day)} {line.remark}</small></span><span class="amount">{yuan(line.amount)}</span></li>)}
            {added.length > SHOWN_LINES && <li class="note">{say(`……还有 ${added.length - SHOWN_LINES} 笔`, `… ${added.length - SHOWN_LINES} more`)}</li>}
          </ol>
        </details>
      )}
      {left.length > 0 && (
        <details>
          <summary>{say('看不计的行', 'Look at the rows left out')}</summary>
          <ol class="rows">{left.slice(0, SHOWN).map(({ row, why, text }) => <li>{say(`第 ${row} 行`, `row ${row}`)}：{word(why)} <small>{text}</small></li>)}</ol>
        </details>
      )}
      {quietDays && <label class="check"><input type="checkbox" name="quiet" checked={isQuiet} onChange={(event) => setQuiet(event.currentTarget.checked)} />{word(quietDays)}{say('；我已核实，中间没有交易。', '; I made sure that nothing happened between.')}</label>}
      {recorded > 0 && <progress max={batches} value={recorded} aria-label={say('已登记的批次', 'batches recorded')} />}
      {refusals.length === 0 && isNew && <Doing onDo={record}>{added.length > 0 ? say(`登记 ${added.length} 笔`, `Record ${added.length} lines`) : say(`登记：到 ${isoOf(through)} 没有新的交易`, `Record that nothing happened through ${isoOf(through)}`)}</Doing>}
      {!isNew && <p>{say('这份流水已经全部登记过。', 'All of this statement is recorded already.')}</p>}
    </section>
  )
}

/** Opening + credits − debits = closing, worked out before everybody's eyes. */
function Sums({ statement, balance, added }: { statement: Statement; balance: bigint; added: bigint }) {
  const { lines, credits, debits, from, through, opening, closing } = statement
  const isRight = opening !== undefined && closing !== undefined && opening + credits - debits === closing
  return (
    <>
      <dl class="facts">
        <div><dt>{say('期间', 'Days')}</dt><dd>{isoOf(from)} – {isoOf(through)}，{say(`${lines.length} 笔`, `${lines.length} lines`)}</dd></div>
        <div><dt>{say('收入', 'Credits')}</dt><dd class="amount">{yuan(credits)}</dd></div>
        <div><dt>{say('支出', 'Debits')}</dt><dd class="amount">{yuan(debits)}</dd></div>
        {opening !== undefined && closing !== undefined && (
          <div><dt>{say('核算', 'Sum')}</dt><dd>{yuan(opening)} + {yuan(credits)} − {yuan(debits)} = {yuan(opening + credits - debits)} {isRight ? say('，与期末余额相符 ✓', ', the closing balance ✓') : say(`，而期末余额是 ${yuan(closing)}`, `, and the closing balance is ${yuan(closing)}`)}</dd></div>
        )}
        <div><dt>{say('账上余额', 'In the book')}</dt><dd>{yuan(balance)} → {yuan(balance + added)}</dd></div>
      </dl>
    </>
  )
}
