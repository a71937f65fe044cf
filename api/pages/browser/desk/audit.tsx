import { useRef, useState } from 'preact/hooks'
import { findingDraft, opinionDraft } from '../../../../ledger/auditDrafts.ts'
import { Day, formatDay } from '../../../../ledger/day.ts'
import { FINDING_WORDS, OPINION_WORDS, OPINIONS, ROLE_WORDS, type FindingState, type OpinionKind, type Role, type Words } from '../../../../ledger/words.ts'
import { VERDICT_LOOKS } from '../verdictLooks.ts'
import { checkedText } from './answer.tsx'
import { useTold } from './asking.ts'
import { examineBeside } from './beside.ts'
import { CommunityChoice, useCommunity } from './community.tsx'
import { useDesk } from './desk.ts'
import type { BundleExamined } from './examine.ts'
import { Letter } from './faults.tsx'
import { say, word } from './language.ts'
import { Choice, dayOf, DeskLink, Doing, Field, formatMinute, isoOf, Opening, UNCHOSEN, Writing } from './pieces.tsx'
import { SentenceOnly } from './server.ts'
import { useTyping } from './typing.ts'

type AuditTold = {
  readonly findings: { readonly findings: readonly { readonly number: number; readonly owner: number; readonly dueOn: string; readonly state: FindingState; readonly overdue: boolean }[]; readonly completion?: string }
  readonly opinions: readonly { readonly number: number; readonly from: string; readonly through: string; readonly opinion: OpinionKind; readonly person: number; readonly at: number }[]
}
type PersonTold = { readonly number: number; readonly office?: string; readonly keys: readonly { readonly roles: readonly { readonly role: Role }[] }[] }
type PeopleTold = { readonly people: readonly PersonTold[] }

/** 审计: what auditors raise, see through and say of the books. The work itself is done elsewhere, on a copy and with no network. */
export function Audit() {
  const { told, error } = useTold<AuditTold>('/v1/desk/audit')
  if (!told) return <Opening error={error} />
  return (
    <section class="stack narrow">
      <h1>{say('审计', 'Audit')}</h1>
      <TakeHome />
      <Findings told={told.findings} />
      <Raise />
      <section class="stack" aria-labelledby="opinions">
        <h2 id="opinions">{say('审计意见', 'Opinions')}</h2>
        {told.opinions.length === 0 && <p class="empty">{say('还没有审计意见。', 'No opinion yet.')}</p>}
        <ul class="rows">
          {told.opinions.map(({ number, from, through, opinion, person, at }) => (
            <li>{say(`第 ${number} 号 · `, `No. ${number} · `)}<strong>{word(OPINION_WORDS[opinion])}</strong> <small>{from} – {through} · {say(`${person} 号人员`, `no. ${person}`)} · {formatMinute(at)}</small></li>
          ))}
        </ul>
      </section>
      <GiveOpinion />
    </section>
  )
}

function TakeHome() {
  return (
    <section class="sheet stack-tight" aria-labelledby="take">
      <h2 id="take">{say('把账带走核验', 'Take the books home')}</h2>
      <ol class="numbered stack-tight">
        <li><a href="/v1/bundles" download>{say('下载公开账册', 'Download the public bundle')}</a>{say('；要看凭证的非公开内容，请机构导出审计账册（bundle --scope auditor）。', '; for private fields of papers the office exports one for auditors (bundle --scope auditor).')}</li>
        <li><a href="/verify.html" download>{say('下载核验网页', 'Download the verifier')}</a>{say('，断网打开；信任锚（anchor.json）请从公告栏等别处取得，不要用本站的。', ', open it with no network; take the anchor (anchor.json) from elsewhere, never from this site.')}</li>
        <li>{say('发现问题，在下面提出；审完，在下面出具意见。', 'What you find is raised below, and so is your opinion.')}</li>
      </ol>
    </section>
  )
}

function Findings({ told: { findings, completion } }: { told: AuditTold['findings'] }) {
  return (
    <section class="stack" aria-labelledby="findings">
      <div class="head-row"><h2 id="findings">{say('审计问题', 'Findings')}</h2>{completion !== undefined && <span class="chip">{say('整改率 ', 'done ')}{completion}</span>}</div>
      {findings.length === 0 && <p class="empty">{say('没有审计问题。', 'No findings.')}</p>}
      <ul class="rows">
        {findings.map(({ number, owner, dueOn, state, overdue }) => (
          <li>
            <DeskLink look="inbox-item" to={`/desk/findings/${number}`}>
              <span class="inbox-what"><small>{say(`${owner} 号人员，${dueOn} 前`, `no. ${owner}, by ${dueOn}`)}</small><strong>{say(`第 ${number} 号审计问题`, `Finding ${number}`)}</strong></span>
              <span class={`chip ${state === 'Verified' ? 'chip-good' : overdue ? 'chip-bad' : 'chip-wait'}`}>{word(FINDING_WORDS[state])}{overdue && say(' · 逾期', ' · overdue')}</span>
            </DeskLink>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Days that somebody has, unless the auditor says otherwise. */
const TO_ANSWER = 30

function Raise() {
  const { act, today, staff } = useDesk()
  const { told } = useTold<PeopleTold>('/v1/desk/people')
  const { form, fields, change } = useTyping('raise', { community: useCommunity(), owner: '', dueOn: isoOf(today + TO_ANSWER), text: '' })
  const owners = (told?.people ?? []).filter(({ number }) => number !== staff.person)
  const run = async () => {
    const owner = Number(fields.owner)
    if (owner === 0) throw new SentenceOnly(say('请选由谁整改。', 'Choose who must answer.'), { at: 'owner' })
    const dueOn = dayOf(fields.dueOn, 'dueOn')
    const draft = findingDraft({ owner, dueOn, statement: checkedText(fields.text) })
    const about = { rows: owners.filter(({ number }) => number === owner).map((person) => ({ label: { zh: '责任人的职务', en: 'Their office' }, value: nameOf(person) })) }
    await act({ contract: 'audit', name: 'raiseFinding', drafts: [draft], args: ([paper]) => [Number(fields.community), owner, dueOn, paper], about, form })
  }
  return (
    <details class="sheet">
      <summary>{say('提出审计问题', 'Raise a finding')}</summary>
      <Letter label={say('提出审计问题', 'Raise a finding')}>
        <CommunityChoice value={fields.community} onInput={(community) => change({ community })} />
        <Choice label={say('由谁整改', 'Who must answer')} name="owner" value={fields.owner} onInput={(owner) => change({ owner })}
          options={[UNCHOSEN, ...owners.map((owner) => [String(owner.number), nameOf(owner)] as const)]} />
        <Field label={say('整改期限', 'Answered by')} name="dueOn" type="date" min={isoOf(today)} value={fields.dueOn} onInput={(dueOn) => change({ dueOn })} />
        <Writing label={say('问题（公开，永久保留）', 'What it is (public, for ever)')} value={fields.text} onInput={(text) => change({ text })} />
        <Doing type="submit" onDo={run}>{say('提出', 'Raise it')}</Doing>
      </Letter>
    </details>
  )
}

/** A number says nothing to whoever looks for somebody: the office does, or else the roles of their keys. */
function nameOf({ number, office, keys }: PersonTold): Words {
  const roles = [...new Set(keys.flatMap(({ roles }) => roles.map(({ role }) => role)))].map((role) => ROLE_WORDS[role])
  return { zh: `${number} 号 ${office ?? roles.map(({ zh }) => zh).join('、')}`.trim(), en: `no. ${number} ${office ?? roles.map(({ en }) => en).join(', ')}`.trim() }
}

/** An opinion rests on a bundle that was verified here, in this browser: what does not pass gets none. */
function GiveOpinion() {
  const { act, today } = useDesk()
  const files = { bundle: useRef<HTMLInputElement>(null), anchor: useRef<HTMLInputElement>(null) }
  const { form, fields, change } = useTyping('opinion', { community: useCommunity(), from: '', through: isoOf(today - 1), opinion: '' as OpinionKind | '', head: '', text: '' })
  const [share, setShare] = useState<number>()
  const [examined, setExamined] = useState<BundleExamined>()
  const examine = async () => {
    const [bundle, anchor] = [files.bundle.current?.files?.[0], files.anchor.current?.files?.[0]]
    if (!bundle || !anchor) throw new SentenceOnly(say('请选账册和信任锚两个文件。', 'Choose both files: the bundle and the anchor.'))
    setExamined(undefined)
    setShare(0)
    try {
      setExamined(await examineBeside({ bundle, anchor: await anchor.text(), head: fields.head }, setShare))
    } finally {
      setShare(undefined)
    }
  }
  const run = async (bundle: BundleExamined) => {
    const [from, through] = [dayOf(fields.from, 'from'), dayOf(fields.through, 'through')]
    if (fields.opinion === '') throw new SentenceOnly(say('请先选意见。', 'Choose the opinion first.'), { at: 'opinion' })
    checkReach(bundle, through, fields.opinion)
    const draft = opinionDraft({ from, through, opinion: fields.opinion, bundle: bundle.sha256, statement: checkedText(fields.text) })
    const args = [Number(fields.community), from, through, OPINIONS.indexOf(fields.opinion), bundle.sha256]
    const done = await act({ contract: 'audit', name: 'giveOpinion', drafts: [draft], args: ([paper]) => [...args, paper], form })
    if (done) setExamined(undefined)
  }
  return (
    <details class="sheet">
      <summary>{say('出具审计意见', 'Give an opinion')}</summary>
      <Letter label={say('出具审计意见', 'Give an opinion')}>
        <label><span>{say('所审的账册（.mzbundle）', 'The bundle that was examined (.mzbundle)')}</span><input ref={files.bundle} type="file" name="bundle" onInput={() => setExamined(undefined)} /></label>
        <label><span>{say('信任锚（anchor.json，从别处取得的）', 'The anchor (anchor.json, from elsewhere)')}</span><input ref={files.anchor} type="file" name="anchor" onInput={() => setExamined(undefined)} /></label>
        <Field label={say('最新区块的校验词或哈希（从别处得知，可不填）', 'Words or hash of the newest block (from elsewhere; may be empty)')} name="head" value={fields.head} maxLength={200} autocomplete="off" onInput={(head) => { change({ head }); setExamined(undefined) }} />
        <Doing quiet onDo={examine}>{say('核验账册', 'Verify the bundle')}</Doing>
        {share !== undefined && <progress value={share} aria-label={say('核验进度', 'How far the verifying is')} />}
        {examined && <Verdict examined={examined} />}
        {examined && examined.verdict !== 'failed' && (
          <>
            <CommunityChoice value={fields.community} onInput={(community) => change({ community })} />
            <Field label={say('期间从', 'The days from')} name="from" type="date" max={isoOf(today)} value={fields.from} onInput={(from) => change({ from })} />
            <Field label={say('到（含）', 'to (included)')} name="through" type="date" max={isoOf(today)} value={fields.through} onInput={(through) => change({ through })} />
            <Choice<OpinionKind | ''> label={say('意见', 'Opinion')} name="opinion" value={fields.opinion} onInput={(opinion) => change({ opinion })}
              options={[UNCHOSEN, ...OPINIONS.slice(1).map((opinion) => [opinion, OPINION_WORDS[opinion]] as const)]} />
            <Writing label={say('意见正文（公开，永久保留）', 'The text (public, for ever)')} value={fields.text} onInput={(text) => change({ text })} />
            <Doing type="submit" onDo={async () => await run(examined)}>{say('出具意见', 'Give the opinion')}</Doing>
          </>
        )}
      </Letter>
    </details>
  )
}

function checkReach({ through: reach = '', verdict }: BundleExamined, through: Day, opinion: OpinionKind): void {
  if (reach < formatDay(through))
    throw new SentenceOnly(say(`账册只到 ${reach}，不能据以对截至 ${formatDay(through)} 的期间发表意见。`, `The bundle reaches to ${reach}; no opinion through ${formatDay(through)} can rest on it.`), { at: 'through' })
  if (opinion === 'Unqualified' && verdict !== 'passed')
    throw new SentenceOnly(say('账册缺凭证，不能据以出具无保留意见；请补齐，或出具保留意见。', 'The bundle lacks papers: no unqualified opinion can rest on it.'), { at: 'opinion' })
}

function Verdict({ examined: { verdict, headline, said, sha256 } }: { examined: BundleExamined }) {
  const { look, mark } = VERDICT_LOOKS[verdict]
  return (
    <section class={`sheet stack-tight ${look}`} role="status">
      <h3>{mark} {word(headline)}</h3>
      <ul class="stack-tight">{said.map((words) => <li>{word(words)}</li>)}</ul>
      <p class="hash">SHA-256 {sha256}</p>
      {verdict === 'failed' && <p class="note">{say('不通过的账册不能据以出具意见；请提出审计问题。', 'No opinion rests on what does not pass; raise a finding.')}</p>}
    </section>
  )
}
