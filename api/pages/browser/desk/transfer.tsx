import { useState } from 'preact/hooks'
import { outflowDraft } from '../../../../ledger/drafts.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import type { Recorded } from './acting.ts'
import { useDesk, type FundTold } from './desk.ts'
import { FundWithMoney } from './fundWithMoney.tsx'
import { Letter } from './faults.tsx'
import { say } from './language.ts'
import { Proposed, Twin } from './pay.tsx'
import { amountOf, DeskLink, Doing, Field, yuan } from './pieces.tsx'
import { post, SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

const EMPTY = { from: '', to: '', amount: '', title: '', note: '', reference: '' }

/** Money is asked to move to another fund of the community; it goes the way of a payment, and no bank has a part in it. */
export function Transfer() {
  const { act, funds, inSession } = useDesk()
  const { form, fields, change } = useTyping('transfer', EMPTY)
  const [done, setDone] = useState<Recorded>()
  const [twin, setTwin] = useState<{ fund: number; number: number }>()
  const open = funds.filter((fund) => fund.open)
  const from = open.find(({ number }) => String(number) === fields.from)
  const targets = from ? open.filter((fund) => mayTake(fund, from)) : []
  const to = targets.find(({ number }) => String(number) === fields.to)
  const run = async () => {
    if (!from || !to) throw new SentenceOnly(say('请选转出和转入的基金。', 'Choose both funds.'), { at: from ? 'to' : 'from' })
    const amount = amountOf(fields.amount)
    const [title, note, reference] = [fields.title.trim(), fields.note.trim(), fields.reference.trim()]
    if (title === '') throw new SentenceOnly(say('请写说明。', 'Say what it is for.'), { at: 'title' })
    const { ref, used } = await inSession(async () => await post<{ ref: Hex; used?: { fund: number; number: number } }>('/v1/desk/refs', {
      kind: 'Transfer', fund: from.number, subject: to.number, amount: String(amount), title, ...(reference && { reference }),
    }))
    setTwin(used)
    if (used) return
    const recorded = await act({
      contract: 'ledger', name: 'proposeTransfer', drafts: [outflowDraft({ kind: 'Transfer', amount, toFund: to.number, title }, { note })],
      args: ([paper]) => [from.number, to.number, amount, ref, paper], form,
    })
    if (recorded) setDone(recorded)
  }
  if (done) return <Proposed recorded={done} onAgain={() => setDone(undefined)} />

  return (
    <section class="stack narrow">
      <div class="head-row"><h1>{say('基金之间划转', 'Transfer between funds')}</h1><DeskLink to="/desk/pay">{say('申请付款', 'Ask for a payment')}</DeskLink></div>
      <Letter look="sheet">
        <FundWithMoney label={say('转出', 'From')} name="from" value={fields.from} funds={open} onInput={(chosen) => change({ from: chosen, to: '' })} />
        <FundWithMoney label={say('转入', 'To')} name="to" value={fields.to} funds={targets} onInput={(chosen) => change({ to: chosen })} />
        {from?.restricted && <p class="note">{say('转出的是定向捐赠，只能转入同样专款专用的基金。', 'These gifts are restricted: only a restricted fund may take them.')}</p>}
        <Field label={say('金额（元）', 'Amount (yuan)')} name="amount" inputMode="decimal" value={fields.amount} onInput={(amount) => change({ amount })} required hint={from && say(`可用 ${yuan(from.available)}`, `${yuan(from.available)} available`)} />
        <Field label={say('说明（公开；不要写人名）', 'What for (public; no names)')} name="title" value={fields.title} onInput={(title) => change({ title })} maxLength={60} required />
        <Field label={say('附注（不公开）', 'Note (private)')} name="note" value={fields.note} onInput={(note) => change({ note })} maxLength={400} />
        {twin && <Twin twin={twin} value={fields.reference} onInput={(reference) => change({ reference })} />}
        <Doing type="submit" onDo={run}>{say('申请划转', 'Ask for it')}</Doing>
      </Letter>
    </section>
  )
}

/** As the contract decides: within a community, and never out of a restriction. */
function mayTake(fund: FundTold, from: FundTold): boolean {
  return fund.number !== from.number && fund.community === from.community && (fund.restricted || !from.restricted)
}
