import type { Hex } from '../../../../ledger/hex.ts'
import { readOpened } from '../../../../ledger/papers.ts'
import { isPaid, SOURCE_WORDS, type Words } from '../../../../ledger/words.ts'
import { useTold } from './asking.ts'
import { bookName } from './book.ts'
import { useDesk } from './desk.ts'
import type { InflowTold, OutflowFound } from './find.tsx'
import { Letter } from './faults.tsx'
import { language, say, word } from './language.ts'
import { Choice, Doing, Field, formatMinute, isoOf, narrow, Opening, yuan } from './pieces.tsx'
import { csvOf } from './printCsv.ts'
import { useGiftLink } from './receiveReprint.tsx'
import { go } from './router.ts'
import { SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

type VoucherTold = {
  readonly on: string; readonly fund: number; readonly first: number; readonly last: number; readonly way: 'in' | 'out'; readonly isOutflow: boolean; readonly kind: Words; readonly title: Words
  readonly amount: string; readonly person: number; readonly paper: Hex
}
type VouchersTold = { readonly vouchers: readonly VoucherTold[]; readonly more: boolean }

/** 打印: what is pinned to a board, kept in a binder or given to a donor. */
export function Print() {
  const { today, funds } = useDesk()
  const { fields, change } = useTyping('print', { month: isoOf(today).slice(0, 7), fund: String(funds[0]?.number ?? ''), number: '' })
  const isMonth = /^\d{4}-(0[1-9]|1[0-2])$/.test(fields.month)
  const certify = async () => {
    const number = narrow(fields.number)
    if (!/^[1-9]\d{0,8}$/.test(number)) throw new SentenceOnly(say('请填收入的编号。', "Type the inflow's number."), { at: 'number' })
    go(`/desk/print/certificate/${fields.fund}/${number}`)
  }
  return (
    <section class="stack narrow">
      <h1>{say('打印', 'Print')}</h1>
      <section class="sheet letter stack" aria-labelledby="month">
        <h2 id="month">{say('一个月', 'A month')}</h2>
        <label>
          <span>{say('月份', 'Month')}</span>
          <input type="month" name="month" value={fields.month} max={isoOf(today).slice(0, 7)} placeholder="2020-02" onInput={(event) => change({ month: event.currentTarget.value })} />
        </label>
        {isMonth && (
          <p class="buttons">
            <a class="button" target="_blank" rel="noopener" href={`/notice?month=${fields.month}${language === 'en' ? '&lang=en' : ''}`}>{say('公示（一张 A4）', 'Public notice (one A4)')}</a>
            <button type="button" onClick={() => go(`/desk/print/vouchers/${fields.month}`)}>{say('凭证清单', 'Voucher list')}</button>
          </p>
        )}
      </section>
      <Letter look="sheet stack" labelledby="certificate">
        <h2 id="certificate">{say('捐赠证明', 'Donation certificate')}</h2>
        <Choice label={say('基金', 'Fund')} name="fund" value={fields.fund} options={funds.map(({ number, title }) => [String(number), title] as const)} onInput={(fund) => change({ fund })} />
        <Field label={say('第几笔收入', 'Which inflow')} name="number" inputMode="numeric" value={fields.number} onInput={(number) => change({ number })} />
        <Doing type="submit" onDo={certify}>{say('打开', 'Open')}</Doing>
      </Letter>
    </section>
  )
}

/** 凭证清单: what moved money in a month, each with its paper, on A4 and as a file. */
export function Vouchers({ path }: { path: string }) {
  const month = path.split('/').at(-1) ?? ''
  const { told, error } = useTold<VouchersTold>(`/v1/desk/vouchers?month=${month}`)
  if (!told) return <Opening error={error} />
  const { vouchers, more } = told
  const sumOf = (way: 'in' | 'out') => yuan(vouchers.reduce((sum, one) => (one.way === way ? sum + BigInt(one.amount) : sum), 0n))
  const heads = [say('日期', 'Date'), say('编号', 'Number'), say('内容', 'What'), say('收入', 'In'), say('支出', 'Out'), say('经手', 'By'), say('凭证', 'Paper')]
  const file = `data:text/csv;charset=utf-8,${encodeURIComponent(csvOf([CSV_HEADS, ...vouchers.map(csvRowOf)]))}`
  return (
    <article class="stack vouchers">
      <div class="head-row">
        <h1>{say(`凭证清单 ${month}`, `Vouchers of ${month}`)}</h1>
        <p class="buttons no-print">
          <button type="button" onClick={() => print()}>{say('打印', 'Print')}</button>
          <a class="button button-quiet" download={`vouchers-${month}.csv`} href={file}>{say('下载 CSV', 'Download CSV')}</a>
        </p>
      </div>
      <p class="note">{say(`共 ${vouchers.length} 张，收入 ${sumOf('in')}，支出 ${sumOf('out')}。凭证列是凭证哈希的前 12 位。`, `${vouchers.length} vouchers: in ${sumOf('in')}, out ${sumOf('out')}. The last column begins the paper's hash.`)}</p>
      {more && <p class="overdue">{say(`这个月超过 ${vouchers.length} 张，只列出前面的。`, `Only the first ${vouchers.length} of the month are listed.`)}</p>}
      {vouchers.length === 0 ? <p class="empty">{say('这个月没有记账。', 'Nothing is dated in this month.')}</p> : (
        <div class="table-scroll" tabindex={0} role="region" aria-label={say('凭证清单', 'Vouchers')}>
          <table class="voucher-table">
            <thead><tr>{heads.map((head, at) => <th scope="col" class={at === 3 || at === 4 ? 'amount' : ''}>{head}</th>)}</tr></thead>
            <tbody>
              {vouchers.map((voucher) => (
                <tr>
                  <td>{voucher.on}</td>
                  <td>{numberOf(voucher)}</td>
                  <th scope="row">{word(voucher.title)} <small>{word(voucher.kind)}</small></th>
                  <td class="amount">{voucher.way === 'in' ? yuan(voucher.amount) : ''}</td>
                  <td class="amount">{voucher.way === 'out' ? yuan(voucher.amount) : ''}</td>
                  <td>{say(`${voucher.person} 号`, `no. ${voucher.person}`)}</td>
                  <td class="hash">{voucher.paper.slice(2, 14)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </article>
  )
}

const CSV_HEADS = ['日期 date', '基金 fund', '方向 way', '编号 number', '类别 kind', '内容 what', '金额（元） yuan', '经手 person', '凭证哈希 paper']

function csvRowOf(voucher: VoucherTold): string[] {
  const { on, fund, way, kind, title, amount, person, paper } = voucher
  return [on, `${fund}`, way, numberOf(voucher), kind.zh, title.zh, plainYuan(amount), `${person}`, paper]
}

/** Without the signs that a spreadsheet would take for text. */
function plainYuan(amount: string): string {
  const fen = amount.replace('-', '').padStart(3, '0')
  return `${amount.startsWith('-') ? '-' : ''}${fen.slice(0, -2)}.${fen.slice(-2)}`
}

/** `收 1-2–4`: the way, the fund, and the entries. */
function numberOf({ isOutflow, fund, first, last }: VoucherTold): string {
  return `${!isOutflow ? say('收', 'in ') : say('支', 'out ')}${fund}-${first}${last > first ? `–${last}` : ''}`
}

/** 捐赠证明: that a gift stands in the book. The name is there for whoever may read it; it is no tax receipt. */
export function Certificate({ path }: { path: string }) {
  const [fund = 0, number = 0] = path.split('/').slice(-2).map(Number)
  const { told: inflow, error } = useTold<InflowTold>(`/v1/desk/inflows/${fund}/${number}`)
  if (!inflow) return <Opening error={error} />
  if (inflow.source !== 'Donation')
    return <p class="empty">{say(`这笔收入是${word(SOURCE_WORDS[inflow.source])}，不是捐赠，没有捐赠证明。`, `This inflow is a ${word(SOURCE_WORDS[inflow.source])}, no gift.`)}</p>
  const taken = takenOf(inflow)
  if (taken.left <= 0n)
    return <p class="empty">{say(`这笔捐赠已全部冲销或退还（第 ${taken.corrections.map(({ number }) => number).join('、')} 笔支出），没有可以证明的捐赠。`, `All of this gift was voided or given back (outflow ${taken.corrections.map(({ number }) => number).join(', ')}): there is nothing to certify.`)}</p>
  return <CertificateSheet inflow={inflow} />
}

/** What corrections took of an inflow, and what they left. */
function takenOf({ amount, corrections: all }: InflowTold): { corrections: readonly OutflowFound[]; left: bigint } {
  const corrections = all.filter(isPaid)
  return { corrections, left: corrections.reduce((sum, one) => sum - BigInt(one.amount), BigInt(amount)) }
}

function CertificateSheet({ inflow }: { inflow: InflowTold }) {
  const { fund, number } = inflow
  const { corrections: taken, left } = takenOf(inflow)
  const { funds, today, staff } = useDesk()
  const link = useGiftLink(inflow)
  const of = funds.find((one) => one.number === fund)
  return (
    <article class="stack narrow certificate">
      <p class="no-print"><button type="button" onClick={() => print()}>{say('打印', 'Print')}</button></p>
      <p class="slip-book">{bookName()}</p>
      <h1>{say('捐赠证明', 'Certificate of a gift')}</h1>
      <p class="lead">{say('兹证明下列捐赠已登记在公开账本上，任何人都可以逐笔核对它的去向。', 'The gift below stands in the open book, where anybody can follow it.')}</p>
      <dl class="facts">
        <div><dt>{say('捐赠人', 'Donor')}</dt><dd><DonorOf hash={inflow.paper} /></dd></div>
        <div><dt>{taken.length > 0 ? say('现在的金额', 'Amount now') : say('金额', 'Amount')}</dt><dd class="big amount">{yuan(left)}</dd></div>
        {taken.length > 0 && <div><dt>{say('原来登记', 'Recorded as')}</dt><dd class="amount">{yuan(inflow.amount)}</dd></div>}
        <div><dt>{say('基金', 'Fund')}</dt><dd>{of ? word(of.title) : fund}</dd></div>
        <div><dt>{say('捐赠日', 'Given on')}</dt><dd>{inflow.on}</dd></div>
        <div><dt>{say('账本编号', 'In the book')}</dt><dd>{say(`基金 ${fund} 第 ${number} 笔收入，${formatMinute(inflow.recordedAt)} 登记`, `inflow ${number} of fund ${fund}, recorded ${formatMinute(inflow.recordedAt)}`)}</dd></div>
        <div><dt>{say('凭证哈希', 'Paper')}</dt><dd class="hash">{inflow.paper}</dd></div>
        {taken.map(({ kind, amount, number }) => (
          <div><dt>{say('其中', 'Of it')}</dt><dd>{say(`${yuan(amount)} ${kind === 'Void' ? '已冲销' : '已退还'}（第 ${number} 笔支出）`, `${yuan(amount)} ${kind === 'Void' ? 'was voided' : 'was given back'} (outflow ${number})`)}</dd></div>
        ))}
      </dl>
      <p class="overdue">{say('本证明不是捐赠票据，不能用于抵税。公益事业捐赠统一票据由受赠单位另行开具。', 'This is no donation receipt for taxes; that is issued apart from it.')}</p>
      <div class="receipt">
        <img class="qr" src="/qr.svg" alt={say('账本首页的二维码', 'QR of the book')} width="160" height="160" />
        <div class="stack-tight">
          {link
            ? <p>{say('扫码打开账本，输入查询码查看每一分钱的去向：', 'Scan it, and follow the gift with the code ')}<span class="code">{link.code}</span></p>
            : <p>{say('扫码打开账本，用收款记录上的查询码查看每一分钱的去向。', 'Scan it and follow the gift with the code on its slip.')}</p>}
          <p class="note">{say(`${isoOf(today)}，${staff.person} 号人员打印`, `${isoOf(today)}, printed by no. ${staff.person}`)}</p>
        </div>
      </div>
      <div class="seal-place"><span>{bookName()}</span><small>{say('（盖章处）', '(seal)')}</small></div>
    </article>
  )
}

/** The donor's name, for whoever may read it. */
function DonorOf({ hash }: { hash: Hex }) {
  const { told } = useTold<{ opened?: unknown }>(`/v1/desk/papers/${hash}`)
  return <>{(told?.opened === undefined ? undefined : readOpened(told.opened)['donor']?.value) ?? say('（姓名不公开）', '(name withheld)')}</>
}
