import { expect } from 'chai'
import { checkVisits, stories, visit, type Entry } from './world.ts'

/** The persons behind one outflow. Several may have paid instalments. */
type People = { proposer: bigint; approver?: bigint; cashiers: Set<bigint>; accepter?: bigint }

/** Files who took a step, and throws if it was somebody who took an earlier one. */
function file(outflows: Map<string, People>, { name, args }: Entry): void {
  const { fund, outflow, by = 0n } = args as Record<string, bigint>
  const place = `${fund}:${outflow}`
  if (name === 'PaymentProposed') return void outflows.set(place, { proposer: by, cashiers: new Set() })
  const people = outflows.get(place)
  if (!people) return
  const others = [people.proposer, people.approver, ...people.cashiers]
  if (name === 'PaymentApproved') {
    expect(by, 'approver').to.not.equal(people.proposer)
    people.approver = by
  }
  if (name === 'PaymentRejected') expect(by, 'rejecter').to.not.equal(people.proposer)
  if (name === 'PaymentExecuted') {
    expect([people.proposer, people.approver], 'cashier').to.not.include(by)
    people.cashiers.add(by)
  }
  if (name === 'PaymentAccepted') {
    expect(others, 'accepter').to.not.include(by)
    people.accepter = by
  }
}

describe('L4: proposer, approver, cashier and accepter are four people', () => {
  it('holds for every outflow of every book, with people who have several offices and several keys', async function () {
    this.timeout(180_000)
    const visits = new Map<string, number>()

    for (const { blocks } of await stories()) {
      const outflows = new Map<string, People>()
      for (const { act, refusal, events } of blocks) {
        for (const event of events) file(outflows, event)
        if (refusal === 'SamePerson') visit(visits, `${act} refused to the same person`)
      }
      for (const { approver, cashiers, accepter } of outflows.values()) {
        if (approver && cashiers.size > 0 && accepter) visit(visits, 'four people')
        if (cashiers.size > 1) visit(visits, 'two cashiers')
      }
    }

    checkVisits(visits, [
      'approve refused to the same person', 'execute refused to the same person', 'accept refused to the same person',
      'reject refused to the same person', 'four people', 'two cashiers',
    ])
  })

  it('holds for voids too: who recorded an inflow does not take it back out', async () => {
    const visits = new Map<string, number>()

    for (const { blocks } of await stories()) {
      const recorders = new Map<string, bigint>()
      for (const { act, refusal, events } of blocks) {
        for (const { name, args } of events) {
          const { fund, by = 0n } = args as Record<string, bigint>
          if (name === 'InflowsRecorded')
            for (let index = 0; index < (args.inflows as unknown as unknown[]).length; index++)
              recorders.set(`${fund}:${(args.firstNumber as bigint) + BigInt(index)}`, by)
          if (name !== 'InflowVoided') continue
          expect(by).to.not.equal(recorders.get(`${fund}:${args.inflow}`))
          visit(visits, 'void')
        }
        if (act === 'void' && refusal === 'RecorderCannotVoid') visit(visits, 'refused')
      }
    }

    checkVisits(visits, ['void', 'refused'])
  })
})
