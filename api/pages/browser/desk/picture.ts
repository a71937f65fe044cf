import { MAX_PICKED_BYTES, type KeptDocument } from '../../../../ledger/documents.ts'
import { toHex } from '../../../../ledger/hex.ts'
import { Refused } from './server.ts'

/** How much of a file has been sent, from 0 to 1. */
type OnProgress = (part: number) => void

/** The server gives up on a line after two minutes; a browser whose line died would wait for ever. */
const PATIENCE_MS = 150_000

/**
 * Brings a file that was picked to the desk, and says what is kept of it and who has the same picture already.
 *
 * Sending the same file again is always right: it is kept once, and what arrives damaged is refused, since the server hashes
 * what came and compares.
 *
 * @throws {Refused} with the code OFFLINE when it did not arrive, else with the server's own code and words.
 */
export async function uploadDocument(file: File, { onProgress = () => {} }: { onProgress?: OnProgress } = {}): Promise<KeptDocument> {
  if (file.size > MAX_PICKED_BYTES)
    throw new Refused(413, 'DOCUMENT_TOO_LARGE', { zh: '文件太大：最多 20 MiB。', en: 'This file is too large: at most 20 MiB.' })
  const bytes = await file.arrayBuffer().catch(() => undefined)
  if (!bytes) throw new Refused(400, 'FILE_UNREADABLE', { zh: '这个文件读不出来，请重新选择。', en: 'This file cannot be read; please pick it again.' })

  const { status, answer } = await send(bytes, await hashOf(bytes), onProgress)
  if (status === 200) return answer as KeptDocument
  const { code = 'UNKNOWN', zh = `服务器答复 ${status}。`, message: en = `The server answered ${status}.` } = Object(answer)
  throw new Refused(status, String(code), { zh: String(zh), en: String(en) })
}

/** Undefined on a page that came without TLS, where browsers hash nothing; the file is then sent without a promise. */
async function hashOf(bytes: ArrayBuffer): Promise<string | undefined> {
  const subtle = crypto.subtle as SubtleCrypto | undefined
  return subtle && toHex(new Uint8Array(await subtle.digest('SHA-256', bytes)))
}

/** Not by fetch, which does not tell how far it has come. */
function send(bytes: ArrayBuffer, sha256: string | undefined, onProgress: OnProgress): Promise<{ status: number; answer: unknown }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0))
    request.addEventListener('load', () => resolve({ status: request.status, answer: request.response as unknown }))
    for (const end of ['error', 'abort', 'timeout']) request.addEventListener(end, () => reject(offline()))

    request.open('POST', '/v1/desk/documents')
    request.responseType = 'json'
    request.timeout = PATIENCE_MS
    request.setRequestHeader('content-type', 'application/octet-stream')
    if (sha256) request.setRequestHeader('x-mz-sha256', sha256)
    request.send(bytes)
  })
}

function offline(): Refused {
  return new Refused(0, 'OFFLINE', {
    zh: '没有连上服务器，文件没有送到。可以直接再送一次，不会重复。', en: 'The server cannot be reached, and the file did not arrive. Just send it again: it is kept once.',
  })
}
