import { concatBytes } from '@noble/hashes/utils.js'
import { fromHex } from '../../../ledger/hex.ts'
import { encodeRlp, type Rlp } from '../../check/rlp.ts'
import { bytesOfQuantity } from '../quantity.ts'

/**
 * Builds a signed transaction again from the block's JSON: 2 ‖ RLP of its twelve fields (EIP-1559). That it is the very one
 * that was signed shows in the block's root.
 *
 * @throws {Error} for one of another type, which no command here makes.
 */
export function encodeTransaction(transaction: unknown): Uint8Array {
  const { type, chainId, nonce, maxPriorityFeePerGas, maxFeePerGas, gas, to, value, input, accessList, yParity, v, r, s } = Object(transaction)
  if (Number(type) !== 2) throw new Error(`a transaction of type ${String(type)} has no place in a bundle`)
  const fields: Rlp[] = [
    bytesOfQuantity(chainId), bytesOfQuantity(nonce), bytesOfQuantity(maxPriorityFeePerGas), bytesOfQuantity(maxFeePerGas), bytesOfQuantity(gas), to ? fromHex(String(to), 20) : new Uint8Array(),
    bytesOfQuantity(value), fromHex(String(input)), Array.from(accessList ?? [], accessOf), bytesOfQuantity(yParity ?? v), bytesOfQuantity(r), bytesOfQuantity(s),
  ]
  return concatBytes(Uint8Array.of(2), encodeRlp(fields))
}

function accessOf(item: unknown): Rlp {
  const { address, storageKeys } = Object(item)
  return [fromHex(String(address), 20), Array.from(storageKeys ?? [], (key) => fromHex(String(key), 32))]
}
