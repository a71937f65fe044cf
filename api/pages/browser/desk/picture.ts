import { sha256 } from '@noble/hashes/sha2.js'
import { MAX_PICKED_BYTES, type KeptDocument } from '../../../../ledger/documents.ts'
import { toHex, type Hex } from '../../../../ledger/hex.ts'
import { getFile, Refused } from './server.ts'

/** How much of a file has been sent, from 0 to 1. */
type OnProgress = (part: number) => void

/** The server gives up on a line after two minutes; a browser whose line died would wait for ever. */
const PATIENCE_MS = 150_000

/**
 * Brings a file that was picked to the desk, and says what is kept of it and who has the same picture already.
 *
 * Sending the same file again is always right: it is kept once, and what arrives damaged is refused, since the server hashes
 * what came and compares. What it says it keeps is no matter of faith either: the hash in its answer goes into a paper that
 * somebody signs.
 *
 * @throws {Refused} with the code OFFLINE when it did not arrive, DOCUMENT_OTHER when the answer is not the hash of what is kept,
 * else with the server's own code and words.
 */
export async function uploadDocument(file: File, { onProgress = () => {} }: { onProgress?: OnProgress } = {}): Promise<KeptDocument> {
  if (file.size > MAX_PICKED_BYTES)
    throw new Refused(413, 'DOCUMENT_TOO_LARGE', { zh: '文件太大：最多 20 MiB。', en: 'This file is too large: at most 20 MiB.' })
  const bytes = await file.arrayBuffer().catch(() => undefined)
  if (!bytes) throw new Refused(400, 'FILE_UNREADABLE', { zh: '这个文件读不出来，请重新选择。', en: 'This file cannot be read; please pick it again.' })

  const sent = await hashOf(bytes)
  const { status, answer } = await send(bytes, sent, onProgress)
  if (status === 200) {
    const kept = answer as KeptDocument
    await checkKept(kept.sha256, { bytes, sent })
    return kept
  }
  const { code = 'UNKNOWN', zh = `服务器答复 ${status}。`, message: en = `The server answered ${status}.` } = Object(answer)
  throw new Refused(status, String(code), { zh: String(zh), en: String(en) })
}

/** A document as the server keeps it, once its bytes have the hash that names it. @throws {Refused} DOCUMENT_OTHER unless they have. */
export async function documentOf(hash: string): Promise<Blob> {
  const kept = await getFile(`/v1/desk/documents/${hash}`)
  if (await hashOf(await kept.arrayBuffer()) !== hash) throw another(hash)
  return kept
}

/** A PDF is kept as it is, so it has the hash that it had here; what became of a picture is looked at. */
async function checkKept(hash: Hex, { bytes, sent }: { bytes: ArrayBuffer; sent: Hex }): Promise<void> {
  if (!isPdf(bytes)) await documentOf(hash)
  else if (hash !== sent) throw another(hash)
}

/** The code of a refusal of bytes that are not those of their name. */
export const DOCUMENT_OTHER = 'DOCUMENT_OTHER'

function isPdf(bytes: ArrayBuffer): boolean {
  return String.fromCharCode(...new Uint8Array(bytes.slice(0, 5))) === '%PDF-'
}

function another(hash: string): Refused {
  return new Refused(422, DOCUMENT_OTHER, {
    zh: `服务器给出的文件不是指纹 ${hash.slice(0, 10)}… 所指的那一份：没有采用，也不显示。请勿采信，并告诉管理员。`,
    en: `What the server gives is not the document ${hash.slice(0, 10)}…: it is neither taken nor shown. Do not trust it, and tell whoever runs this.`,
  })
}

/** A page that came without TLS has no `crypto.subtle`. */
async function hashOf(bytes: ArrayBuffer): Promise<Hex> {
  const subtle = crypto.subtle as SubtleCrypto | undefined
  return toHex(subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes)) : sha256(new Uint8Array(bytes)))
}

/** Not by fetch, which does not tell how far it has come. */
function send(bytes: ArrayBuffer, sent: Hex, onProgress: OnProgress): Promise<{ status: number; answer: unknown }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0))
    request.addEventListener('load', () => resolve({ status: request.status, answer: request.response as unknown }))
    for (const end of ['error', 'abort', 'timeout']) request.addEventListener(end, () => reject(offline()))

    request.open('POST', '/v1/desk/documents')
    request.responseType = 'json'
    request.timeout = PATIENCE_MS
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.setRequestHeader('x-mz-sha256', sent)
    request.send(bytes)
  })
}

function offline(): Refused {
  return new Refused(0, 'OFFLINE', {
    zh: '没有连上服务器，文件没有送到。可以直接再送一次，不会重复。', en: 'The server cannot be reached, and the file did not arrive. Just send it again: it is kept once.',
  })
}
