import { expect } from 'chai'
import { foundingTransactions } from '../../scripts/found.ts'
import { PAPER, ethers, loadFixture, openBook, openFunds, ref, time } from './fixture.ts'

const DAY = 86_400
const COUNCIL_ROLE = 0n
const ACCOUNTANT_ROLE = 3n
const CASHIER_ROLE = 5n
const FIRST_BLOCK = 1

describe('The founding', () => {
  it('writes every appointment and the whole matrix into the first block', async () => {
    const { charter } = await loadFixture(openBook)

    const grants = await charter.queryFilter(charter.filters.RoleGranted(), FIRST_BLOCK, FIRST_BLOCK)
    const powers = await charter.queryFilter(charter.filters.TargetFunctionRoleUpdated(), FIRST_BLOCK, FIRST_BLOCK)
    const labels = await charter.queryFilter(charter.filters.RoleLabel(), FIRST_BLOCK, FIRST_BLOCK)

    expect(grants).to.have.length(17) // the council, eight appointments, and two keys with four roles each
    expect(powers).to.have.length(33)
    expect(labels.map(({ args }) => [args.roleId, args.label])).to.deep.equal([
      [1n, 'REGISTRAR'], [2n, 'STEWARD'], [3n, 'ACCOUNTANT'], [4n, 'APPROVER'], [5n, 'CASHIER'], [6n, 'ACCEPTER'],
      [7n, 'AUDITOR'], [8n, 'RESPONDENT'],
    ])
  })

  it('makes the appointments good at once', async () => {
    const { charter, accountant, council } = await loadFixture(openBook)

    expect(await charter.hasRole(ACCOUNTANT_ROLE, accountant.address)).to.deep.equal([true, 0n])
    expect(await charter.hasRole(COUNCIL_ROLE, council.address)).to.deep.equal([true, 0n])
  })

  it('leaves the founder without any role', async () => {
    const { charter, people, founder } = await loadFixture(openBook)

    for (let role = 0n; role <= 8n; role++)
      expect(await charter.hasRole(role, founder.address), `role ${role}`).to.deep.equal([false, 0n])
    expect(await people.personOf(founder.address)).to.equal(0n)
  })

  it('knows beforehand where the contracts will live', async () => {
    const { charter, people, ledger, bank, audit } = await loadFixture(openBook)

    for (const contract of [people, ledger, bank, audit])
      expect(await contract.authority()).to.equal(await charter.getAddress())
  })

  it('refuses an appointment to a role that the matrix does not have', () => {
    const key = `0x${'11'.repeat(20)}`
    const founding = { chainId: 1n, founder: key, council: key, founders: [key], paper: PAPER }

    expect(() => foundingTransactions({ ...founding, appointments: [{ role: 'TREASURER', key }] })).to.throw(
      RangeError,
      'the matrix has no role "TREASURER"',
    )
  })

  it('refuses to make everybody a member of PUBLIC by appointment', async () => {
    const { charter, founder } = await loadFixture(openBook)
    const factory = await ethers.getContractFactory('Charter')
    const everybody = 2n ** 64n - 1n

    await expect(factory.deploy(founder.address, 0, [], [], [{ role: everybody, key: founder.address }]))
      .to.be.revertedWithCustomError(charter, 'AccessManagerLockedRole')
      .withArgs(everybody)
  })

  it('refuses a book without a council', async () => {
    const { charter } = await loadFixture(openBook)
    const factory = await ethers.getContractFactory('Charter')

    await expect(factory.deploy(ethers.ZeroAddress, 0, [], [], []))
      .to.be.revertedWithCustomError(charter, 'AccessManagerInvalidInitialAdmin')
      .withArgs(ethers.ZeroAddress)
  })
})

describe('An appointment', () => {
  for (const [name, role, days] of [
    ['COUNCIL', 0n, 7n], ['REGISTRAR', 1n, 3n], ['STEWARD', 2n, 3n], ['ACCOUNTANT', 3n, 1n], ['APPROVER', 4n, 1n],
    ['CASHIER', 5n, 1n],
    ['ACCEPTER', 6n, 1n],
  ] as const)
    it(`as ${name} takes effect after ${days} days, from the founding on`, async () => {
      const { charter } = await loadFixture(openBook)

      expect(await charter.getRoleGrantDelay(role)).to.equal(days * 86_400n)
    })

  it('by anybody but the council is refused', async () => {
    const { charter, accountant, newKey } = await loadFixture(openBook)

    await expect(charter.connect(accountant).grantRole(ACCOUNTANT_ROLE, newKey.address, 0))
      .to.be.revertedWithCustomError(charter, 'AccessManagerUnauthorizedAccount')
      .withArgs(accountant.address, COUNCIL_ROLE)
  })

  it('is without effect until its delay has run out', async () => {
    const { charter, council, people, ledger, newKey } = await loadFixture(openFunds)
    await people.enrol(newKey.address, PAPER)
    await charter.connect(council).grantRole(ACCOUNTANT_ROLE, newKey.address, 0)
    await time.increase(DAY - 10)

    await expect(ledger.connect(newKey).proposePayment(1, 1n, ref('P'), PAPER))
      .to.be.revertedWithCustomError(ledger, 'AccessManagedUnauthorized')
      .withArgs(newKey.address)
  })

  it('holds when its delay has run out', async () => {
    const { charter, council, people, ledger, newKey } = await loadFixture(openFunds)
    await people.enrol(newKey.address, PAPER)
    await charter.connect(council).grantRole(ACCOUNTANT_ROLE, newKey.address, 0)
    await time.increase(DAY)

    await ledger.connect(newKey).proposePayment(1, 1n, ref('P'), PAPER)

    expect((await ledger.outflowOf(1, 1)).proposer).to.equal(11n)
  })

  it('ends at once when the council ends it', async () => {
    const { charter, council, ledger, accountant } = await loadFixture(openFunds)
    await charter.connect(council).revokeRole(ACCOUNTANT_ROLE, accountant.address)

    await expect(ledger.connect(accountant).proposePayment(1, 1n, ref('P'), PAPER))
      .to.be.revertedWithCustomError(ledger, 'AccessManagedUnauthorized')
      .withArgs(accountant.address)
  })
})

describe('A change of the matrix', () => {
  it('waits five days', async () => {
    const { charter, council, ledger } = await loadFixture(openFunds)
    const target = await ledger.getAddress()
    const selector = ledger.interface.getFunction('approvePayment').selector
    const change = charter.interface.encodeFunctionData('setTargetFunctionRole', [target, [selector], CASHIER_ROLE])
    const operation = await charter.hashOperation(council.address, await charter.getAddress(), change)

    await expect(charter.connect(council).setTargetFunctionRole(target, [selector], CASHIER_ROLE))
      .to.be.revertedWithCustomError(charter, 'AccessManagerNotScheduled')
      .withArgs(operation)
    expect(await charter.getTargetAdminDelay(await ledger.getAddress())).to.equal(432_000n)
  })

  it('can be seen coming, and is made when the five days are over', async () => {
    const { charter, council, ledger, stranger } = await loadFixture(openFunds)
    const target = await ledger.getAddress()
    const selector = ledger.interface.getFunction('approvePayment').selector
    const change = charter.interface.encodeFunctionData('setTargetFunctionRole', [target, [selector], CASHIER_ROLE])

    await expect(
      charter.connect(council).schedule(await charter.getAddress(), change, 0)).to.emit(charter, 'OperationScheduled',
    )
    await time.increase(5 * DAY)
    await charter.connect(council).execute(await charter.getAddress(), change)

    expect(await charter.connect(stranger).getTargetFunctionRole(target, selector)).to.equal(CASHIER_ROLE)
  })

  it('cannot be made quicker without five days’ notice either', async () => {
    const { charter, council, ledger } = await loadFixture(openFunds)
    const target = await ledger.getAddress()
    await charter.connect(council).setTargetAdminDelay(target, 0)

    expect(await charter.getTargetAdminDelay(target)).to.equal(432_000n)
    await time.increase(5 * DAY)
    expect(await charter.getTargetAdminDelay(target)).to.equal(0n)
  })

  for (const act of ['setRoleAdmin', 'setRoleGuardian'] as const)
    it(`never gives a role another holder of its rights: ${act}`, async () => {
      const { charter, council } = await loadFixture(openBook)

      await expect(charter.connect(council)[act](ACCOUNTANT_ROLE, CASHIER_ROLE))
        .to.be.revertedWithCustomError(charter, 'RoleFixed')
        .withArgs(ACCOUNTANT_ROLE)
    })

  it('keeps the setback of five days after the founding', async () => {
    const { charter } = await loadFixture(openBook)

    expect(await charter.minSetback()).to.equal(432_000n)
  })
})

describe('The authority over the contracts', () => {
  it('is not changed by anybody directly', async () => {
    const { ledger, council } = await loadFixture(openBook)

    await expect(ledger.connect(council).setAuthority(council.address))
      .to.be.revertedWithCustomError(ledger, 'AccessManagedUnauthorized')
      .withArgs(council.address)
  })
})
