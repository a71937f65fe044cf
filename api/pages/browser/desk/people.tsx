import { getAddress } from 'ethers'
import { useState } from 'preact/hooks'
import { keyDraft, personDraft } from '../../../../ledger/drafts.ts'
import { Address, type Hex } from '../../../../ledger/hex.ts'
import { ROLE_WORDS, ROLES, type Role } from '../../../../ledger/words.ts'
import type { About, Recorded } from './acting.ts'
import { useTold } from './asking.ts'
import { useDesk } from './desk.ts'
import { Letter } from './faults.tsx'
import { say, word } from './language.ts'
import { registeredWords, tellLoss, type Held, type Registered } from './offices.ts'
import { Choice, Doing, Field, formatMinute, Opening, UNCHOSEN } from './pieces.tsx'
import { SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

type KeyTold = { readonly address: Hex; readonly addedAt: number; readonly retiredAt?: number; readonly roles: readonly Held[] }
type PersonTold = Omit<Registered, 'keys'> & { readonly keys: readonly KeyTold[] }
type PeopleTold = { readonly people: readonly PersonTold[]; readonly delayDays: Readonly<Record<Role, number>> }

/** 人员: who is in the book, with which keys and roles. The registrar writes persons and keys, the council appoints. */
export function People() {
  const { has } = useDesk()
  const { told, error } = useTold<PeopleTold>('/v1/desk/people')
  const [since, setSince] = useState<{ role: Role; key: Hex; at: number }>()
  if (!told) return <Opening error={error} />
  return (
    <section class="stack">
      <h1>{say('人员', 'People')}</h1>
      <LostKey delayDays={told.delayDays} />
      {has('REGISTRAR') && <Enrol />}
      {since && <p class="sheet" role="status">{say(`已任命为${ROLE_WORDS[since.role].zh}，自 ${formatMinute(since.at)} 起生效；在此之前不能办理。`, `Appointed ${ROLE_WORDS[since.role].en}, in effect from ${formatMinute(since.at)} China time; not before.`)}</p>}
      <ul class="rows people">{told.people.map((person) => <li><Person person={person} people={told.people} delayDays={told.delayDays} onAppointed={setSince} /></li>)}</ul>
    </section>
  )
}

function LostKey({ delayDays }: { delayDays: PeopleTold['delayDays'] }) {
  return (
    <details class="sheet">
      <summary>{say('密钥丢了怎么办（三步）', 'When a key is lost (three steps)')}</summary>
      <ol class="numbered stack-tight">
        <li>{say('停用旧密钥：人事登记员在下面找到这个人，点“停用”。立即生效，捡到它的人什么也办不了。', 'Retire the old one: the registrar, below. At once, so that whoever found it can do nothing.')}</li>
        <li>{say('增加新密钥：本人在办公台首页新建密钥，把地址交给人事登记员，登记在同一个人名下。', 'Add the new one: its owner makes a key at the desk’s door and gives the address to the registrar, who adds it to the same person.')}</li>
        <li>{say(`重新任命：理事会把原来的岗位任命给新密钥。${ROLE_WORDS.ACCOUNTANT.zh}等岗位 ${delayDays.ACCOUNTANT} 天后生效，${ROLE_WORDS.REGISTRAR.zh} ${delayDays.REGISTRAR} 天，${ROLE_WORDS.COUNCIL.zh} ${delayDays.COUNCIL} 天。`, `Appoint: the council appoints the new key to the old roles. In effect after ${delayDays.ACCOUNTANT} day for accountants and the like, ${delayDays.REGISTRAR} for a registrar, ${delayDays.COUNCIL} for the council.`)}</li>
      </ol>
      <p class="note">{say('旧密钥签过的账仍然有效；同一个人换了密钥，编号不变，不会因此多算一个人。', 'What the old key signed stays. The person keeps the number, so a second key is no second person.')}</p>
    </details>
  )
}

function Enrol() {
  const { act } = useDesk()
  const { form, fields, change } = useTyping('enrol', { address: '', office: '', voucher: '', name: '' })
  const [person, setPerson] = useState<number>()
  const run = async () => {
    const key = addressOf(fields.address, 'address')
    const office = fields.office.trim()
    if (office === '') throw new SentenceOnly(say('请填职务。', 'Type the office.'), { at: 'office' })
    const done = await act({
      contract: 'people', name: 'enrol', drafts: [personDraft({ office, voucher: fields.voucher.trim() }, fields.name.trim())], args: ([paper]) => [key, paper], form,
    })
    if (done) setPerson(Number(eventOf(done, 'PersonEnrolled')?.['person']))
  }
  return (
    <details class="sheet">
      <summary>{say('登记新的人员', 'Enrol a person')}</summary>
      <Letter label={say('登记人员', 'Enrol')}>
        <Field label={say('密钥地址（0x…，由本人给出）', 'Address of the key (0x…)')} name="address" value={fields.address} maxLength={60} autocomplete="off" onInput={(address) => change({ address })} required />
        <Field label={say('职务（公开，不要写人名）', 'Office (public; no names)')} name="office" value={fields.office} maxLength={60} onInput={(office) => change({ office })} required />
        <Field label={say('担保方（公开，写机构）', 'Who vouches (public; a body)')} name="voucher" value={fields.voucher} maxLength={60} onInput={(voucher) => change({ voucher })} />
        <Field label={say('姓名（不公开）', 'Name (private)')} name="personName" value={fields.name} maxLength={60} autocomplete="off" onInput={(name) => change({ name })} />
        <Doing type="submit" onDo={run}>{say('登记', 'Enrol')}</Doing>
        {person !== undefined && <p role="status">{say(`已登记为 ${person} 号人员。还没有岗位，请理事会任命。`, `Enrolled as no. ${person}. The council appoints to a role.`)}</p>}
      </Letter>
    </details>
  )
}

type Appointed = { role: Role; key: Hex; at: number }
type PersonOf = { person: PersonTold; people: readonly PersonTold[]; delayDays: PeopleTold['delayDays']; onAppointed: (appointed: Appointed) => void }

function Person({ person, people, delayDays, onAppointed }: PersonOf) {
  const { has } = useDesk()
  const { number, office, name, keys } = person
  const live = keys.filter(({ retiredAt }) => retiredAt === undefined)
  return (
    <article class="stack-tight" aria-label={say(`${number} 号人员`, `Person ${number}`)}>
      <h2>{say(`${number} 号`, `No. ${number}`)} {office ?? ''} {name !== undefined && <small>{name}{say('（姓名不公开）', ' (private)')}</small>}</h2>
      <ul class="stack-tight">{keys.map((key) => <li><KeyRow owned={key} person={person} people={people} /></li>)}</ul>
      {(has('REGISTRAR') || (has('COUNCIL') && live.length > 0)) && (
        <details>
          <summary>{has('REGISTRAR') ? say('增加密钥', 'Another key') : say('任命', 'Appoint')}{has('REGISTRAR') && has('COUNCIL') ? say('、任命', ', appoint') : ''}</summary>
          {has('REGISTRAR') && <AddKey person={person} />}
          {has('COUNCIL') && live.length > 0 && <Appoint person={person} live={live} delayDays={delayDays} onAppointed={onAppointed} />}
        </details>
      )}
    </article>
  )
}

function KeyRow({ owned: { address, retiredAt, roles }, person, people }: { owned: KeyTold; person: PersonTold; people: readonly PersonTold[] }) {
  const { act, today, has, staff } = useDesk()
  const lossOf = (lost: readonly Held[]) => tellLoss({ person, key: address, lost, people, self: staff })
  const retire = async () => await act({ contract: 'people', name: 'retireKey', drafts: [keyDraft('retired', today)], args: ([paper]) => [address, paper], ...lossOf(roles) })
  const dismiss = async (held: Held) => await act({ contract: 'charter', name: 'revokeRole', drafts: [], args: () => [ROLES.indexOf(held.role), address], ...lossOf([held]) })
  if (retiredAt !== undefined)
    return <p class="key-row"><span class="hash">{getAddress(address)}</span> <span class="chip chip-bad">{say(`${formatMinute(retiredAt)} 停用`, `retired ${formatMinute(retiredAt)}`)}</span></p>
  return (
    <div class="key-row">
      <span class="hash">{getAddress(address)}</span>
      {roles.map((held) => (
        <span class="key-role">
          <span class={`chip ${held.isPending ? 'chip-wait' : 'chip-good'}`}>{word(ROLE_WORDS[held.role])}{held.isPending && say(`，自 ${formatMinute(held.since)} 起`, ` from ${formatMinute(held.since)}`)}</span>
          {has('COUNCIL') && <Doing quiet onDo={async () => await dismiss(held)}>{say(`免去${ROLE_WORDS[held.role].zh}`, `Dismiss the ${ROLE_WORDS[held.role].en}`)}</Doing>}
        </span>
      ))}
      {has('REGISTRAR') && <Doing quiet onDo={retire}>{say('停用', 'Retire')}</Doing>}
    </div>
  )
}

function AddKey({ person }: { person: PersonTold }) {
  const { act, today } = useDesk()
  const { form, fields, change } = useTyping(`key-${person.number}`, { address: '' })
  const run = async () => {
    const key = addressOf(fields.address, 'key')
    await act({ contract: 'people', name: 'addKey', drafts: [keyDraft('added', today)], args: ([paper]) => [person.number, key, paper], about: aboutOf(person), form })
  }
  return (
    <Letter>
      <Field label={say('新密钥的地址（0x…）', "The new key's address (0x…)")} name={`key${person.number}`} value={fields.address} maxLength={60} autocomplete="off" onInput={(address) => change({ address })} />
      <Doing type="submit" onDo={run}>{say('增加密钥', 'Add the key')}</Doing>
    </Letter>
  )
}

type AppointOf = { person: PersonTold; live: readonly KeyTold[]; delayDays: PeopleTold['delayDays']; onAppointed: (appointed: Appointed) => void }

function Appoint({ person, live, delayDays, onAppointed }: AppointOf) {
  const { number } = person
  const { act } = useDesk()
  const { form, fields, change } = useTyping(`appoint-${number}`, { role: '' as Role | '', key: '' as string })
  const key = live.find(({ address }) => address === fields.key) ?? live.at(-1)
  const run = async () => {
    if (fields.role === '' || !key) throw new SentenceOnly(say('请先选岗位。', 'Choose a role first.'), { at: 'role' })
    const { role } = fields
    const done = await act({ contract: 'charter', name: 'grantRole', drafts: [], args: () => [ROLES.indexOf(role), key.address, 0], about: aboutOf(person), form })
    if (done) onAppointed({ role, key: key.address, at: Number(eventOf(done, 'RoleGranted')?.['since']) })
  }
  return (
    <Letter>
      <Choice<Role | ''> label={say('岗位', 'Role')} name={`role${number}`} value={fields.role} options={[UNCHOSEN, ...ROLES.map((role) => [role, ROLE_WORDS[role]] as const)]} onInput={(role) => change({ role })} />
      {live.length > 1 && (
        <Choice label={say('密钥', 'Key')} name={`appointKey${number}`} value={key?.address ?? ''} options={live.map(({ address }) => [address as string, { zh: getAddress(address), en: getAddress(address) }] as const)} onInput={(address) => change({ key: address })} />
      )}
      {fields.role !== '' && <p class="note">{say(`任命先公示 ${delayDays[fields.role]} 天，期满自动生效。`, `It takes effect by itself after ${delayDays[fields.role]} days.`)}</p>}
      <Doing type="submit" onDo={run}>{say('任命', 'Appoint')}</Doing>
    </Letter>
  )
}

/** Whom an act on a key is about: its bytes have the address alone. */
function aboutOf(person: PersonTold): About {
  return { title: registeredWords(person) }
}

function eventOf({ events }: Recorded, name: string) {
  return events.find((event) => event.name === name)
}

function addressOf(text: string, at: string): Hex {
  try {
    // Capitals are its check: a letter that was copied wrongly is found (ERC-55).
    return Address(getAddress(text.trim()).toLowerCase())
  } catch (cause) {
    throw new SentenceOnly(say('密钥地址不对：应是 0x 加 40 位数字或字母，连大小写一起照抄；错一个字就会被发现。', 'That is no address: 0x and 40 digits or letters, capitals as they are; one wrong letter is found.'), { cause, at })
  }
}
