import { Fen } from '../../ledger/fen.ts'
import type { FundView, OutflowView } from '../views.ts'
import { stateWords, takenWords } from '../../ledger/words.ts'
import { yuan, type Visit } from './visit.ts'

type FiguresOf = {
  readonly visit: Visit
  readonly label: string
  readonly received: Fen
  readonly spent: Fen
  readonly held: Fen
  readonly available: Fen
}

/** Received, spent, held, available: in figures, and as one bar. */
export function Figures({ visit: { say }, label, received, spent, held, available }: FiguresOf) {
  return (
    <div class="stack">
      <dl class="figures">
        <div class="wide">
          <dt>{label}</dt>
          <dd>{yuan(received)}</dd>
        </div>
        <div>
          <dt class="swatch swatch-spent">{say('已支出', 'Spent')}</dt>
          <dd>{yuan(spent)}</dd>
        </div>
        <div>
          <dt class="swatch swatch-held">{say('已批待付', 'Held')}</dt>
          <dd>{yuan(held)}</dd>
        </div>
        <div>
          <dt class="swatch swatch-free">{say('可用', 'Available')}</dt>
          <dd>{yuan(available)}</dd>
        </div>
      </dl>
      <Bar received={received} spent={spent} held={held} available={available} />
    </div>
  )
}

/** A fund's figures without what came back and what was voided: that was neither received nor spent in the end. */
export function netOf({ received, corrected, spent, held, available }: FundView) {
  return { received: lessOf(received, corrected), spent: lessOf(spent, corrected), held, available }
}

/** What is left of an amount; nothing where a mirror that was altered would have less than that. */
export function lessOf(amount: bigint, taken: bigint): Fen {
  return Fen(amount < taken ? 0n : amount - taken)
}

/** The same figures, for the eye. */
function Bar({ received, spent, held, available }: Omit<FiguresOf, 'visit' | 'label'>) {
  if (received === 0n) return null
  const share = (part: Fen) => Number((part * 100_000n) / received) / 100
  const [wide, wider] = [share(spent), share(held)]
  return (
    <svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
      <rect width={wide} height="10" class="spent" />
      <rect x={wide} width={wider} height="10" class="held" />
      <rect x={wide + wider} width={share(available)} height="10" class="free" />
    </svg>
  )
}

/** Whether an outflow was refused or withdrawn before a fen of it was paid: it never will be. */
export function isTurnedDown({ state }: Pick<OutflowView, 'state'>): boolean {
  return state === 'Rejected' || state === 'Cancelled'
}

/** How far an outflow has come. */
export function StateChip({ visit, outflow }: { visit: Visit; outflow: Pick<OutflowView, 'kind' | 'state' | 'paid' | 'demo'> }) {
  const { kind, state, paid, demo } = outflow
  const tone = state === 'Accepted' ? 'chip-good' : isTurnedDown(outflow) ? 'chip-bad' : 'chip-wait'
  return (
    <>
      <span class={`chip ${tone}`}>{visit.word(state === 'Approved' && paid > 0n ? takenWords(kind, state) : stateWords(kind, state))}</span>
      {demo && <DemoChip visit={visit} />}
    </>
  )
}

/** Beside whatever was invented. */
export function DemoChip({ visit: { say } }: { visit: Visit }) {
  return <span class="chip chip-demo">{say('示范', 'invented')}</span>
}
