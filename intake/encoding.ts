import { InputRefused } from '../ledger/failures.ts'

/** How a text file was written. */
export type Encoding = 'utf-8' | 'utf-16le' | 'gb18030'

/**
 * Decodes a text file: by its byte order mark, else as UTF-8, else as GB18030 (which holds GBK and GB2312). Each is
 * strict: a byte that does not belong is refused, never replaced. GBK text that passes as UTF-8, as short files fool
 * other programs with, does not pass the strict reading. @throws {InputRefused}
 */
export function decodeText(bytes: Uint8Array, file: string): { text: string; encoding: Encoding } {
  const encodings: Encoding[] = bytes[0] === 0xff && bytes[1] === 0xfe ? ['utf-16le'] : ['utf-8', 'gb18030']
  for (const encoding of encodings) {
    const text = decodeStrictly(bytes, encoding)
    if (text !== undefined && !text.includes('\0')) return { text, encoding }
  }
  throw new InputRefused('FILE_UNREADABLE', {
    zh: `${file}：既不是表格文件，也不是 UTF-8 或 GB18030 文本`,
    en: `${file}: neither a spreadsheet nor text in UTF-8 or GB18030`,
  })
}

function decodeStrictly(bytes: Uint8Array, encoding: Encoding): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
