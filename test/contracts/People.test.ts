import { expect } from 'chai'
import { ACCOUNTANT, APPROVER, DEPUTY, NO_PAPER, PAPER, REGISTRAR, ethers, loadFixture, openBook } from './fixture.ts'

describe('People.enrol', () => {
  it('refuses a stranger', async () => {
    const { people, stranger, newKey } = await loadFixture(openBook)

    await expect(people.connect(stranger).enrol(newKey.address, PAPER))
      .to.be.revertedWithCustomError(people, 'AccessManagedUnauthorized')
      .withArgs(stranger.address)
  })

  it('refuses a registrar whose key is retired', async () => {
    const { people, registrar, newKey } = await loadFixture(openBook)
    await people.retireKey(registrar.address, PAPER)

    await expect(people.connect(registrar).enrol(newKey.address, PAPER))
      .to.be.revertedWithCustomError(people, 'KeyUnknown')
      .withArgs(registrar.address)
  })

  it('refuses a call that comes through the Charter', async () => {
    const { charter, people, registrar, newKey } = await loadFixture(openBook)
    const data = people.interface.encodeFunctionData('enrol', [newKey.address, PAPER])

    await expect(charter.connect(registrar).execute(await people.getAddress(), data))
      .to.be.revertedWithCustomError(people, 'AccessManagedUnauthorized')
      .withArgs(await charter.getAddress())
  })

  it('refuses a person without a paper', async () => {
    const { people, registrar, newKey } = await loadFixture(openBook)

    await expect(people.connect(registrar).enrol(newKey.address, NO_PAPER))
      .to.be.revertedWithCustomError(people, 'PaperMissing')
      .withArgs()
  })

  it('refuses a key that speaks for somebody', async () => {
    const { people, registrar, approver } = await loadFixture(openBook)

    await expect(people.connect(registrar).enrol(approver.address, PAPER))
      .to.be.revertedWithCustomError(people, 'KeyTaken')
      .withArgs(approver.address, APPROVER)
  })

  it('refuses a key that spoke for somebody once', async () => {
    const { people, registrar, approver } = await loadFixture(openBook)
    await people.connect(registrar).retireKey(approver.address, PAPER)

    await expect(people.connect(registrar).enrol(approver.address, PAPER))
      .to.be.revertedWithCustomError(people, 'KeyTaken')
      .withArgs(approver.address, APPROVER)
  })

  it('gives the person the next number', async () => {
    const { people, registrar, newKey } = await loadFixture(openBook)

    const enrolling = people.connect(registrar).enrol(newKey.address, PAPER)

    await expect(enrolling).to.emit(people, 'PersonEnrolled').withArgs(11, newKey.address, PAPER, REGISTRAR)
    expect(await people.personOf(newKey.address)).to.equal(11n)
    expect(await people.personCount()).to.equal(11n)
  })
})

describe('People.addKey', () => {
  it('refuses a stranger', async () => {
    const { people, stranger, newKey } = await loadFixture(openBook)

    await expect(people.connect(stranger).addKey(ACCOUNTANT, newKey.address, PAPER))
      .to.be.revertedWithCustomError(people, 'AccessManagedUnauthorized')
      .withArgs(stranger.address)
  })

  it('refuses a registrar whose key is retired', async () => {
    const { people, registrar, newKey } = await loadFixture(openBook)
    await people.retireKey(registrar.address, PAPER)

    await expect(people.connect(registrar).addKey(ACCOUNTANT, newKey.address, PAPER))
      .to.be.revertedWithCustomError(people, 'KeyUnknown')
      .withArgs(registrar.address)
  })

  it('refuses a key without a paper', async () => {
    const { people, registrar, newKey } = await loadFixture(openBook)

    await expect(people.connect(registrar).addKey(ACCOUNTANT, newKey.address, NO_PAPER))
      .to.be.revertedWithCustomError(people, 'PaperMissing')
      .withArgs()
  })

  for (const unknown of [0, 11])
    it(`refuses person ${unknown} when there are ten`, async () => {
      const { people, registrar, newKey } = await loadFixture(openBook)

      await expect(people.connect(registrar).addKey(unknown, newKey.address, PAPER))
        .to.be.revertedWithCustomError(people, 'PersonUnknown')
        .withArgs(unknown)
    })

  it('refuses a key that speaks for somebody, even for the same person', async () => {
    const { people, registrar, approver } = await loadFixture(openBook)

    await expect(people.connect(registrar).addKey(APPROVER, approver.address, PAPER))
      .to.be.revertedWithCustomError(people, 'KeyTaken')
      .withArgs(approver.address, APPROVER)
  })

  it('refuses to bring a retired key back', async () => {
    const { people, registrar, approver } = await loadFixture(openBook)
    await people.connect(registrar).retireKey(approver.address, PAPER)

    await expect(people.connect(registrar).addKey(APPROVER, approver.address, PAPER))
      .to.be.revertedWithCustomError(people, 'KeyTaken')
      .withArgs(approver.address, APPROVER)
  })

  it('lets one person speak with two keys', async () => {
    const { people, registrar, deputy, newKey } = await loadFixture(openBook)

    const adding = people.connect(registrar).addKey(DEPUTY, newKey.address, PAPER)

    await expect(adding).to.emit(people, 'KeyAdded').withArgs(DEPUTY, newKey.address, PAPER, REGISTRAR)
    expect(await people.personOf(newKey.address)).to.equal(8n)
    expect(await people.personOf(deputy.address)).to.equal(8n)
    expect(await people.personCount()).to.equal(10n)
  })
})

describe('People.retireKey', () => {
  it('refuses a stranger', async () => {
    const { people, stranger, approver } = await loadFixture(openBook)

    await expect(people.connect(stranger).retireKey(approver.address, PAPER))
      .to.be.revertedWithCustomError(people, 'AccessManagedUnauthorized')
      .withArgs(stranger.address)
  })

  it('refuses a registrar whose key is retired', async () => {
    const { people, registrar, approver } = await loadFixture(openBook)
    await people.retireKey(registrar.address, PAPER)

    await expect(people.connect(registrar).retireKey(approver.address, PAPER))
      .to.be.revertedWithCustomError(people, 'KeyUnknown')
      .withArgs(registrar.address)
  })

  it('refuses to retire without a paper', async () => {
    const { people, registrar, approver } = await loadFixture(openBook)

    await expect(people.connect(registrar).retireKey(approver.address, NO_PAPER))
      .to.be.revertedWithCustomError(people, 'PaperMissing')
      .withArgs()
  })

  it('refuses a key that nobody has', async () => {
    const { people, registrar, newKey } = await loadFixture(openBook)

    await expect(people.connect(registrar).retireKey(newKey.address, PAPER))
      .to.be.revertedWithCustomError(people, 'KeyUnknown')
      .withArgs(newKey.address)
  })

  it('refuses a key that is retired', async () => {
    const { people, registrar, approver } = await loadFixture(openBook)
    await people.connect(registrar).retireKey(approver.address, PAPER)

    await expect(people.connect(registrar).retireKey(approver.address, PAPER))
      .to.be.revertedWithCustomError(people, 'KeyUnknown')
      .withArgs(approver.address)
  })

  it('silences the key and leaves the person’s other keys', async () => {
    const { people, registrar, accountant, secondKey } = await loadFixture(openBook)

    const retiring = people.connect(registrar).retireKey(accountant.address, PAPER)

    await expect(retiring).to.emit(people, 'KeyRetired').withArgs(ACCOUNTANT, accountant.address, PAPER, REGISTRAR)
    expect(await people.personOf(accountant.address)).to.equal(0n)
    expect(await people.personOf(secondKey.address)).to.equal(4n)
  })
})

describe('The first people', () => {
  it('are not enrolled without a paper', async () => {
    const { charter, people, council } = await loadFixture(openBook)
    const factory = await ethers.getContractFactory('People')

    await expect(factory.deploy(charter, [council.address], NO_PAPER))
      .to.be.revertedWithCustomError(people, 'PaperMissing')
      .withArgs()
  })

  it('are not enrolled when one is named twice', async () => {
    const { charter, people, council, approver } = await loadFixture(openBook)
    const factory = await ethers.getContractFactory('People')

    await expect(factory.deploy(charter, [council.address, approver.address, council.address], PAPER))
      .to.be.revertedWithCustomError(people, 'KeyTaken')
      .withArgs(council.address, 1)
  })

  it('have the numbers from 1 on, and nobody behind them', async () => {
    const { people, council, deputy, stranger } = await loadFixture(openBook)

    const enrolled = await people.queryFilter(people.filters.PersonEnrolled())

    expect(enrolled.map(({ args }) => [args.person, args.paper, args.by])).to.deep.equal(
      [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n].map((person) => [person, PAPER, 0n]),
    )
    expect(await people.personOf(council.address)).to.equal(1n)
    expect(await people.personOf(deputy.address)).to.equal(8n)
    expect(await people.personOf(stranger.address)).to.equal(0n)
  })
})
