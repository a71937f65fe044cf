/**
 * Whether two names, as a bank prints one and a paper says the other, cannot be of the same: 沈明 and 陈静. Not where either says
 * nobody in particular, nor where one is the other with more or less around it (欧阳明月等), nor where the bank masked it (沈*).
 */
export function clearlyDiffer(one = '', other = ''): boolean {
  const [some, others] = [namesIn(one), namesIn(other)]
  return some.length > 0 && others.length > 0 && some.every((a) => others.every((b) => isOther(a, b)))
}

function isOther(a: string, b: string): boolean {
  if (a === b) return false
  if (a.includes('*') || b.includes('*')) return !fitsMask(a, b) && !fitsMask(b, a)
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if (short.length >= LONG_ENOUGH) return !long.includes(short)
  return !(long.startsWith(short) && AROUND.test(long.slice(short.length)))
}

/** So long a name stands within another by no accident. */
const LONG_ENOUGH = 4

/** What is written behind the short name of a person. */
const AROUND = /^(等|先生|女士|同志|老师|医生|家属|一家|夫妇|\d)/

/** Who pays others' money out or in, and what is written for nobody: their names tell nothing of whose money it is. */
const NOBODY = /支付宝|财付通|微信|银联|云闪付|蚂蚁|数字人民币|平台|代发|代收|代付|批量|清算|待划转|众人|多人|匿名|不具名|未具名|无名氏|热心|爱心|好心人|alipay|tenpay|wechat|unionpay|anonymous/

/** Those named, written one way; none where one of them is nobody in particular. */
function namesIn(text: string): string[] {
  const folded = text.normalize('NFKC').toLowerCase()
  if (NOBODY.test(folded)) return []
  return folded.split(/[、,;/&+]/).map((name) => name.replace(/※|x{2,}/g, '*').replace(/[^\p{L}\p{N}*]/gu, '')).filter((name) => name !== '')
}

/** Whether a name may be what a bank masked: every run of asterisks stands for some letters. What is masked all over may be anybody. */
function fitsMask(mask: string, name: string): boolean {
  const parts = mask.split(/\*+/)
  return parts.length > MOST_PARTS || new RegExp(`^${parts.join('.+')}$`, 'u').test(name)
}

const MOST_PARTS = 4
