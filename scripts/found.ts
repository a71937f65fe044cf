import { readFileSync } from 'node:fs'
import { AbiCoder, concat, getCreateAddress, Interface, type InterfaceAbi } from 'ethers'
import type { Hex } from '../ledger/hex.ts'

/** Who founds a book, and whom the founding appoints. The founder's key signs five times and is worthless then. */
export type Founding = {
  readonly chainId: bigint
  readonly founder: string
  readonly council: string
  readonly appointments: readonly { readonly role: string; readonly key: string }[]
  readonly founders: readonly string[]
  readonly paper: Hex
}

/** One of the founder's transactions, still unsigned: it creates a contract and costs nothing. */
export type FoundingTransaction = {
  readonly type: 2
  readonly chainId: bigint
  readonly nonce: number
  readonly to: null
  readonly data: Hex
  readonly gasLimit: bigint
  readonly maxFeePerGas: 0n
  readonly maxPriorityFeePerGas: 0n
}

/** Where the contracts of a book live. */
export type Contracts = {
  readonly charter: string
  readonly people: string
  readonly ledger: string
  readonly bank: string
  readonly audit: string
}

/** The matrix 权责清单, as contracts/roles.json has it. */
export type Matrix = {
  readonly powerChangeDelayDays: number
  readonly roles: readonly { readonly id: string; readonly name: string; readonly appointmentDelayDays: number }[]
  readonly powers: readonly { readonly contract: string; readonly function: string; readonly role: string }[]
}

type Artifact = { readonly abi: InterfaceAbi; readonly bytecode: string }

const DAY_SECONDS = 86_400
const PUBLIC = 'PUBLIC'
// About twice what founding takes. Unused gas costs nothing where gas is free.
const GAS_LIMIT = 12_000_000n

/**
 * The five transactions that found a book: the Charter with the whole matrix and the first appointments, then People
 * with the first persons, the FundLedger, the BankRegister and the AuditRegister. The founder has no role in any of them.
 *
 * @throws {RangeError} when an appointment names a role that the matrix does not have.
 */
export function foundingTransactions(founding: Founding): {
  transactions: FoundingTransaction[]
  contracts: Contracts
} {
  const at = (nonce: number) => getCreateAddress({ from: founding.founder, nonce })
  const contracts = { charter: at(0), people: at(1), ledger: at(2), bank: at(3), audit: at(4) }
  const { charter, people, ledger } = contracts

  const creations = [
    encodeCreation('Charter', charterArguments(founding, contracts)),
    encodeCreation('People', [charter, founding.founders, founding.paper]),
    encodeCreation('FundLedger', [charter, people]),
    encodeCreation('BankRegister', [charter, people, ledger]),
    encodeCreation('AuditRegister', [charter, people, ledger]),
  ]
  const transactions = creations.map((data, nonce) => ({
    type: 2 as const,
    chainId: founding.chainId,
    nonce,
    to: null,
    data,
    gasLimit: GAS_LIMIT,
    maxFeePerGas: 0n as const,
    maxPriorityFeePerGas: 0n as const,
  }))
  return { transactions, contracts }
}

/** Reads contracts/roles.json. */
export function readMatrix(): Matrix {
  return readJson('../contracts/roles.json') as Matrix
}

/** The number that the Charter knows a role by. @throws {RangeError} when the matrix has no such role. */
export function roleId(matrix: Matrix, name: string): bigint {
  const role = matrix.roles.find((role) => role.name === name)
  if (!role) throw new RangeError(`the matrix has no role ${JSON.stringify(name)}`)
  return BigInt(role.id)
}

function charterArguments(founding: Founding, contracts: Contracts): unknown[] {
  const matrix = readMatrix()
  const targets: Record<string, string> = {
    People: contracts.people,
    FundLedger: contracts.ledger,
    BankRegister: contracts.bank,
    AuditRegister: contracts.audit,
  }
  return [
    founding.council,
    matrix.powerChangeDelayDays * DAY_SECONDS,
    matrix.roles
      .filter((role) => role.name !== PUBLIC)
      .map((role) => [role.id, role.name, role.appointmentDelayDays * DAY_SECONDS]),
    matrix.powers.map((power) => [
      targets[power.contract],
      selectorOf(power.contract, power.function),
      roleId(matrix, power.role),
    ]),
    founding.appointments.map(({ role, key }) => [roleId(matrix, role), key]),
  ]
}

function selectorOf(contract: string, name: string): string {
  const fragment = new Interface(readArtifact(contract).abi).getFunction(name)
  if (!fragment) throw new RangeError(`${contract} has no function ${name}`)
  return fragment.selector
}

function encodeCreation(contract: string, args: unknown[]): Hex {
  const { abi, bytecode } = readArtifact(contract)
  const { inputs } = new Interface(abi).deploy
  return concat([bytecode, AbiCoder.defaultAbiCoder().encode(inputs, args)]) as Hex
}

function readArtifact(contract: string): Artifact {
  return readJson(`../artifacts/contracts/${contract}.sol/${contract}.json`) as Artifact
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
}
