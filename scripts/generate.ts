import { readFile, writeFile } from 'node:fs/promises'
import { Interface, type InterfaceAbi } from 'ethers'

/**
 * Writes what the compiler knows about the contracts where the rest can read it: ledger/layout.ts and ledger/abi.ts.
 *
 * With `--check` nothing is written; it fails when a file is not what the compiled contracts say.
 */
export async function generate(check: boolean): Promise<string[]> {
  const files = { 'ledger/layout.ts': await layoutText(), 'ledger/abi.ts': await abiText() }
  const changed: string[] = []
  for (const [file, text] of Object.entries(files)) {
    const place = new URL(file, ROOT)
    if (text === (await readFile(place, 'utf8').catch(() => ''))) continue
    changed.push(file)
    if (!check) await writeFile(place, text)
  }
  return changed
}

const ROOT = new URL('../', import.meta.url)
const STRUCTS = ['Fund', 'Batch', 'Outflow', 'Piece', 'Origin']
const CONTRACTS = {
  fundLedger: 'FundLedger',
  bankRegister: 'BankRegister',
  auditRegister: 'AuditRegister',
  people: 'People',
  charter: 'Charter',
}

type Member = { label: string; slot: string; offset: number; type: string }
type Type = { encoding: string; numberOfBytes: string; members?: Member[] }
type Layout = { storage: Member[]; types: Record<string, Type> }
type Artifact = { abi: InterfaceAbi; buildInfoId: string }

async function layoutText(): Promise<string> {
  const { storage, types } = await readLayout('FundLedger')
  const roots = storage.filter(({ type }) => types[type]?.encoding === 'mapping')
  const count = storage.find(({ label }) => label === '_fundCount')
  if (!count) throw new Error('FundLedger has no _fundCount: ledger/slots.ts must be told where its funds are counted')

  return [
    "// Written by `npm run generate` from the compiler's storage layout of FundLedger. Do not edit.",
    '',
    "/** Where a field lies: slots after the structure's first, bytes from the slot's low end, bytes long. */",
    'export type Field = readonly [slot: number, offset: number, size: number]',
    '',
    '/** The slots of the mappings. */',
    'export const MAPPINGS = {',
    ...roots.map(({ label, slot }) => `  ${label.slice(1)}: ${slot},`),
    '} as const',
    '',
    '/** How many funds there are. */',
    `export const FUND_COUNT: Field = ${fieldText(count, types)}`,
    ...STRUCTS.flatMap((name) => structText(name, types)),
    '',
  ].join('\n')
}

function structText(name: string, types: Layout['types']): string[] {
  const struct = Object.entries(types).find(([id]) => id.startsWith(`t_struct(${name})`))?.[1]
  if (!struct?.members) throw new Error(`FundLedger has no struct ${name}`)
  const lines = struct.members.flatMap((member) => memberText(member, types))
  return ['', `export const ${name.toUpperCase()} = {`, ...lines, '} as const satisfies Record<string, Field>']
}

// A structure within a structure is written as if its fields stood in the outer one; what has no fixed size is left
// out.
function memberText(member: Member, types: Layout['types']): string[] {
  const type = types[member.type]
  const inner = type?.members
  if (inner)
    return inner.flatMap((field) =>
      memberText({ ...field, slot: String(Number(field.slot) + Number(member.slot)) }, types),
    )
  return type?.encoding === 'inplace' ? [`  ${member.label}: ${fieldText(member, types)},`] : []
}

function fieldText({ slot, offset, type }: Member, types: Layout['types']): string {
  return `[${slot}, ${offset}, ${types[type]?.numberOfBytes}]`
}

async function abiText(): Promise<string> {
  const lines = ['// Written by `npm run generate` from the compiled contracts. Do not edit.']
  for (const [name, contract] of Object.entries(CONTRACTS)) {
    const { abi } = await readArtifact(contract)
    const fragments = new Interface(abi).format().toSorted()
    lines.push('', `/** Functions, events and errors of ${contract}, as ethers' Interface reads them. */`)
    lines.push(`export const ${name}Abi = [`, ...fragments.map((fragment) => `  '${fragment}',`), '] as const')
  }
  return lines.concat('').join('\n')
}

async function readArtifact(contract: string): Promise<Artifact> {
  return JSON.parse(await readFile(new URL(`artifacts/contracts/${contract}.sol/${contract}.json`, ROOT), 'utf8'))
}

async function readLayout(contract: string): Promise<Layout> {
  const { buildInfoId } = await readArtifact(contract)
  const { output } = JSON.parse(
    await readFile(new URL(`artifacts/build-info/${buildInfoId}.output.json`, ROOT), 'utf8'),
  )
  return output.contracts[`project/contracts/${contract}.sol`][contract].storageLayout
}

if (import.meta.main) {
  const check = process.argv.includes('--check')
  const changed = await generate(check)
  for (const file of changed) console.log(check ? `${file} is not what the compiled contracts say` : `wrote ${file}`)
  if (check && changed.length) process.exitCode = 1
}
