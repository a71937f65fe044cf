import sharp from 'sharp'
import { MAX_PICKED_BYTES } from '../../ledger/documents.ts'
import { MAX_DOCUMENT_BYTES } from '../../vault/documents.ts'
import { Problem } from '../problem.ts'

/** A document as it is kept. */
export type Prepared = { readonly mediaType: 'image/jpeg' | 'application/pdf'; readonly bytes: Buffer }

type Format = 'jpeg' | 'png' | 'webp' | 'heic' | 'pdf'

/** An A4 page of 297 mm then has 205 dots to the inch: enough for the small print of a 发票. */
const LONG_SIDE = 2_400
const QUALITY = 85
/**
 * A few kilobytes may say that they are a picture of gigabytes. The finest telephones make JPEGs of 108 million pixels; of the
 * others, which are unpacked as a whole, a page scanned with 600 dots to the inch has 35 million.
 */
const MOST_PIXELS = { jpeg: 120_000_000, png: 50_000_000, webp: 50_000_000 } as const
const MOST_SECONDS = 20

// Nothing of an invoice stays in memory for the sake of a second look that nobody takes.
sharp.cache(false)

/**
 * Makes of a picked file what is kept of it. Which kind it is, its content says, never its name or whoever sends it.
 *
 * A JPEG, PNG or WebP becomes a new JPEG, upright, of at most 2,400 pixels on its long side, with nothing of the old file but
 * its picture: a photograph says where and when it was taken, by which telephone. The HEIC of iPhones is refused with a
 * sentence that says what to do, since the libvips that comes with sharp cannot read it for want of a licence.
 *
 * A PDF is kept as it is: an electronic invoice is signed, and any change would break that. Hence whatever is hidden in it is
 * kept as well, and it is never shown within a page.
 *
 * @throws {Problem} in words for whoever picked the file.
 */
export async function prepareDocument(file: Buffer): Promise<Prepared> {
  if (file.length > MAX_PICKED_BYTES) throw tooLarge('20 MiB')
  const format = formatOf(file)
  if (format === undefined)
    throw new Problem(422, 'DOCUMENT_KIND', {
      zh: '这个文件的内容不是照片（JPEG、PNG、WebP），也不是 PDF。', en: 'What is in this file is neither a picture (JPEG, PNG, WebP) nor a PDF.',
    })
  if (format === 'heic')
    throw new Problem(422, 'DOCUMENT_HEIC', {
      zh: '这是 HEIC 照片，本服务器不能读取。请在 iPhone 的“设置 → 相机 → 格式”里选“兼容性最佳”后重拍，或先另存为 JPEG。',
      en: 'This is a HEIC picture, which this server cannot read. On an iPhone choose Settings → Camera → Formats → Most Compatible, or save it as JPEG first.',
    })

  const prepared = format === 'pdf'
    ? { mediaType: 'application/pdf', bytes: file } as const
    : { mediaType: 'image/jpeg', bytes: await inTurn(() => encode(file, format)) } as const
  if (prepared.bytes.length > MAX_DOCUMENT_BYTES) throw tooLarge('16 MiB')
  return prepared
}

/** What the first bytes say. Only what is named here ever reaches a decoder. */
function formatOf(file: Buffer): Format | undefined {
  const text = (from: number, to: number) => file.toString('latin1', from, to)
  if (text(0, 3) === '\xff\xd8\xff') return 'jpeg'
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png'
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp'
  if (text(0, 5) === '%PDF-') return 'pdf'
  return text(4, 8) === 'ftyp' && /^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(text(8, 12)) ? 'heic' : undefined
}

async function encode(file: Buffer, format: keyof typeof MOST_PIXELS): Promise<Buffer> {
  const limitInputPixels = MOST_PIXELS[format]
  try {
    // A warning is not enough to refuse: many telephones write something behind the picture.
    const image = sharp(file, { limitInputPixels: false, failOn: 'error' })
    const { width, height } = await image.metadata()
    if (width * height > limitInputPixels) throw tooManyPixels(width, height, limitInputPixels)

    return await sharp(file, { limitInputPixels, failOn: 'error' })
      .timeout({ seconds: MOST_SECONDS })
      .autoOrient()
      .resize({ width: LONG_SIDE, height: LONG_SIDE, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: QUALITY })
      .toBuffer()
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    throw new Problem(422, 'IMAGE_BROKEN', {
      zh: '这张照片打不开：文件不完整或已损坏。请重拍，或重新选择。', en: 'This picture does not open: it is incomplete or damaged. Take it again, or pick it again.',
    }, undefined, { cause })
  }
}

/** One picture after the other: each may need half a gigabyte for a moment. */
function inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  const mine = last.then(work)
  last = mine.catch(() => undefined)
  return mine
}

let last: Promise<unknown> = Promise.resolve()

function tooManyPixels(width: number, height: number, most: number): Problem {
  return new Problem(422, 'IMAGE_TOO_LARGE', {
    zh: `这张图片有 ${width} × ${height} 像素，最多可以有 ${most / 10_000} 万。`,
    en: `This picture has ${width} × ${height} pixels; at most ${most / 1_000_000} million are taken.`,
  })
}

function tooLarge(most: string): Problem {
  return new Problem(413, 'DOCUMENT_TOO_LARGE', { zh: `文件太大：最多 ${most}。`, en: `This file is too large: at most ${most}.` })
}
