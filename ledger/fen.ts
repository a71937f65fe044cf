/** An amount of money in fen (1 yuan = 100 fen): a bigint that no number can be mistaken for. */
export type Fen = bigint & { readonly unit: 'fen' }

/** The line of a fund is measured by a `uint64` below 2⁶³, so that every sum still fits a signed 64-bit integer. */
export const MAX_FEN = 2n ** 63n - 1n

/** 10 billion yuan: one entry above it is a typing mistake. Same as `MAX_ENTRY` in contracts/types/Fen.sol. */
export const MAX_ENTRY_FEN = 1_000_000_000_000n

/** @throws {RangeError} when `value` is negative or beyond the line. */
export function Fen(value: bigint): Fen {
  if (value < 0n || value > MAX_FEN) throw new RangeError(`not an amount of fen: ${value}`)
  return value as Fen
}

/** Reads JSON's string of digits, such as `"1250"`. @throws {RangeError} */
export function readFen(text: string): Fen {
  if (!/^(0|[1-9]\d{0,18})$/.test(text)) throw new RangeError(`not a string of fen: ${JSON.stringify(text)}`)
  return Fen(BigInt(text))
}

/**
 * Reads what a person types: `"12"`, `"12.5"`, `"12.50"`, `"1,234.50"` (separators only where they belong).
 * Anything finer than a fen is refused, never rounded. @throws {RangeError}
 */
export function parseYuan(text: string): Fen {
  const match = /^(\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.(\d{1,2})0*)?$/.exec(text)
  if (!match) throw new RangeError(`not an amount of yuan: ${JSON.stringify(text)}`)
  const [, yuan = '', fraction = ''] = match
  return Fen(BigInt(yuan.replaceAll(',', '')) * 100n + BigInt(fraction.padEnd(2, '0')))
}

/** Writes fen as yuan for people: `1234567n` → `"12,345.67"`. */
export function formatYuan(amount: Fen): string {
  const yuan = (amount / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ',')
  return `${yuan}.${(amount % 100n).toString().padStart(2, '0')}`
}

/** How much an amount is that may be below zero, as a bank's line is: `-500n` → `500n`. In fen. */
export function sizeOf(amount: bigint): bigint {
  return amount < 0n ? -amount : amount
}

/** The sum of amounts. @throws {RangeError} beyond the line. */
export function sumFen(amounts: Iterable<Fen>): Fen {
  let sum = 0n
  for (const amount of amounts) sum += amount
  return Fen(sum)
}
