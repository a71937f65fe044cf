import { render } from 'preact'
import type { ContractName } from '../../../../ledger/acts.ts'
import { Address, type Hex } from '../../../../ledger/hex.ts'
import { byId } from '../element.ts'
import { App } from './app.tsx'
import { keepDropsOut } from './dropArea.tsx'

/** The desk: one page, so that a key that was opened stays open from place to place, and nowhere else. */
const main = byId('main')
const { chain = '0', contracts = '{}' } = main.dataset
const addresses = Object.fromEntries(Object.entries(Object(JSON.parse(contracts)) as object).map(([name, address]) => [name, Address(String(address))]))
keepDropsOut()
render(<App book={{ chainId: BigInt(chain), contracts: addresses as Record<ContractName, Hex> }} />, byId('desk'))
