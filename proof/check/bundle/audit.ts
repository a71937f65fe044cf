import type { EventOf, LedgerEvent } from '../../../ledger/events.ts'
import type { Hex } from '../../../ledger/hex.ts'
import { ERASURES, type ComplaintState, type Erasure, type FindingState } from '../../../ledger/words.ts'
import type { Fault, FaultCode, Place } from './fault.ts'
import type { Moment } from './funds.ts'

type Finding = { owner: number; state: FindingState }
type Complaint = { key: Hex; state: ComplaintState }

/** What auditors and residents said and what the law took out of papers, kept again from the events of AuditRegister. */
export function openAudit() {
  const findings: Finding[] = []
  const complaints: Complaint[] = []
  const erased = new Map<Hex, Erasure>()
  let opinions = 0
  let faults: Fault[] = []
  let place: Place = {}

  return {
    /** Takes an event; those of other contracts are nothing to it. Gives what is wrong. `sender` is the key that signed. */
    take(event: LedgerEvent, { block, person }: Moment, sender: Hex): Fault[] {
      faults = []
      place = { block }
      takeEvent(event, person, sender)
      return faults
    },
    /** What the book says of papers, of which it says anything. */
    erased: (): ReadonlyMap<Hex, Erasure> => erased,
  }

  function takeEvent(event: LedgerEvent, person: number, sender: Hex): void {
    switch (event.name) {
      case 'OpinionGiven':
        opinions = nextAfter(opinions, event.number)
        return by(event.by, person)
      case 'FindingRaised':
        nextAfter(findings.length, event.number)
        findings[event.number - 1] = { owner: event.owner, state: 'Open' }
        if (event.owner === person) fault('PERSON_SAME', `≠ ${person}`, `${event.owner}`)
        return by(event.by, person)
      case 'FindingAnswered':
        moveFinding(event.number, 'Open', 'Answered')
        if (findings[event.number - 1]?.owner !== person) fault('PERSON_OTHER', `${findings[event.number - 1]?.owner}`, `${person}`)
        return by(event.by, person)
      case 'FindingVerified':
        moveFinding(event.number, 'Answered', event.done ? 'Verified' : 'Open')
        if (findings[event.number - 1]?.owner === person) fault('PERSON_SAME', `≠ ${person}`, `${person}`)
        return by(event.by, person)
      case 'ComplaintFiled':
        nextAfter(complaints.length, event.number)
        complaints[event.number - 1] = { key: event.key, state: 'Filed' }
        return by(event.key, sender)
      case 'ComplaintAnswered':
        moveComplaint(event.number, ['Filed'], 'Answered')
        return by(event.by, person)
      case 'ComplaintClosed':
        moveComplaint(event.number, ['Answered'], 'Closed')
        return by(event.by, person)
      case 'ComplaintReopened':
        return reopen(event, person, sender)
      case 'PapersErased':
        erase(event)
        return by(event.by, person)
    }
  }

  /** By the key that filed it, or by an auditor, whose number stands there then. */
  function reopen({ number, key, by: auditor }: EventOf<'ComplaintReopened'>, person: number, sender: Hex): void {
    moveComplaint(number, ['Answered', 'Closed'], 'Filed')
    by(key, sender)
    if (auditor !== 0) by(auditor, person)
    else if (complaints[number - 1]?.key !== sender) fault('PERSON_OTHER', `${complaints[number - 1]?.key}`, sender)
  }

  function erase({ erasure, papers }: EventOf<'PapersErased'>): void {
    for (const paper of papers) {
      const before = erased.get(paper) ?? 'None'
      if (ERASURES.indexOf(before) >= ERASURES.indexOf(erasure)) fault('STEP_WRONG', `> ${before}`, `${erasure} ${paper}`)
      erased.set(paper, erasure)
    }
  }

  function moveFinding(number: number, from: FindingState, to: FindingState): void {
    const finding = findings[number - 1]
    if (finding?.state !== from) fault('STEP_WRONG', `finding ${number}: ${from}`, finding?.state ?? '—')
    if (finding) finding.state = to
  }

  function moveComplaint(number: number, from: readonly ComplaintState[], to: ComplaintState): void {
    const complaint = complaints[number - 1]
    if (!complaint || !from.includes(complaint.state)) fault('STEP_WRONG', `complaint ${number}: ${from.join(' | ')}`, complaint?.state ?? '—')
    if (complaint) complaint.state = to
  }

  function nextAfter(last: number, found: number): number {
    if (found !== last + 1) fault('NUMBER_GAP', `${last + 1}`, `${found}`)
    return found
  }

  function by(named: number | Hex, signed: number | Hex): void {
    if (named !== signed) fault('PERSON_OTHER', `${signed}`, `${named}`)
  }

  function fault(code: FaultCode, expected: string, found: string): void {
    faults.push({ code, place, expected, found })
  }
}
