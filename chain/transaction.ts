import { keccak_256 } from '@noble/hashes/sha3.js'
import { decodeRlp } from 'ethers'
import { fromHex, toHex, type Hex } from '../ledger/hex.ts'
import { RpcError } from './client.ts'
import { MAX_RAW_BYTES } from './methods.ts'

/**
 * Looks at a signed transaction as far as the engine would not: its kind, and that it is bound to one chain. Signature,
 * chain id, nonce, gas and fee are the engine's to refuse, and it does before mining.
 *
 * @throws {RpcError}
 */
export function checkRaw(raw: unknown): Hex {
  if (typeof raw !== 'string' || !/^0x([0-9a-f]{2})+$/i.test(raw))
    throw new RpcError(-32602, 'a signed transaction is 0x and whole bytes in hexadecimal')
  if (raw.length > 2 + 2 * MAX_RAW_BYTES)
    throw new RpcError(-32602, `a transaction of ${raw.length / 2 - 1} bytes, ${MAX_RAW_BYTES} at most`)

  const kind = Number.parseInt(raw.slice(2, 4), 16)
  if (kind < 0xc0 && kind !== 1 && kind !== 2)
    throw new RpcError(-32602, `transactions of type ${kind} are not accepted`)
  if (kind >= 0xc0 && !isBoundToChain(raw))
    throw new RpcError(-32602, 'a transaction without a chain id could be repeated on another chain (EIP-155)')
  return `0x${raw.slice(2).toLowerCase()}`
}

/** The hash by which a signed transaction is known. */
export function transactionHashOf(raw: Hex): Hex {
  return toHex(keccak_256(fromHex(raw)))
}

// EIP-155: v is 27 or 28 without a chain id, 35 or more with one.
function isBoundToChain(raw: string): boolean {
  try {
    const v = decodeRlp(raw)[6]
    return typeof v === 'string' && BigInt(v) >= 35n
  } catch {
    throw new RpcError(-32602, 'not a signed transaction')
  }
}
