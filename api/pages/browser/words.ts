/** The words of a block, with their list: fetched only by whoever opens them. */
export { formatWords, wordsOf } from '../../../ledger/headWords.ts'
