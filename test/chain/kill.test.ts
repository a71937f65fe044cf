import { expect } from 'chai'
import { drill } from '../../scripts/drill/rounds.ts'

const ROUNDS = Number(process.env['MZ_DRILL_ROUNDS'] ?? 5)

describe('a chain that is killed while it is written to and read', () => {
  it(`has everything that was answered or seen, ${ROUNDS} times in a row`, async function () {
    this.timeout(30_000 * ROUNDS)
    const seed = Number(process.env['MZ_DRILL_SEED'] ?? Date.now() % 1_000_000)
    // Printed, so that a failure can be looked for again at the same moments.
    console.log(`      seed ${seed}`)

    const rounds = await drill(ROUNDS, seed)

    expect(rounds).to.have.lengthOf(ROUNDS)
    expect(rounds.at(-1)?.answered, 'answered').to.be.greaterThan(10)
    expect(rounds.at(-1)?.seen, 'seen').to.be.greaterThan(10)
    expect(rounds.at(-1)?.unanswered, 'killed in the middle').to.be.greaterThan(0)
  })
})
