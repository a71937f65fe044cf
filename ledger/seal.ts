import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { fromHex, toHex, type Hex } from './hex.ts'
import { isLow, signerOf } from './signature.ts'

/** What a witness signs: that block `number` of the chain with this id and genesis has this hash, and no other. */
export type Seal = { readonly chainId: bigint; readonly genesis: Hex; readonly number: bigint; readonly blockHash: Hex }

/** The EIP-712 digest of a seal in the domain `{ name: 'Mingzhang', version: '1', chainId }`: 32 bytes. */
export function sealDigest({ chainId, genesis, number, blockHash }: Seal): Uint8Array {
  const domain = hashOf(DOMAIN, NAME, VERSION, wordOf(chainId))
  const seal = hashOf(SEAL, wordOf(chainId), genesis, wordOf(number), blockHash)
  return keccak_256(fromHex(`0x1901${domain.slice(2)}${seal.slice(2)}`))
}

/** Signs a seal: 65 bytes r‖s‖v, v is 0 or 1, s low. @throws {RangeError} when the key is not 32 bytes. */
export function signSeal(privateKey: Hex, seal: Seal): Hex {
  const [v = 0, ...rs] = secp256k1.sign(sealDigest(seal), fromHex(privateKey, 32), {
    prehash: false,
    format: 'recovered',
  })
  return toHex(Uint8Array.of(...rs, v))
}

/** The address that signed a seal. @throws {RangeError} when the signature is none, or not in its low form. */
export function recoverSealer(seal: Seal, signature: Hex): Hex {
  const bytes = fromHex(signature, 65)
  const sealer = isLow(bytes) ? signerOf(sealDigest(seal), bytes) : undefined
  if (!sealer) throw new RangeError(`not a signature: ${signature}`)
  return sealer
}

// Hashes of texts that never change; a phone that checks one proof feels each of them.
// keccak256('EIP712Domain(string name,string version,uint256 chainId)')
const DOMAIN = '0xc2f8787176b8ac6bf7215b4adcc1e069bf4ab82d9ab1df05a57a91d425935b6e'
// keccak256('Mingzhang') and keccak256('1')
const NAME = '0x3da5862c565695be84b14484311feea4f15813f29b547fd470c4c6365993f282'
const VERSION = '0xc89efdaa54c0f20c7adf612882df0950f5a951637e0307cdcb4c672f298b8bc6'
// keccak256('Seal(uint256 chainId,bytes32 genesis,uint64 number,bytes32 blockHash)')
const SEAL = '0xe347ddd12ad3b4c8bcba8daa8fe7f08e803b6e3015b790965eea1812ddcef1c9'

function hashOf(...words: Hex[]): Hex {
  return toHex(keccak_256(fromHex(`0x${words.map((word) => word.slice(2)).join('')}`)))
}

function wordOf(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, '0')}`
}
