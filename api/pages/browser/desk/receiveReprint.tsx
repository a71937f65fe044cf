import { useEffect, useState } from 'preact/hooks'
import { parseDay } from '../../../../ledger/day.ts'
import { Fen } from '../../../../ledger/fen.ts'
import { useDesk } from './desk.ts'
import type { InflowTold } from './find.tsx'
import { say, word } from './language.ts'
import { usePaper } from './papers.tsx'
import { Doing } from './pieces.tsx'
import { linksOf, type GiftLink } from './receiveGifts.ts'
import { GIVEN } from './receiveOne.tsx'
import type { Received } from './receiveReceipt.tsx'
import { SentenceOnly } from './server.ts'

/** Offers whoever records gifts the slip of one that is in the book, with its link, as it was when it was recorded. */
export function Reprint({ inflow, onSlip }: { inflow: InflowTold; onSlip: (received: Received) => void }) {
  const desk = useDesk()
  const { told, error } = usePaper(inflow.paper)
  const { fund, number, ref, on, amount } = inflow
  const left = Fen(BigInt(amount) - voidedOf(inflow))
  if (!desk.has('ACCOUNTANT') || !GIVEN.includes(inflow.source) || left === 0n) return null
  const make = async (): Promise<void> => {
    if (!told) throw error ?? new SentenceOnly(say('凭证还没有取到，请再按一次。', 'The paper is not here yet; press again.'))
    if (told.state !== 'kept') throw new SentenceOnly(say('个人信息已依法限制或删除，不能补打。', 'Private fields are restricted or destroyed by law: it cannot be printed again.'))
    const link = (await linksOf(desk, fund, [ref])).get(ref)
    const title = desk.funds.find((one) => one.number === fund)?.title
    onSlip({
      fund: title ? word(title) : String(fund), number, date: parseDay(on), amount: left, donor: told.opened?.['donor']?.value ?? '', again: desk.today, ...(link && { link }), ...(left !== BigInt(amount) && { first: Fen(BigInt(amount)) }),
    })
    scrollTo(0, 0)
  }
  return <p class="no-print"><Doing quiet onDo={make}>{say('补打收款记录', 'Print its slip again')}</Doing></p>
}

/** How much of an inflow was recorded in error and is void. */
export function voidedOf({ corrections }: InflowTold): bigint {
  return corrections.filter(({ kind }) => kind === 'Void').reduce((sum, { amount }) => sum + BigInt(amount), 0n)
}

/** The link of a gift for whoever may hand it out; undefined for everybody else, and where there is none. */
export function useGiftLink({ fund, ref }: InflowTold): GiftLink | undefined {
  const desk = useDesk()
  const [link, setLink] = useState<GiftLink>()
  useEffect(() => {
    let isOver = false
    if (desk.has('ACCOUNTANT'))
      // Without it the certificate is one all the same.
      linksOf(desk, fund, [ref]).then((links) => isOver || setLink(links.get(ref)), () => {})
    return () => {
      isOver = true
    }
  }, [fund, ref])
  return link
}
