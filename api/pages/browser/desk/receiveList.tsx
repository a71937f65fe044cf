import { useEffect, useState } from 'preact/hooks'
import type { Mapping } from '../../../../intake/columns.ts'
import { Fen, sumFen } from '../../../../ledger/fen.ts'
import type { Source } from '../../../../ledger/words.ts'
import { useDesk, type Desk } from './desk.ts'
import { say, word } from './language.ts'
import { Doing, Fault, yuan } from './pieces.tsx'
import type { FileRead } from './receiveFile.ts'
import { linksOf, lookFor, recordGifts, type Looked, type Progress } from './receiveGifts.ts'
import { Links, type Handed } from './receiveLinks.tsx'
import { Columns, Nameless, rememberedColumns } from './receiveMapping.tsx'
import { FundChoice, SourceChoice } from './receiveOne.tsx'
import { Doubles, Facts, Known, LeftOut, Problems, Sample } from './receivePreview.tsx'
import { readBeside } from './beside.ts'
import { begin, end, unfinished } from './receiveUnfinished.tsx'
import { Refused, SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

type ListRead = Extract<FileRead, { kind: 'list' }>

/** A list from a file: what was read of it, what is wrong with it, and, when somebody has looked, all of it into the book. */
export function ReceiveList({ file, onOther }: { file: File; onOther: () => void }) {
  const { today } = useDesk()
  const [read, setRead] = useState<FileRead>()
  const [error, setError] = useState<unknown>()
  const [mapping, setMapping] = useState<Mapping>()
  useEffect(() => {
    setError(undefined)
    void file.arrayBuffer()
      .then(async (buffer) => await readBeside({ bytes: new Uint8Array(buffer), file: file.name, today, remembered: rememberedColumns(), ...(mapping && { mapping }) }))
      .then(setRead, (caught: unknown) => setError(caught instanceof DOMException ? new SentenceOnly(say('文件读不出来，请再选一次。', 'The file cannot be read; choose it again.')) : caught))
  }, [file, mapping, today])
  return (
    <article class="stack receive">
      <div class="head-row no-print">
        <h1 class="file-name">{file.name}</h1>
        <button type="button" class="button-quiet button-small" onClick={onOther}>{say('返回', 'Back')}</button>
      </div>
      <Fault error={error} />
      {!read && error === undefined && <p class="opening" role="status">{say('正在读取……', 'Reading …')}</p>}
      {read?.kind === 'unmapped' && (
        <>
          <p class="overdue" role="alert">{say('这份名单的表头认不出来，请选哪一列是什么。', 'The headings are not known; say which column is what.')}</p>
          <p class="note">{word(read.refusal)}</p>
          <Columns read={read} onMapping={setMapping} />
        </>
      )}
      {read?.kind === 'list' && <List key={JSON.stringify(read.columns)} read={read} file={file.name} onMapping={setMapping} />}
    </article>
  )
}

/** So far has it come: rows of this list in the book, and what was done just now. */
type Outcome = { readonly recorded: number; readonly amount: Fen; readonly handed: readonly Handed[] }

function List({ read, file, onMapping }: { read: ListRead; file: string; onMapping: (mapping: Mapping) => void }) {
  const desk = useDesk()
  const open = desk.funds.filter((fund) => fund.open)
  const { fields, change } = useTyping<{ fund: string; source: Source }>('receive-list', { fund: open.length === 1 ? `${open[0]?.number}` : '', source: 'Donation' })
  const fund = open.some(({ number }) => `${number}` === fields.fund) ? Number(fields.fund) : undefined
  const [leftOut, setLeftOut] = useState(false)
  const [isAgreed, setAgreed] = useState(false)
  const [isOther, setOther] = useState(false)
  const [progress, setProgress] = useState<Progress>()
  const [outcome, setOutcome] = useState<Outcome>()
  const { list } = read
  const { looked, error, look } = useLook(read, fund, setProgress)

  const missing = looked?.gifts.filter(({ known }) => known === undefined) ?? []
  const elsewhere = looked?.gifts.filter(({ known }) => known && known.fund !== fund) ?? []
  const isElsewhere = list.rows.length > 0 && elsewhere.length === list.rows.length
  const isNameless = list.rows.length > 0 && list.rows.every(({ donor }) => donor === '') && (looked === undefined || missing.length > 0)
  const hindrance = hindranceOf({
    isOther, isEmpty: list.rows.length === 0, isFundless: fund === undefined, isUnanswered: isNameless && !isAgreed, isFaulty: list.problems.length > 0 && !leftOut,
  })
  const isWhole = looked !== undefined && missing.length === 0 && list.rows.length > 0
  useEffect(() => {
    if (isWhole) end(read.hash)
  }, [isWhole])
  const isReady = looked !== undefined && missing.length > 0 && hindrance === undefined

  const run = async (): Promise<void> => {
    if (fund === undefined) return
    await guarded(async () => {
      // Looked at again just before: somebody else may have recorded some of them, and what was cut off is gone on with.
      const now = await look()
      const toDo = now.gifts.filter(({ known }) => known === undefined)
      if (toDo.length > 0 && !(await recordAll(now))) return
      end(read.hash)
      await finish(now, toDo)
    }).finally(() => setProgress(undefined))
  }
  const recordAll = async (now: Looked): Promise<boolean> => {
    const wasBegun = unfinished().some(({ hash }) => hash === read.hash)
    let done = 0
    const onProgress = (progress: Progress): void => {
      if (progress.step === 'sign') ({ done } = progress)
      setProgress(progress)
    }
    const onBegun = (): void => begin({ file, hash: read.hash, fund: now.fund, gifts: list.rows.length, since: Date.now() / 1000 })
    try {
      return (await recordGifts(desk, fields.source, now, { onProgress, onBegun })) !== undefined
    } catch (error) {
      // Refused before anything of it stood in the book: nothing of it is unfinished.
      if (error instanceof Refused && !error.isPassing && done === 0 && !wasBegun) end(read.hash)
      throw error
    }
  }
  const finish = async (now: Looked, done: Looked['gifts']): Promise<void> => {
    const of = now.gifts.filter(({ known }) => known === undefined || known.fund === now.fund)
    const links = await linksOf(desk, now.fund, of.map(({ ref }) => ref), setProgress)
    const handed = of.flatMap((gift) => {
      const link = links.get(gift.ref)
      return link ? [{ gift, link }] : []
    })
    setOutcome({ recorded: done.length, amount: sumFen(done.map(({ amount }) => amount)), handed })
  }

  if (outcome) return <Done outcome={outcome} problems={list.problems} file={file} fund={titleOf(desk, fund)} />
  return (
    <>
      <Facts read={read} />
      <Problems problems={list.problems} isLeftOut={leftOut} onLeaveOut={setLeftOut} />
      <details class="no-print" open={list.problems.some(({ code }) => code === 'DATE_AMBIGUOUS')}>
        <summary>{say('列对不上？改哪一列是什么', 'Wrong columns? Say which is what')}</summary>
        <Columns read={read} onMapping={onMapping} onChosen={setOther} />
      </details>
      {isNameless && <Nameless read={read} isAgreed={isAgreed} onAgree={setAgreed} onMapping={onMapping} />}
      <Doubles rows={list.rows} />
      <Sample rows={list.rows} />
      <section class="sheet letter stack">
        <FundChoice funds={open} value={fund === undefined ? '' : `${fund}`} onInput={(chosen) => change({ fund: chosen })} />
        <SourceChoice value={fields.source} onInput={(source) => change({ source })} />
        <Fault error={error} />
        {error !== undefined && <button type="button" class="button-quiet" onClick={() => void look()}>{say('再看一次', 'Look again')}</button>}
        {looked && <Known looked={looked} />}
        {isElsewhere
          ? <p class="overdue">{say('名单里的捐款全部登记在别的基金，不能再登记。请看是不是选错了基金。', 'All of these gifts stand in other funds already. Is this the right fund?')}</p>
          : isWhole
            ? <Doing quiet disabled={isOther} onDo={run}>{say('全部已登记；取查询链接', 'All are recorded: fetch the links')}</Doing>
            : <Doing disabled={!isReady} onDo={run}>{looked ? say(`登记 ${missing.length} 笔，共 ${yuan(sumOf(missing))}`, `Record ${missing.length}, ${yuan(sumOf(missing))}`) : say('登记', 'Record')}</Doing>}
        {hindrance && !isElsewhere && <p class="note hindrance" role="status">{hindrance}</p>}
        {progress && <Bar progress={progress} />}
      </section>
    </>
  )
}

/** Why a list cannot be recorded yet, the first thing first. */
function hindranceOf({ isOther, isEmpty, isFundless, isUnanswered, isFaulty }: Readonly<Record<'isOther' | 'isEmpty' | 'isFundless' | 'isUnanswered' | 'isFaulty', boolean>>): string | undefined {
  if (isOther) return say('哪一列是什么已经改过，还没有按“按此读取”：上面读到的仍是原来的。', 'You chose other columns and did not press “Read it so” yet: what stands above was read before.')
  if (isEmpty) return say('没有可以登记的行。', 'There is no row to record.')
  if (isUnanswered) return say('请先回答：都不具名吗？', 'Answer first whether all of them are unnamed.')
  if (isFaulty) return say('请先改好有问题的行，或勾选不登记它们。', 'Mend the rows that are wrong first, or leave them out.')
  return isFundless ? say('请先选择基金。', 'Choose a fund first.') : undefined
}

/** What the book has of a list already, looked for whenever the list or the fund is another. */
function useLook(read: ListRead, fund: number | undefined, onProgress: (progress: Progress | undefined) => void) {
  const desk = useDesk()
  const [looked, setLooked] = useState<Looked>()
  const [error, setError] = useState<unknown>()
  const look = async (): Promise<Looked> => {
    if (fund === undefined) throw new SentenceOnly(say('请选择基金。', 'Choose a fund.'))
    const found = await lookFor(desk, fund, read.list.rows, onProgress)
    setLooked(found)
    setError(undefined)
    return found
  }
  useEffect(() => {
    setLooked(undefined)
    if (fund !== undefined) void look().catch(setError).finally(() => onProgress(undefined))
  }, [fund, read])
  return { looked: looked?.fund === fund ? looked : undefined, error, look: async () => await look().catch((caught: unknown) => { setError(caught); throw caught }) }
}

function Bar({ progress: { step, done, total } }: { progress: Progress }) {
  const words = {
    look: say('查对已登记的', 'Looking for what is recorded'), make: say('准备凭证', 'Making the papers'),
    sign: say('登记', 'Recording'), links: say('取查询链接', 'Fetching links'),
  }[step]
  return (
    <div class="stack-tight" role="status">
      <progress max={Math.max(total, 1)} value={done} aria-label={words} />
      <p class="note">{words} {done} / {total}</p>
    </div>
  )
}

function Done({ outcome: { recorded, amount, handed }, problems, file, fund }: { outcome: Outcome; problems: ListRead['list']['problems']; file: string; fund: string }) {
  return (
    <>
      <p class="sheet no-print" role="status"><strong>{recorded === 0
        ? say('没有新的捐款，没有登记任何内容。', 'Nothing was new; nothing was recorded.')
        : say(`已登记 ${recorded} 笔，共 ${yuan(amount)}。`, `${recorded} recorded, ${yuan(amount)}.`)}</strong></p>
      <LeftOut problems={problems} />
      {handed.length > 0 && <Links handed={handed} file={file} fund={fund} />}
    </>
  )
}

function titleOf({ funds }: Desk, fund: number | undefined): string {
  const title = funds.find(({ number }) => number === fund)?.title
  return title ? word(title) : ''
}

/** Whoever closes the page in the middle is asked; going on later loses nothing either. */
async function guarded(work: () => Promise<void>): Promise<void> {
  const ask = (event: Event): void => event.preventDefault()
  addEventListener('beforeunload', ask)
  try {
    await work()
  } finally {
    removeEventListener('beforeunload', ask)
  }
}

function sumOf(gifts: readonly { readonly amount: Fen }[]): Fen {
  return sumFen(gifts.map(({ amount }) => amount))
}
