import { formatDay, type Day } from '../../../../ledger/day.ts'
import type { Fen } from '../../../../ledger/fen.ts'
import { drawQr } from '../qr.ts'
import { bookName } from './book.ts'
import { say } from './language.ts'
import { DeskLink, isoOf, yuan } from './pieces.tsx'
import type { GiftLink } from './receiveGifts.ts'

/** What was received, for whoever gave it. The name is on this page and on paper alone. */
export type Received = {
  readonly fund: string; readonly number: number; readonly date: Day; readonly amount: Fen; readonly donor: string; readonly link?: GiftLink
  /** Printed anew on this day. */
  readonly again?: Day
  /** What was recorded first, where some of it is void. */
  readonly first?: Fen
  /** The bank account from whose line it was recorded. */
  readonly account?: number
}

/** What a donor takes along. It must not look like a 公益事业捐赠票据, which only the tax office's own forms are. */
export function Receipt({ received: { fund, number, date, amount, donor, link, again, first, account }, onNext }: { received: Received; onNext: () => void }) {
  return (
    <div class="stack narrow receipt-page">
      {again === undefined && <p class="no-print" role="status">{say('已登记。', 'It is recorded.')}</p>}
      <article class="sheet stack slip">
        <p class="slip-book">{bookName()}</p>
        <h1>{say('收款记录', 'Record of a gift')}</h1>
        <p class="slip-not">{say('这不是捐赠票据，不能用于抵税或报销。', 'This is not a donation invoice; it is of no use for tax.')}</p>
        <p class="big amount">{yuan(amount)}</p>
        <dl class="facts">
          {first !== undefined && <div><dt>{say('原来登记', 'First recorded')}</dt><dd>{say(`${yuan(first)}，其余已冲销`, `${yuan(first)}; the rest is void`)}</dd></div>}
          <div><dt>{say('捐赠人', 'Donor')}</dt><dd>{donor === '' ? say('不具名', 'not named') : donor}</dd></div>
          <div><dt>{say('用于', 'For')}</dt><dd>{fund}</dd></div>
          <div><dt>{say('收款日期', 'Received on')}</dt><dd>{formatDay(date)}</dd></div>
          <div><dt>{say('账本中', 'In the book')}</dt><dd>{say(`第 ${number} 笔收入`, `inflow ${number}`)}</dd></div>
          {again !== undefined && <div><dt>{say('补打', 'Printed again')}</dt><dd>{isoOf(again)}</dd></div>}
        </dl>
        {link
          ? (
            <div class="receipt">
              <Qr text={link.link} />
              <div class="stack-tight">
                <p>{say('扫码查看这笔钱的去向，每一分都可以自己核对。', 'Scan it to see where this money goes, and check every fen yourself.')}</p>
                <p class="note">{say('查询码', 'Code')}</p>
                <p class="code">{link.code}</p>
                <p class="hash">{link.link}</p>
                <p class="note">{say('链接里有打开您姓名和备注的密钥，请自己保管。', 'The link holds the key to your name and remark: keep it to yourself.')}</p>
              </div>
            </div>
          )
          : <p class="note">{say('这笔没有链接：个人信息已依法限制或删除，或暂时没有取到，可稍后再打印。', 'There is no link: restricted or destroyed by law, or not to be had just now.')}</p>}
      </article>
      <p class="buttons no-print">
        <button type="button" onClick={() => print()}>{say('打印', 'Print')}</button>
        <button type="button" class="button-quiet" onClick={onNext}>{again === undefined ? say('再登记一笔', 'Another one') : say('返回', 'Back')}</button>
        {account !== undefined && <DeskLink to={`/desk/reconcile/${account}`}>{say('回到对账', 'Back to reconciling')}</DeskLink>}
      </p>
    </div>
  )
}

/** A QR code, drawn here: the server never sees a link with its key. */
export function Qr({ text }: { text: string }) {
  return <span class="qr-place" ref={(place) => place?.replaceChildren(drawQr(text, say('查询链接的二维码', 'QR code of the link')))} />
}
