import { useEffect, useRef, useState } from 'preact/hooks'
import { explainCall, type Explained, type Proposal } from '../../../../ledger/actWords.ts'
import { sumFen, type Fen } from '../../../../ledger/fen.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import { readInflowCall } from '../../../../ledger/inflowCall.ts'
import type { Prepared } from './acting.ts'
import type { FundTold } from './desk.ts'
import { say, word } from './language.ts'
import { PaperDoubts, PaperFields, PaperShown, usePaper } from './papers.tsx'
import { Fault, yuan } from './pieces.tsx'

/** Asked before anything is signed; `answer` gets what the person said. */
export type Question = { readonly prepared: readonly Prepared[]; readonly answer: (yes: boolean) => void }

/** A call as its bytes say it, and whether every paper beside it is named in them. */
type Read = { readonly explained: Explained; readonly isWrong: boolean; readonly inflows?: Inflows }
type Inflows = { readonly fund: number; readonly isGiven: boolean; readonly count: number; readonly amount: Fen }

/** Whether the paper that an approval names was read, and is of the amount that it names. */
type Agreement = 'unread' | 'fits' | 'differs'

/** As long as two clicks or two presses of a key are apart that were meant as one. */
const SETTLING_MS = 500

/** So many are shown one under the other; more are summed up first. */
const FEW = 3

/**
 * Shows what would be signed, read back from the very bytes of the call and not from the form, and the papers that those bytes
 * name. A paper that they do not name is no part of it, and is said to be wrong.
 */
export function Confirm({ question: { prepared, answer }, funds }: { question: Question; funds: readonly FundTold[] }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useRef<HTMLHeadingElement>(null)
  const yes = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!dialog.current) return
    dialog.current.showModal()
    ignoreSecondClick(dialog.current)
    // A dialog begins at its first button that can be pressed, and while it reads that would be the one that says no.
    title.current?.focus()
  }, [])
  const read = useRead(prepared, funds)
  const [proposal, setProposal] = useState<Agreement>('unread')
  const [isOther, setOther] = useState(false)
  const calls = read.map((one, at) => <Call read={one} prepared={prepared[at]} funds={funds} onProposal={setProposal} onOther={() => setOther(true)} />)
  // Nobody agrees to what they could not read.
  const isRead = read.length === prepared.length && (proposal === 'fits' || read.every(({ explained }) => explained.proposal === undefined))
  const isWrong = isOther || proposal === 'differs' || read.some((one) => one.isWrong)
  const isReady = isRead && !isWrong
  useEffect(() => {
    if (!isReady) return undefined
    // Not at once: the second of two quick Enters was meant for what lies behind. Whoever went elsewhere meanwhile stays there.
    const timer = setTimeout(() => {
      if (document.activeElement === title.current) yes.current?.focus()
    }, SETTLING_MS)
    return () => clearTimeout(timer)
  }, [isReady])
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" onCancel={() => answer(false)} onKeyDown={ignoreHeldKey}>
      <h2 id="confirm-title" ref={title} tabindex={-1}>{say('请核对您将签名的内容', 'What you are about to sign')}</h2>
      <div class="confirm-body">
        {read.length < prepared.length && <p class="opening" role="status">{say(`正在解读 ${read.length} / ${prepared.length}`, `Reading ${read.length} of ${prepared.length}`)}</p>}
        {read.length === prepared.length && prepared.length > 1 && <Sum read={read} funds={funds} />}
        {read.length === prepared.length && (prepared.length > FEW ? <details><summary>{say('逐次列出', 'One by one')}</summary><div class="stack">{calls}</div></details> : calls)}
        {isWrong && <p class="overdue">{say('待签名的数据与所示内容不符，不能签名。请刷新页面，并告诉管理员。', 'What would be signed is not what is shown: it cannot be signed. Load the page again, and tell whoever runs it.')}</p>}
        <p class="note">{say('这就是您的签名将确认的全部内容，从待签名的数据本身读出，不是照抄表单；标明“服务器所示”的除外。', 'This is all that your signature will stand for, read from the very data that is signed and not from the form; but for what is marked as the server’s.')}</p>
      </div>
      <form method="dialog" class="buttons">
        <button ref={yes} type="submit" value="yes" disabled={!isReady} onClick={() => answer(true)}>{say('签名并登记', 'Sign and record')}</button>
        <button type="submit" value="no" class="button-quiet" onClick={() => answer(false)}>{say('取消', 'Cancel')}</button>
      </form>
    </dialog>
  )
}

/** A key that is held down since before the question came has not read it. */
function ignoreHeldKey(event: KeyboardEvent): void {
  if (event.repeat && event.key === 'Enter') event.preventDefault()
}

/**
 * The second half of a double click is no press of whatever lies behind the question. The question may be gone from the screen before its
 * part of the page is, and a slow machine brings the second half late: so it is waited for until anything is clicked anew.
 */
function ignoreSecondClick(dialog: HTMLDialogElement): void {
  const stop = (event: MouseEvent) => {
    if (dialog.isConnected && dialog.open) return
    if (event.detail < 2) return document.removeEventListener('click', stop, { capture: true })
    event.preventDefault()
    event.stopPropagation()
  }
  document.addEventListener('click', stop, { capture: true })
}

const UNTOLD: Explained = { title: { zh: '待签名的数据无法解读', en: 'What would be signed cannot be told' }, rows: [], papers: [] }

/** Undefined where the bytes have no words: then nobody signs them. */
function explainedOf(contract: Prepared['contract'], data: Hex, funds: readonly FundTold[]): Explained | undefined {
  try {
    return explainCall(contract, data, { fund: (number) => funds.find((fund) => fund.number === number)?.title })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Reads one call after the other: five hundred inflows take tens of milliseconds, and the page must not stand still. */
function useRead(prepared: readonly Prepared[], funds: readonly FundTold[]): readonly Read[] {
  const readOne = ({ contract, data, papers }: Prepared): Read => {
    const explained = explainedOf(contract, data, funds)
    if (!explained) return { explained: UNTOLD, isWrong: true }
    const named = new Set(explained.papers)
    const inflows = prepared.length > 1 ? inflowsOf(data) : undefined
    return { explained, isWrong: papers.some(({ hash }) => !named.has(hash)), ...(inflows && { inflows }) }
  }
  const [read, setRead] = useState(() => (prepared.length > FEW ? [] : prepared.map(readOne)))
  useEffect(() => {
    const next = prepared[read.length]
    if (!next) return undefined
    const timer = setTimeout(() => setRead((before) => [...before, readOne(next)]))
    return () => clearTimeout(timer)
  }, [prepared, read])
  return read
}

/** What many calls come to together, from their bytes as well: for gifts into which funds, and why there are so many signatures. */
function Sum({ read, funds }: { read: readonly Read[]; funds: readonly FundTold[] }) {
  const parts = read.flatMap(({ inflows }) => inflows ?? [])
  if (parts.length < read.length) return <h3>{say(`共 ${read.length} 次签名`, `${read.length} signatures`)}</h3>
  const count = parts.reduce((sum, part) => sum + part.count, 0)
  const isGiven = parts.every((part) => part.isGiven)
  const titles = [...new Set(parts.map(({ fund }) => fund))].map((number) => {
    const title = funds.find((fund) => fund.number === number)?.title
    return title ? say(`${number} · ${title.zh}`, `${number} · ${title.en}`) : String(number)
  })
  return (
    <section class="stack-tight">
      <h3>{say(`${count} 笔${isGiven ? '捐赠' : '收入'}，分 ${read.length} 次签名（每个记账日一批）`, `${count} ${isGiven ? 'gifts' : 'inflows'} in ${read.length} signatures (one for each accounting date)`)}</h3>
      <dl class="facts">
        <div><dt>{say('基金', 'Fund')}<small>{say('名称为服务器所示', 'named as the server says')}</small></dt><dd>{titles.join(say('、', ', '))}</dd></div>
        <div><dt>{say('合计', 'Total')}</dt><dd class="amount confirm-amount">{yuan(sumFen(parts.map(({ amount }) => amount)))}</dd></div>
      </dl>
      <p class="note">{say(`一批最多 500 笔。按一次“签名并登记”，${read.length} 次签名会接着自动完成。`, `A batch has 500 at most. Press once, and all ${read.length} are signed one after the other.`)}</p>
    </section>
  )
}

function inflowsOf(data: Hex): Inflows | undefined {
  const call = readInflowCall(data)
  return call && { fund: call.fund, isGiven: call.source === 'Donation', count: call.inflows.length, amount: sumFen(call.inflows.map(({ amount }) => amount)) }
}

function Call({ read: { explained: { title, rows, proposal } }, prepared, funds, onProposal, onOther }: { read: Read; prepared: Prepared | undefined; funds: readonly FundTold[]; onProposal: (agreement: Agreement) => void; onOther: () => void }) {
  const papers = prepared?.papers ?? []
  return (
    <section class="stack-tight">
      <h3>{word(title)}</h3>
      {prepared?.warnings?.map((warning) => <p class="overdue">{warning}</p>)}
      {proposal && <PaperDoubts hash={proposal.paper} />}
      {prepared?.about?.paper && <PaperDoubts hash={prepared.about.paper} />}
      <dl class="facts">
        {rows.map(({ label, value, kind }) => (
          <div><dt>{word(label)}{kind === 'named' && <small>{say('名称为服务器所示', 'named as the server says')}</small>}</dt><dd class={kind === 'amount' ? 'amount confirm-amount' : ''}>{word(value)}</dd></div>
        ))}
        {proposal && <Available proposal={proposal} fund={funds.find(({ number }) => number === proposal.fund)} />}
        {prepared?.about?.rows?.map(({ label, value }) => (
          <div><dt>{word(label)}<small>{say('服务器所示', 'as the server says')}</small></dt><dd class="said">{word(value)}</dd></div>
        ))}
        {prepared?.about?.title && (
          <>
            {prepared.about.amount !== undefined && <div><dt>{say('所指的一笔', 'What it is about')}<small>{say('服务器所示', 'as the server says')}</small></dt><dd class="amount">{yuan(prepared.about.amount)}</dd></div>}
            {prepared.about.paid !== undefined && BigInt(prepared.about.paid) > 0n && <div><dt>{say('以前已付', 'Paid before')}<small>{say('服务器所示', 'as the server says')}</small></dt><dd class="amount">{yuan(prepared.about.paid)}</dd></div>}
            <div><dt>{prepared.about.amount === undefined ? say('所指的人', 'Who it is about') : say('名称', 'Title')}</dt><dd class="said">{word(prepared.about.title)}</dd></div>
          </>
        )}
      </dl>
      {papers.length <= FEW && papers.map(({ paper, opened }) => <PaperShown paper={paper} opened={opened} told={rows} onOther={onOther} />)}
      {proposal && <Proposed proposal={proposal} onRead={onProposal} onOther={onOther} />}
      {prepared?.about?.paper && <><h3>{say('申请时的凭证', 'The paper that it was asked for with')}</h3><PaperFields hash={prepared.about.paper} onOther={onOther} /></>}
    </section>
  )
}

/** What may be spent, and what is left of it once this is agreed to. */
function Available({ proposal: { amount }, fund }: { proposal: Proposal; fund: FundTold | undefined }) {
  if (!fund) return null
  const left = BigInt(fund.available) - amount
  return (
    <div>
      <dt>{say('基金可用', 'Available')}<small>{say('服务器所示', 'as the server says')}</small></dt>
      <dd class={left < 0n ? 'overdue' : 'amount'}>{left < 0n ? say(`${yuan(fund.available)}，不够`, `${yuan(fund.available)}: not enough`) : say(`${yuan(fund.available)}，批准后 ${yuan(left)}`, `${yuan(fund.available)}, ${yuan(left)} once approved`)}</dd>
    </div>
  )
}

/** What is agreed to: the paper that the bytes name, which must be of their amount. */
function Proposed({ proposal: { paper, amount }, onRead, onOther }: { proposal: Proposal; onRead: (agreement: Agreement) => void; onOther: () => void }) {
  const { told, error } = usePaper(paper)
  useEffect(() => {
    if (told) onRead(told.paper.public['amount'] === String(amount) ? 'fits' : 'differs')
  }, [told])
  return told ? <><h3>{say('所批准的申请', 'What is approved')}</h3><PaperFields hash={paper} onOther={onOther} /></> : <Fault error={error} />
}
