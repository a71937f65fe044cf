import type { Verdict } from '../../../proof/check/bundle/sentences.ts'

/** How a verdict looks: a class of the style sheet, and a mark for whoever sees no colours. */
export const VERDICT_LOOKS: Record<Verdict, { readonly look: string; readonly mark: string }> = {
  passed: { look: 'check-good', mark: '✓' }, partial: { look: 'check-warn', mark: '!' }, failed: { look: 'check-bad', mark: '✗' },
}
