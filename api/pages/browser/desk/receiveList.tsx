import { useEffect, useState } from 'preact/hooks'
import type { Mapping } from '../../../../intake/columns.ts'
import { Fen, sumFen } from '../../../../ledger/fen.ts'
import type { Source } from '../../../../ledger/words.ts'
import { useDesk } from './desk.ts'
import { say, word } from './language.ts'
import { Doing, Fault, yuan } from './pieces.tsx'
import type { FileRead } from './receiveFile.ts'
import { linksOf, lookFor, recordGifts, type Looked, type Progress } from './receiveGifts.ts'
import { Links, type Handed } from './receiveLinks.tsx'
import { Columns, rememberedColumns } from './receiveMapping.tsx'
import { FundChoice, SourceChoice } from './receiveOne.tsx'
import { Facts, Known, Problems, Sample } from './receivePreview.tsx'
import { readBeside } from './beside.ts'
import { SentenceOnly } from './server.ts'
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
      {!read && error === undefined && <p class="empty" role="status">{say('正在读取……', 'Reading …')}</p>}
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
  const [progress, setProgress] = useState<Progress>()
  const [outcome, setOutcome] = useState<Outcome>()
  const { list } = read
  const { looked, error, look } = useLook(read, fund, setProgress)

  const missing = looked?.gifts.filter(({ known }) => known === undefined) ?? []
  const elsewhere = looked?.gifts.filter(({ known }) => known && known.fund !== fund) ?? []
  const isElsewhere = list.rows.length > 0 && elsewhere.length === list.rows.length
  const isReady = looked !== undefined && missing.length > 0 && (list.problems.length === 0 || leftOut)

  const run = async (): Promise<void> => {
    if (fund === undefined) return
    await guarded(async () => {
      // Looked at again just before: somebody else may have recorded some of them, and what was cut off is gone on with.
      const now = await look()
      const toDo = now.gifts.filter(({ known }) => known === undefined)
      if (toDo.length > 0 && !(await recordGifts(desk, fields.source, now, setProgress))) return
      await finish(now, toDo)
    }).finally(() => setProgress(undefined))
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

  if (outcome) return <Done outcome={outcome} file={file} />
  return (
    <>
      <Facts read={read} />
      <Problems problems={list.problems} isLeftOut={leftOut} onLeaveOut={setLeftOut} />
      <details class="no-print" open={list.problems.some(({ code }) => code === 'DATE_AMBIGUOUS')}>
        <summary>{say('列对不上？改哪一列是什么', 'Wrong columns? Say which is what')}</summary>
        <Columns read={read} onMapping={onMapping} />
      </details>
      <Sample rows={list.rows} />
      <section class="sheet letter stack">
        <FundChoice funds={open} value={fund === undefined ? '' : `${fund}`} onInput={(chosen) => change({ fund: chosen })} />
        <SourceChoice value={fields.source} onInput={(source) => change({ source })} />
        <Fault error={error} />
        {error !== undefined && <button type="button" class="button-quiet" onClick={() => void look()}>{say('再看一次', 'Look again')}</button>}
        {looked && <Known looked={looked} />}
        {isElsewhere
          ? <p class="overdue">{say('名单里的捐款全部登记在别的基金，不能再登记。请看是不是选错了基金。', 'All of these gifts stand in other funds already. Is this the right fund?')}</p>
          : looked && missing.length === 0 && list.rows.length > 0
            ? <Doing quiet onDo={run}>{say('全部已登记；取查询链接', 'All are recorded: fetch the links')}</Doing>
            : <Doing disabled={!isReady} onDo={run}>{say(`登记 ${missing.length} 笔，共 ${yuan(sumOf(missing))}`, `Record ${missing.length}, ${yuan(sumOf(missing))}`)}</Doing>}
        {progress && <Bar progress={progress} />}
      </section>
    </>
  )
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

function Done({ outcome: { recorded, amount, handed }, file }: { outcome: Outcome; file: string }) {
  return (
    <>
      <p class="sheet no-print" role="status"><strong>{recorded === 0
        ? say('没有新的捐款，没有登记任何内容。', 'Nothing was new; nothing was recorded.')
        : say(`已登记 ${recorded} 笔，共 ${yuan(amount)}。`, `${recorded} recorded, ${yuan(amount)}.`)}</strong></p>
      {handed.length > 0 && <Links handed={handed} file={file} />}
    </>
  )
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
