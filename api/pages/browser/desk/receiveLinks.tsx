import { useState } from 'preact/hooks'
import { formatDay } from '../../../../ledger/day.ts'
import { formatYuan } from '../../../../ledger/fen.ts'
import { bookName } from './book.ts'
import { say } from './language.ts'
import { yuan } from './pieces.tsx'
import type { LookedGift } from './receiveBatch.ts'
import type { GiftLink } from './receiveGifts.ts'
import { Qr } from './receiveReceipt.tsx'

/** A gift and its link, to be handed out. */
export type Handed = { readonly gift: LookedGift; readonly link: GiftLink }

/** Ten sheets of A4 at a time: a QR takes milliseconds to draw. */
const SHOWN = 160

/** The links of a list: on paper, a strip for each donor, and as a file. Names come from the list and stay in this browser. */
export function Links({ handed, file, fund }: { handed: readonly Handed[]; file: string; fund: string }) {
  const [from, setFrom] = useState<number>()
  const save = (): void => {
    const address = URL.createObjectURL(new Blob([sheetOf(handed)], { type: 'text/csv' }))
    const link = Object.assign(document.createElement('a'), { href: address, download: `${file.replace(/\.[^.]+$/, '')}-${say('查询链接', 'links')}.csv` })
    link.click()
    setTimeout(() => URL.revokeObjectURL(address), 60_000)
  }
  const parts = Array.from({ length: Math.ceil(handed.length / SHOWN) }, (_, at) => at * SHOWN)
  const last = (at: number) => Math.min(at + SHOWN, handed.length)
  return (
    <section class="stack" aria-label={say('查询链接', 'Links')}>
      <div class="stack no-print">
        <h2>{say('发给捐赠人的查询链接', 'Links for the donors')}</h2>
        <p class="note">{say(
          `${handed.length} 条。链接里有打开姓名和备注的密钥，请只交给本人。`, `${handed.length}. A link holds the key to its donor’s name and remark: give it to nobody else.`,
        )}</p>
        <p class="buttons">
          <button type="button" onClick={save}>{say('下载表格（.csv）', 'Download (.csv)')}</button>
          {parts.length === 1 && from === undefined && <button type="button" class="button-quiet" onClick={() => setFrom(0)}>{say('排成可打印的纸条', 'Lay out for printing')}</button>}
          {parts.length > 1 && (
            <select name="part" aria-label={say('要打印的部分', 'Part to print')} onInput={(event) => setFrom(event.currentTarget.value === '' ? undefined : Number(event.currentTarget.value))}>
              <option value="">{say('排成可打印的纸条……', 'Lay out for printing …')}</option>
              {parts.map((at) => <option value={`${at}`} selected={at === from}>{say(`第 ${at + 1}–${last(at)} 条`, `${at + 1}–${last(at)}`)}</option>)}
            </select>
          )}
          {from !== undefined && <button type="button" class="button-quiet" onClick={() => print()}>{say('打印', 'Print')}</button>}
        </p>
      </div>
      {from !== undefined && (
        <ol class="strips">
          {handed.slice(from, from + SHOWN).map(({ gift, link }) => (
            <li key={gift.ref} class="strip">
              <Qr text={link.link} />
              <div>
                <p class="strip-note strip-book">{bookName()} · {fund}</p>
                <p class="strip-name">{gift.donor === '' ? say('不具名', 'not named') : gift.donor}</p>
                <p><span class="amount">{yuan(gift.amount)}</span> <small>{formatDay(gift.date)}</small></p>
                <p class="strip-code">{link.code}</p>
                <p class="strip-link">{link.link}</p>
                <p class="strip-note">{say('扫码查看善款去向。这不是捐赠票据。', 'Scan it to see where it goes. No donation invoice.')}</p>
              </div>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

/** The byte order mark makes spreadsheets read it as UTF-8. */
function sheetOf(handed: readonly Handed[]): string {
  const lines = handed.map(({ gift: { row, donor, date, amount }, link: { code, link } }) =>
    [`${row}`, donor, formatDay(date), formatYuan(amount).replaceAll(',', ''), code, link].map(cellOf).join(','))
  return ['\ufeff行/row,捐赠人/donor,日期/date,金额/yuan,查询码/code,链接/link', ...lines, ''].join('\r\n')
}

/** A name that begins like a formula would be one in a spreadsheet. */
function cellOf(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
