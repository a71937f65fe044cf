import { concatBytes } from '@noble/hashes/utils.js'

/** A trace proof cut at its fields, so that a test can change one and put the rest together again. */
export type Dissected = {
  magic: Uint8Array
  chainId: Uint8Array
  genesis: Uint8Array
  ledger: Uint8Array
  sealing: Uint8Array
  headerLength: Uint8Array
  header: Uint8Array
  sealCount: Uint8Array
  seals: Uint8Array
  ref: Uint8Array
  start: Uint8Array
  amount: Uint8Array
  paper: Uint8Array
  range: Uint8Array
  rest: Uint8Array
}

export function dissect(bytes: Uint8Array): Dissected {
  let at = 0
  const take = (length: number) => bytes.subarray(at, (at += length))
  const varint = () => take(1 + bytes.subarray(at).findIndex((byte) => byte < 0x80))
  const numberOf = (digits: Uint8Array) => digits.reduce((sum, digit, i) => sum + (digit & 0x7f) * 128 ** i, 0)

  const [magic, chainId, genesis, ledger, sealing] = [take(4), varint(), take(32), take(20), take(1)]
  const headerLength = varint()
  const header = take(numberOf(headerLength))
  const sealCount = varint()
  const seals = take(65 * numberOf(sealCount))
  const [ref, start, amount, paper, range] = [take(32), varint(), varint(), take(32), take(1)]
  return {
    magic,
    chainId,
    genesis,
    ledger,
    sealing,
    headerLength,
    header,
    sealCount,
    seals,
    ref,
    start,
    amount,
    paper,
    range,
    rest: bytes.subarray(at),
  }
}

/** Puts a proof together with some of its fields changed. */
export function assemble(parts: Dissected, changes: Partial<Dissected> = {}): Uint8Array {
  return concatBytes(...Object.values({ ...parts, ...changes }))
}
