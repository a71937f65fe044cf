import { Interface, Transaction, Wallet } from 'ethers'
import { charterAbi, fundLedgerAbi, peopleAbi } from './abi.ts'
import type { Hex } from './hex.ts'

/** The contracts that take acts. */
export type ContractName = 'charter' | 'people' | 'ledger'

/** The functions of each contract, for encoding, decoding and explaining calls. */
export const INTERFACES: Record<ContractName, Interface> = {
  charter: new Interface(charterAbi),
  people: new Interface(peopleAbi),
  ledger: new Interface(fundLedgerAbi),
}

/** What a person signs: one call of one contract. */
export type Act = { readonly contract: ContractName; readonly name: string; readonly args: readonly unknown[] }

/** What a transaction needs besides its act. */
export type Envelope = { readonly chainId: bigint; readonly nonce: number; readonly to: Hex; readonly gasLimit: bigint }

/** No transaction may ask for more gas: a batch of 500 inflows needs about 2.3 million. */
export const GAS_LIMIT = 15_000_000n

/** The calldata of an act. @throws {TypeError} when the arguments do not fit the function. */
export function encodeAct(act: Act): Hex {
  return INTERFACES[act.contract].encodeFunctionData(act.name, act.args) as Hex
}

/** Signs an act as an ordinary EIP-1559 transaction without fees: the transaction is the signature. */
export async function signAct(wallet: Wallet, act: Act, envelope: Envelope): Promise<Hex> {
  return signCall(wallet, encodeAct(act), envelope)
}

/** Signs calldata that was encoded before. */
export async function signCall(wallet: Wallet, data: Hex, envelope: Envelope): Promise<Hex> {
  const transaction = Transaction.from({
    type: 2,
    ...envelope,
    data,
    value: 0n,
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
  })
  transaction.signature = wallet.signingKey.sign(transaction.unsignedHash)
  return transaction.serialized as Hex
}
