import { useEffect, useRef, useState } from 'preact/hooks'
import { pairUp, type NewMatch, type Proposal } from '../../../../intake/matching.ts'
import type { Reason, Unexplained, Words } from '../../../../ledger/words.ts'
import { useDesk } from './desk.ts'
import { get } from './server.ts'

/** What the server tells of an account's bank side; amounts are fen as text. @see api/routes/deskBank.ts */
export type ShareTold = { readonly all: string; readonly explained: string; readonly share: string }
export type SumsTold = { readonly lines: number; readonly credits: string; readonly creditLines: number; readonly debits: string; readonly debitLines: number }
export type StandingTold = {
  readonly number: number; readonly title: Words; readonly balance: string; readonly through?: string; readonly credits: ShareTold; readonly debits: ShareTold
  readonly waiting: SumsTold; readonly said: SumsTold
}
export type EntryTold = {
  readonly fund: number; readonly outflow: boolean; readonly number: number; readonly day: string; readonly amount: string; readonly title?: Words; readonly who?: string
}
/** `who` the bank printed, for those who may read it. */
export type ProposalLineTold = { readonly line: number; readonly day: string; readonly amount: string; readonly who?: string }
export type ProposalTold = {
  readonly lines: readonly ProposalLineTold[]; readonly entries: readonly EntryTold[]; readonly score: number; readonly why: Proposal['why']
}
export type LineTold = {
  readonly line: number; readonly statement: number; readonly day: string; readonly amount: string; readonly left: string
  readonly texts: Readonly<Record<string, string>>; readonly explained?: { readonly why: Unexplained; readonly statement?: string }; readonly proposal?: ProposalTold
}
export type MatchTold = {
  readonly number: number; readonly line: number; readonly day: string; readonly fund: number; readonly outflow: boolean; readonly entry: number
  readonly amount: string; readonly person: number; readonly at: number; readonly counterparty?: string; readonly title?: Words
  readonly undone?: { readonly reason: Reason; readonly person: number }
}
export type SureTold = { readonly proposals: number; readonly matches: number; readonly amount: string }
export type OpenTold = { readonly standing: StandingTold; readonly lines: readonly LineTold[]; readonly doubtful: readonly MatchTold[]; readonly sure: SureTold; readonly next?: number }

type SumTold = { readonly count: number; readonly amount: string }
export type WaysTold = { readonly credits: SumTold; readonly debits: SumTold }
export type BalanceTold = {
  readonly openedOn: string; readonly through: string; readonly accounts: number
  readonly bank: WaysTold & { readonly opening: string; readonly balance: string }; readonly book: WaysTold & { readonly balance: string }
  readonly matched: WaysTold; readonly onlyBook: WaysTold; readonly waiting: WaysTold; readonly said: WaysTold; readonly otherDays: WaysTold; readonly elsewhere: WaysTold; readonly otherFunds: WaysTold
  readonly faults: string; readonly adjusted: { readonly bank: string; readonly book: string }; readonly entries: readonly EntryTold[]; readonly more: number
}

/**
 * The open lines of an account, looked at again whenever anything was recorded. `drop` takes lines away at once that were just
 * matched, before the server has told the rest.
 */
export function useOpen(account: number, said: boolean) {
  const desk = useDesk()
  const [told, setTold] = useState<OpenTold>()
  const [error, setError] = useState<unknown>()
  const loaded = useRef(0)
  const look = async (after?: number): Promise<OpenTold> =>
    await desk.inSession(async () => await get<OpenTold>(`/v1/desk/bank/${account}/open?limit=50${said ? '&said=true' : ''}${after === undefined ? '' : `&after=${after}`}`))
  useEffect(() => {
    let isCurrent = true
    const lookAgain = async (): Promise<void> => {
      let all = await look()
      while (all.next !== undefined && all.lines.length < loaded.current) {
        const page = await look(all.next)
        all = { ...page, lines: [...all.lines, ...page.lines] }
      }
      if (isCurrent) show(all)
    }
    lookAgain().catch((caught: unknown) => isCurrent && setError(caught))
    return () => {
      isCurrent = false
    }
  }, [account, said, desk.inbox])
  const show = (all: OpenTold): void => {
    loaded.current = all.lines.length
    setError(undefined)
    setTold(all)
  }
  return {
    told, error,
    more: async () => {
      if (told?.next === undefined) return
      const page = await look(told.next)
      show({ ...page, lines: [...told.lines, ...page.lines] })
    },
    drop: (lines: readonly number[]) => setTold((before) => before && { ...before, lines: before.lines.filter(({ line }) => !lines.includes(line)) }),
  }
}

/** What accepting a proposal records. */
export function matchesOfTold({ lines, entries }: ProposalTold): NewMatch[] {
  return pairUp(
    lines.map(({ line, amount }) => ({ line, amount: BigInt(amount) })),
    entries.map(({ fund, outflow, number, amount }) => ({ fund, outflow, number, amount: BigInt(amount) })),
  )
}
