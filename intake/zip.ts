import { InputRefused } from '../ledger/failures.ts'

/** 200 MiB: a sheet of a million gifts has less. A file of a few kB can unpack to gigabytes. */
export const MAX_UNPACKED_BYTES = 200 * 1024 * 1024

const MAX_MEMBERS = 10_000
const DIRECTORY_END = 0x06054b50
const DIRECTORY_ENTRY = 0x02014b50
const MEMBER = 0x04034b50
const ZIP64 = 0x0001

type Member = { entry: number; local: number; packed: number; unpacked: number }

/**
 * A copy of a zip whose members cannot unpack to more than its directory says, which is `MAX_UNPACKED_BYTES` together at most.
 *
 * The directory may lie, and a member's own header too: the spreadsheet's reader would believe that header and go on as long as
 * bytes come. So each header is made to say what the directory says, for which the reader sets room aside beforehand.
 * @throws {InputRefused} when it unpacks to more, {RangeError} when it is damaged.
 */
export function bounded(bytes: Uint8Array, file: string): Uint8Array {
  const copy = bytes.slice()
  const view = new DataView(copy.buffer, copy.byteOffset, copy.byteLength)
  const members = membersOf(view)
  const unpacked = members.reduce((sum, member) => sum + member.unpacked, 0)
  if (members.length > MAX_MEMBERS || unpacked > MAX_UNPACKED_BYTES)
    throw new InputRefused('UNPACKED_TOO_LARGE', {
      zh: `${file}：解压后超过 ${MAX_UNPACKED_BYTES / 2 ** 20} MiB，请分成几个，或另存为 .csv`,
      en: `${file}: it unpacks to more than ${MAX_UNPACKED_BYTES / 2 ** 20} MiB, please split it or save it as .csv`,
    })
  for (const member of members) bind(view, member)
  return copy
}

function membersOf(view: DataView): Member[] {
  let end = view.byteLength - 22
  while (end >= 0 && view.getUint32(end, true) !== DIRECTORY_END) end--
  const members: Member[] = []
  let entry = view.getUint32(end + 16, true)
  for (let left = view.getUint16(end + 8, true); left > 0; left--) {
    const [packed, unpacked, local] = [20, 24, 42].map((at) => view.getUint32(entry + at, true)) as [number, number, number]
    if (view.getUint32(entry, true) !== DIRECTORY_ENTRY || view.getUint32(local, true) !== MEMBER)
      throw new RangeError('the directory of the zip is damaged')
    members.push({ entry, local, packed, unpacked })
    const [name, extra, comment] = [28, 30, 32].map((at) => view.getUint16(entry + at, true)) as [number, number, number]
    entry += 46 + name + extra + comment
  }
  return members
}

/** Makes a member's own header agree with the directory. */
function bind(view: DataView, { entry, local, packed, unpacked }: Member): void {
  const lengthsFollow = 0x0008
  view.setUint16(local + 6, view.getUint16(local + 6, true) & ~lengthsFollow, true)
  view.setUint32(local + 18, packed, true)
  view.setUint32(local + 22, unpacked, true)
  hideZip64(view, entry + 46 + view.getUint16(entry + 28, true), view.getUint16(entry + 30, true))
  hideZip64(view, local + 30 + view.getUint16(local + 26, true), view.getUint16(local + 28, true))
  if (unpacked > 0) return
  // Without a length there would be no bound.
  view.setUint16(local + 8, 0, true)
  view.setUint32(entry + 20, 0, true)
  view.setUint32(local + 18, 0, true)
}

/** Its 64-bit lengths would count for more than those that were looked at. */
function hideZip64(view: DataView, start: number, length: number): void {
  for (let at = start; at + 4 <= start + length; at += 4 + view.getUint16(at + 2, true))
    if (view.getUint16(at, true) === ZIP64) view.setUint16(at, 0xffff, true)
}
