import { randomBytes } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

/** What a telephone writes into a photograph about its owner. */
export const TELEPHONE = 'THE TELEPHONE OF SOMEBODY'

/** A photograph as a telephone takes it: 60 × 40, lying on its side, with the place where it was taken. `hue` makes another. */
export async function photograph(hue = '#ffcc00'): Promise<Buffer> {
  return await sharp({ create: { width: 60, height: 40, channels: 3, background: hue } })
    .withExif({ IFD0: { Make: TELEPHONE }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '30/1 32/1 0/1', GPSLongitudeRef: 'E', GPSLongitude: '114/1 21/1 0/1' } })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><!--${TELEPHONE}--></rdf:RDF></x:xmpmeta>`)
    .withMetadata({ orientation: 6 })
    .jpeg().toBuffer()
}

/** A photograph of exactly so many bytes; the last of them stand behind the picture, as telephones put a film there. */
export async function largePhotograph(bytes: number): Promise<Buffer> {
  const [width, height] = [4_000, 3_000]
  const photo = await sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } }).jpeg({ quality: 85 }).toBuffer()
  return Buffer.concat([photo, Buffer.alloc(bytes - photo.length, 7)])
}

/** A PNG of a single colour, as many pixels wide as high: 400 million of them take 50 kilobytes. */
export function bomb(side: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header[8] = 1 // one bit for each pixel, black or white
  const rows = deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8))))
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))])
}

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name), content])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  check.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, check])
}
