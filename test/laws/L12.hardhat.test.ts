import { expect } from 'chai'
import type { BaseContract, FunctionFragment, ParamType } from 'ethers'
import { readMatrix, roleId } from '../../scripts/found.ts'
import { PAPER, ethers, loadFixture, openBook, type Book } from '../contracts/fixture.ts'

const matrix = readMatrix()
const ROLES = matrix.roles.map((role) => role.name).filter((name) => name !== 'PUBLIC')
const contractNames = ['People', 'FundLedger', 'BankRegister', 'AuditRegister'] as const
const DAYS = 8 * 86_400 // longer than the delay of any appointment

/** A book in which every role has a key that has no other, one person has none, and one key is nobody's. */
async function oneKeyEach() {
  const book = await loadFixture(openBook)
  const keys: Record<string, { address: string }> = { nobody: book.stranger }
  for (const name of [...ROLES, 'no role']) {
    const key = { address: ethers.computeAddress(ethers.id(`the key of ${name}`)) }
    keys[name] = key
    await book.people.enrol(key.address, PAPER)
    if (name !== 'no role') await book.charter.grantRole(roleId(matrix, name), key.address, 0)
  }
  await ethers.provider.send('evm_increaseTime', [DAYS])
  await ethers.provider.send('evm_mine')
  return { ...book, keys }
}

function contractOf(book: Book, name: string): BaseContract {
  const contracts: Record<string, BaseContract> = {
    People: book.people, FundLedger: book.ledger, BankRegister: book.bank, AuditRegister: book.audit,
  }
  const contract = contracts[name]
  if (!contract) throw new RangeError(`the book has no contract ${name}`)
  return contract
}

/** Every function that can change something, but for the Charter's own line to its contracts. */
function writingFunctions(contract: BaseContract): FunctionFragment[] {
  const all: FunctionFragment[] = []
  contract.interface.forEachFunction((fragment) => all.push(fragment))
  return all.filter(({ constant, name }) => !constant && name !== 'setAuthority')
}

/** Arguments that no function likes, but every function takes. */
function emptyArgument(type: ParamType): unknown {
  if (type.isTuple()) return type.components.map(emptyArgument)
  if (type.isArray()) return []
  if (type.type === 'bool') return false
  if (type.type === 'address') return ethers.ZeroAddress
  return type.type === 'bytes32' ? ethers.ZeroHash : 0n
}

/** Whether the contract asks the caller what he wants, or turns him away at the door. */
async function isLetIn(contract: BaseContract, fragment: FunctionFragment, from: string): Promise<boolean> {
  const data = contract.interface.encodeFunctionData(fragment, fragment.inputs.map(emptyArgument))
  try {
    await ethers.provider.send('eth_call', [{ from, to: await contract.getAddress(), data }])
    return true
  } catch (error) {
    const { data: answer } = error as { data: string }
    const refusal = contract.interface.parseError(answer)
    if (refusal?.name === 'AccessManagedUnauthorized') expect(refusal.args.toArray()).to.deep.equal([from])
    return refusal?.name !== 'AccessManagedUnauthorized'
  }
}

describe('L12: the matrix 权责清单 is what the contracts answer', () => {
  it('names every function that can change something, each once, and no other', async () => {
    const book = await loadFixture(openBook)

    const existing = contractNames.flatMap((name) =>
      writingFunctions(contractOf(book, name)).map((fragment) => `${name}.${fragment.name}`),
    )

    expect(matrix.powers.map((power) => `${power.contract}.${power.function}`).sort()).to.deep.equal(existing.sort())
  })

  it('names no role twice, and every role that the powers name', () => {
    const names = matrix.roles.map((role) => role.name)

    expect(new Set(names).size).to.equal(names.length)
    for (const power of matrix.powers) expect(names).to.include(power.role)
  })

  for (const name of contractNames)
    it(`is the Charter's for every function of ${name}`, async () => {
      const book = await loadFixture(openBook)
      const contract = contractOf(book, name)

      for (const power of matrix.powers.filter((power) => power.contract === name)) {
        const selector = contract.interface.getFunction(power.function)?.selector ?? '0x'
        const role = await book.charter.getTargetFunctionRole(await contract.getAddress(), selector)
        expect(role, power.function).to.equal(roleId(matrix, power.role))
      }
    })

  for (const role of [...ROLES, 'no role', 'nobody'])
    it(`lets the key of ${role} do what the matrix says and nothing else`, async () => {
      const book = await loadFixture(oneKeyEach)
      const from = book.keys[role]?.address ?? ''
      const answers: Record<string, boolean> = {}

      for (const name of contractNames)
        for (const fragment of writingFunctions(contractOf(book, name)))
          answers[`${name}.${fragment.name}`] = await isLetIn(contractOf(book, name), fragment, from)

      const promised = matrix.powers.map((power) => [
        `${power.contract}.${power.function}`,
        power.role === role || power.role === 'PUBLIC',
      ])
      expect(answers).to.deep.equal(Object.fromEntries(promised))
    })

  it('lets the auditor write none of the entries of money', async () => {
    const book = await loadFixture(oneKeyEach)
    const from = book.keys.AUDITOR?.address ?? ''
    const written: string[] = []

    for (const name of contractNames)
      for (const fragment of writingFunctions(contractOf(book, name)))
        if (await isLetIn(contractOf(book, name), fragment, from)) written.push(`${name}.${fragment.name}`)

    // All but the register's own is what anybody may do: to pass over cuts, which moves no fen.
    expect(written.filter((name) => !name.startsWith('AuditRegister.'))).to.deep.equal(['FundLedger.skip'])
    expect(written.filter((name) => /^AuditRegister\.(answer|close)Complaint$/.test(name))).to.deep.equal([])
  })

  it('gives setAuthority to no key at all', async () => {
    const book = await loadFixture(oneKeyEach)

    for (const name of contractNames) {
      const contract = contractOf(book, name)
      const setAuthority = contract.interface.getFunction('setAuthority')
      if (!setAuthority) throw new RangeError('a contract without an authority')
      for (const [role, key] of Object.entries(book.keys))
        expect(await isLetIn(contract, setAuthority, key.address), `${name} by ${role}`).to.equal(false)
    }
  })
})
