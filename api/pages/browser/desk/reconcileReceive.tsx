import { SOURCE_WORDS, type Source } from '../../../../ledger/words.ts'
import { say } from './language.ts'
import { yuan } from './pieces.tsx'
import type { LineTold } from './reconcileTold.ts'
import { go } from './router.ts'
import { keepTyping } from './typing.ts'

/**
 * Takes a credit without an entry to where money that came is recorded, with what the bank printed typed there already. The bank's
 * number goes along, by which the line finds its entry afterwards.
 */
export function ReceiveLine({ account, line, sources = [sourceOf(line)] }: { account: number; line: LineTold; sources?: readonly Source[] }) {
  return (
    <>
      {sources.map((source) => (
        <button type="button" class="button-quiet button-small" onClick={() => receive(account, line, source)}>{say(`登记成${SOURCE_WORDS[source].zh}`, `Record as ${SOURCE_WORDS[source].en}`)}</button>
      ))}
    </>
  )
}

/** What a credit seems to be by the bank's own words. */
function sourceOf({ texts: { counterparty = '', remark = '', kind = '' } }: LineTold): Source {
  return /利息|结息|\binterest\b/i.test(`${counterparty} ${remark} ${kind}`) ? 'Interest' : 'Donation'
}

function receive(account: number, { day, left, texts: { counterparty = '', remark = '', document = '' } }: LineTold, source: Source): void {
  const donor = source === 'Donation' ? counterparty : ''
  keepTyping('receive', { on: day, amount: yuan(left).replace(/[¥,]/g, ''), donor, remark, reference: document, source, account: `${account}` })
  go('/desk/receive')
}
