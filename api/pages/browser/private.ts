import { readLinkKey, type LinkKey } from '../../../ledger/code.ts'
import { fromHex, Hash, type Hex } from '../../../ledger/hex.ts'
import { unlockFields } from '../../../ledger/link.ts'
import { checkField } from '../../../ledger/papers.ts'
import { byId, element } from './element.ts'
import { fetchHere, fetchPaper } from './fetching.ts'

/** The key of the link: what stands after `#`. Browsers send it to nobody. @throws {RangeError} when it is mistyped. */
export function keyOfLink(): LinkKey | undefined {
  const text = decodeURIComponent(location.hash.slice(1))
  return text ? readLinkKey(text) : undefined
}

/**
 * Opens the donor's own private fields with the link's key and shows those that the paper committed to. Gives the paper's hash:
 * whoever's key opens it, the proven inflow with this paper is theirs.
 */
export async function openPrivate(code: string, key: LinkKey, language: 'zh' | 'en'): Promise<Hex | undefined> {
  const say = (zh: string, en: string) => (language === 'zh' ? zh : en)
  const answer: unknown = await (await fetchHere(`/v1/trace/${code}/sealed`, language)).json()
  const { state, paper: hash, locked } = Object(answer)
  if (typeof locked !== 'string') {
    tell(say(state === 'destroyed' ? '个人信息已依法删除。' : '个人信息已依法限制，不再显示。', state === 'destroyed' ? 'The personal data were destroyed as the law asks.' : 'The personal data are restricted as the law asks, and no longer shown.'))
    return undefined
  }

  const paper = Hash(String(hash))
  const opened = unlockFields(key, paper, fromHex(locked))
  const manifest = await fetchPaper(paper, language)
  if (!manifest || manifest === 'false') throw new RangeError(say('凭证与账本上的指纹不符。', 'The paper is not the one in the book.'))
  const fields = Object.entries(opened).map(([field, { value, salt }]) => {
    const isPaper = checkField(manifest, field, { value, salt })
    return [
      element('dt', {}, LABELS[field]?.[language] ?? field),
      element('dd', {}, value || '—', !isPaper && element('small', {}, say('（与凭证不符！）', ' (not what the paper says!)'))),
    ]
  })
  byId('private-fields').replaceChildren(...fields.flat())
  byId('private').hidden = false
  return paper
}

/** Says in the private part why there is nothing to see. */
export function tell(sentence: string): void {
  byId('private-fields').replaceChildren(element('dd', { class: 'wide' }, sentence))
  byId('private').hidden = false
}

const LABELS: Record<string, Record<'zh' | 'en', string>> = {
  donor: { zh: '捐赠人', en: 'Donor' },
  remark: { zh: '备注', en: 'Remark' },
  date: { zh: '日期', en: 'Date' },
  amount: { zh: '金额', en: 'Amount' },
  phone: { zh: '电话', en: 'Phone' },
  account: { zh: '账号', en: 'Account' },
}
