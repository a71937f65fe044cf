import type { Hex } from '../../../../ledger/hex.ts'
import { ROLE_WORDS, type Role, type Words } from '../../../../ledger/words.ts'
import type { Listed, Plan } from './acting.ts'
import { say } from './language.ts'
import { formatMinute } from './pieces.tsx'

/** An office that a key has, or will have from `since` on. */
export type Held = { readonly role: Role; readonly since: number; readonly isPending: boolean }

/** Somebody of the register. */
export type Registered = { readonly number: number; readonly office?: string; readonly name?: string; readonly keys: readonly { readonly address: Hex; readonly roles: readonly Held[] }[] }

/** The offices that a key is about to lose, and among whom others may hold them. */
type Loss = { readonly person: Registered; readonly key: Hex; readonly lost: readonly Held[]; readonly people: readonly Registered[]; readonly self: { readonly person: number } }

/** A person as the register has them. */
export function registeredWords({ number, office = '', name = '' }: Omit<Registered, 'keys'>): Words {
  return { zh: `${number} 号人员 ${office} ${name}`.trim(), en: `no. ${number} ${office} ${name}`.trim() }
}

/** Whose offices are lost, and what nobody can do afterwards: the bytes of the call have the key’s address, and at most one role. */
export function tellLoss(loss: Loss): Required<Pick<Plan, 'warnings'>> & { about: Listed } {
  const { person, lost, self } = loss
  const isSelf = person.number === self.person
  const { zh, en } = registeredWords(person)
  return {
    about: {
      rows: [
        { label: { zh: '所指的人', en: 'Who it is about' }, value: isSelf ? { zh: `${zh}（这是您自己）`, en: `${en} (yourself)` } : { zh, en } },
        { label: { zh: '失去的岗位', en: 'Offices that are lost' }, value: { zh: lost.map(heldZh).join('、') || '这把密钥没有岗位', en: lost.map(heldEn).join(', ') || 'the key has none' } },
      ],
    },
    warnings: [...(isSelf ? [say('这是您自己的密钥。', 'This key is your own.') + ownWords(loss)] : []), ...lost.map((held) => aloneWords(held.role, loss)).filter((words) => words !== '')],
  }
}

function heldZh({ role, isPending }: Held): string {
  return ROLE_WORDS[role].zh + (isPending ? '（尚未生效）' : '')
}

function heldEn({ role, isPending }: Held): string {
  return ROLE_WORDS[role].en + (isPending ? ' (not in effect yet)' : '')
}

function ownWords(loss: Loss): string {
  const isCouncil = loss.lost.some(({ role }) => role === 'COUNCIL') && !others('COUNCIL', loss).some(({ person }) => person === loss.self.person)
  return isCouncil ? say('此后您不能再任免任何人。', ' You appoint and dismiss nobody afterwards.') : ''
}

/** What nobody can do where nobody holds an office that the others hang on. */
const UNDONE: Partial<Record<Role, Words>> = {
  COUNCIL: { zh: '：没有人能任免，也没有人能变更权责清单', en: ': nobody appoints, dismisses or changes who may do what' },
  REGISTRAR: { zh: '：没有人能登记人员、增加密钥，丢了的密钥也停用不了', en: ': nobody enrols people, adds keys or retires a lost one' },
}

/** What follows when nobody else holds an office; empty where somebody does. */
function aloneWords(role: Role, loss: Loss): string {
  const left = others(role, loss)
  if (left.some(({ isPending }) => !isPending)) return ''
  const [next] = left.toSorted((one, other) => one.since - other.since)
  const until = next
    ? say(`，直到 ${formatMinute(next.since)} ${next.person} 号人员的任命生效`, ` until no. ${next.person}’s appointment takes effect at ${formatMinute(next.since)}`)
    : isCouncilLeft(loss) ? say('，直到理事会任命别人并且生效', ' until the council appoints another and that takes effect') : say('，再也无法挽回', ', and nothing brings that back')
  const nobody = { zh: `按名册，此后没有人担任${ROLE_WORDS[role].zh}`, en: `By the register nobody holds the office of ${ROLE_WORDS[role].en} afterwards` }
  return say(`${nobody.zh}${UNDONE[role]?.zh ?? ''}${until}。`, `${nobody.en}${UNDONE[role]?.en ?? ''}${until}.`)
}

function isCouncilLeft(loss: Loss): boolean {
  const { people, key, lost } = loss
  const isKept = people.some(({ keys }) => keys.some(({ address, roles }) => address === key && roles.some(({ role }) => role === 'COUNCIL'))) && !lost.some(({ role }) => role === 'COUNCIL')
  return isKept || others('COUNCIL', loss).length > 0
}

/** Those who hold an office, or will, with any other key than the one that loses it. */
function others(role: Role, { people, key }: Loss): (Held & { readonly person: number })[] {
  return people.flatMap(({ number, keys }) => keys.filter(({ address }) => address !== key).flatMap(({ roles }) => roles.filter((held) => held.role === role).map((held) => ({ ...held, person: number }))))
}
