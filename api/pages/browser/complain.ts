import { COMPLAINT_GAS, complaintDraft, fileCall, reopenCall, reopeningDraft, type Said } from '../../../ledger/complaint.ts'
import { Address, Hash, type Hex } from '../../../ledger/hex.ts'
import type { Draft } from '../../../ledger/papers.ts'
import { addressOfKey, newResidentKey, signWithKey } from '../../../ledger/residentKey.ts'
import { byId, element } from './element.ts'
import { Unanswered } from './fetching.ts'
import { makePaper } from './sealing.ts'
import { handIn } from './sending.ts'
import { drop, keep, tickets, type Ticket } from './tickets.ts'

/**
 * A resident complains: this browser makes a key, signs for the text's hash, and brings the text itself only when the hash stands in
 * the book. What was not sent yet is kept here and goes out again, byte by byte the same, so that nothing is lost or sent twice.
 */
const main = byId('main')
const language = document.documentElement.lang === 'en' ? 'en' : 'zh'
const say = (zh: string, en: string) => (language === 'zh' ? zh : en)
const filing = document.querySelector<HTMLFormElement>('#complain')
const reopening = document.querySelector<HTMLFormElement>('#reopen')
const number = Number(reopening?.dataset['number'] ?? 0)
let isSending = false

const SENTENCES = {
  recording: { zh: '正在记入账本……', en: 'Going into the book …' },
  waiting: { zh: '已记入账本，正在取编号……', en: 'It is in the book; waiting for its number …' },
  bringing: { zh: '正在把内容送给接诉人……', en: 'Bringing the text to the office …' },
}

if (filing) begin(filing, file)
if (reopening) begin(reopening, reopen)
const unsent = tickets().find(isUnsent)
if (unsent && (filing || reopening)) void send(unsent)
listMine()

function begin(form: HTMLFormElement, make: (said: Said) => Ticket): void {
  form.hidden = false
  if (form === reopening && ownKey()) byId('secret-label').hidden = true
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = fieldOf(form, 'text')
    text.setCustomValidity(text.value.trim() ? '' : say('请写下您要反映什么。', 'Please write what it is about.'))
    if (isSending || !form.reportValidity()) return
    try {
      const ticket = make({ text: text.value, name: fieldOf(form, 'name')?.value ?? '', phone: fieldOf(form, 'phone')?.value ?? '' })
      keep(ticket)
      void send(ticket)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      tell(say('密钥不对：请照这条投诉的票据，填写 64 位密钥。', 'This is not the key: type the 64 digits on the ticket of this complaint.'), true)
    }
  })
  form.addEventListener('input', (event) => {
    if (event.target instanceof HTMLTextAreaElement) event.target.setCustomValidity('')
  })
  byId('again').querySelector('button')?.addEventListener('click', () => {
    const waiting = tickets().find(isUnsent)
    if (waiting) void send(waiting)
  })
}

/** Whether a ticket has something to send that belongs to this page. */
function isUnsent({ pending, number: of }: Ticket): boolean {
  return pending !== undefined && (filing ? pending.paper.kind === 'complaint' : of === number)
}

function file(said: Said): Ticket {
  const [community = 0, fund = 0, outflow = 0] = fieldOf(filing, 'concern').value.split('/').map(Number)
  const concern = { community, fund, outflow }
  return ticketOf(newResidentKey(), complaintDraft(concern, said), { nonce: 0, call: (paper) => fileCall(concern, paper) })
}

function reopen(said: Said): Ticket {
  const key = ownKey() ?? Hash(`0x${(fieldOf(reopening, 'secret')?.value ?? '').trim().toLowerCase().replace(/^0x/, '')}`)
  if (!isFilersKey(key)) throw new RangeError('not the key that filed it')
  const nonce = Number(main.dataset['acts'])
  return { ...ticketOf(key, reopeningDraft(number, said), { nonce, call: (paper) => reopenCall(number, paper) }), number }
}

/** The key that filed this complaint, where this browser did: tickets of another book have the same numbers. */
function ownKey(): Hex | undefined {
  return tickets().find((ticket) => ticket.number === number && isFilersKey(ticket.key))?.key
}

function isFilersKey(key: Hex): boolean {
  return addressOfKey(key) === main.dataset['key']
}

type Act = { nonce: number; call: (paper: Hex) => Hex }

function ticketOf(key: Hex, draft: Draft, { nonce, call }: Act): Ticket {
  const { paper, opened, hash } = makePaper(draft)
  const transaction = signWithKey(key, {
    chainId: BigInt(main.dataset['chain'] ?? 0), nonce, gasLimit: COMPLAINT_GAS, to: Address(main.dataset['audit'] ?? ''), data: call(hash),
  })
  return { key, pending: { transaction, hash, paper, opened } }
}

/** Sends what a ticket still has to send, and says what became of it. */
async function send(ticket: Ticket): Promise<void> {
  if (isSending || !ticket.pending) return
  setSending(true)
  byId('again').hidden = true
  try {
    const given = await handIn(ticket.pending, language, {
      step: (step) => tell(SENTENCES[step][language]),
      number: (of) => keep({ ...ticket, number: of }),
    })
    const done = { key: ticket.key, number: given }
    keep(done)
    if (reopening) showReopened(reopening)
    else showTicket(done)
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error
    if (error.code === 'REFUSED') {
      // The book said no for good, and nothing stands in it. What was written stays in the form.
      if (ticket.number === undefined) drop(ticket)
      else keep({ key: ticket.key, number: ticket.number })
      tell(error.message, true)
    } else {
      tell(`${error.message}${say('您写的内容已存在本浏览器里，不会丢失，也不会重复提交。', ' What you wrote is kept in this browser: nothing is lost, and nothing is sent twice.')}`, true)
      byId('again').hidden = false
    }
  } finally {
    setSending(false)
  }
}

/** Loads the page anew: it then has the new step, and says to whom its address leads here that it is open again. */
function showReopened(form: HTMLFormElement): void {
  tell(say('已重开，正在刷新本页……', 'It is open again; loading the page anew …'))
  form.hidden = true
  history.replaceState(null, '', '#reopened')
  location.reload()
}

function showTicket({ key, number: given = 0 }: Ticket): void {
  tell('')
  if (filing) filing.hidden = true
  byId('ticket-number').textContent = String(given)
  byId('ticket-secret').textContent = key.slice(2)
  byId('ticket-link').setAttribute('href', `/complaints/${given}${language === 'en' ? '?lang=en' : ''}`)
  const file = byId('ticket-file')
  file.setAttribute('download', `complaint-${given}.txt`)
  file.setAttribute('href', `data:text/plain;charset=utf-8,${encodeURIComponent(`${say('投诉编号', 'Complaint')} ${given}\n${say('密钥', 'Key')} ${key.slice(2)}\n${location.origin}/complaints/${given}\n`)}`)
  byId('ticket').hidden = false
  byId('ticket').scrollIntoView({ block: 'nearest' })
  listMine()
}

function listMine(): void {
  const place = document.getElementById('mine')
  const mine = tickets().flatMap(({ number: of }) => (of === undefined ? [] : [of]))
  if (!place || mine.length === 0) return
  place.hidden = false
  byId('mine-list').replaceChildren(...mine.map((of) =>
    element('li', {}, element('a', { href: `/complaints/${of}${language === 'en' ? '?lang=en' : ''}` }, say(`第 ${of} 号`, `No. ${of}`)))))
}

function tell(sentence: string, isBad = false): void {
  const place = byId('sending')
  place.textContent = sentence
  place.className = isBad ? 'overdue' : ''
}

function setSending(now: boolean): void {
  isSending = now
  for (const button of document.querySelectorAll<HTMLButtonElement>('form.letter button')) button.disabled = now
}

function fieldOf(form: HTMLFormElement | null, name: string): HTMLTextAreaElement {
  return form?.elements.namedItem(name) as HTMLTextAreaElement
}
