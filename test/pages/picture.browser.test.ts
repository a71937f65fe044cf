import { join } from 'node:path'
import { build } from 'esbuild'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { largePhotograph, photograph } from '../api/pictures.ts'
import { openDeskWorld, type DeskWorld } from './desks.ts'

const MODULE = join(import.meta.dirname, '../../api/pages/browser/desk/picture.ts')
const MOST = 20 * 1024 * 1024

type Told = { answer?: { sha256: string; mediaType: string }; code?: string; sentence?: string; parts: number[] }

describe('A picture that is picked at the desk', function () {
  this.timeout(120_000)
  let desk: DeskWorld
  let page: Page
  let script: string
  before(async () => {
    desk = await openDeskWorld(18_833)
    const built = await build({ entryPoints: [MODULE], bundle: true, write: false, format: 'iife', globalName: 'picture', target: 'es2022' })
    script = built.outputFiles[0]?.text ?? ''
  })
  beforeEach(async () => {
    page = (await desk.sitDown('ACCOUNTANT')).page
    await page.evaluate(() => {
      const input = Object.assign(document.createElement('input'), { type: 'file', id: 'picked' })
      document.body.append(input)
    })
  })
  after(() => desk.leave())

  /** What the page is told of a file that somebody picks. */
  const upload = async (buffer: Buffer): Promise<Told> => {
    await page.setInputFiles('#picked', { name: 'photo.jpg', mimeType: 'image/jpeg', buffer })
    return await page.evaluate(`(async () => {
      ${script}
      const parts = []
      const told = await picture.uploadDocument(document.querySelector('#picked').files[0], { onProgress: (part) => parts.push(part) })
        .then((answer) => ({ answer }), ({ code, message }) => ({ code, sentence: message }))
      return { ...told, parts }
    })()`)
  }

  it('arrives, and the page learns how far it has come and what is kept of it', async () => {
    const { answer, parts } = await upload(await largePhotograph(MOST - 1))

    expect(answer?.mediaType).to.equal('image/jpeg')
    expect(desk.vault.standingOf(answer?.sha256 as `0x${string}`)).to.deep.equal({ staged: true, papers: [] })
    expect(parts.at(-1)).to.equal(1)
    expect(parts).to.deep.equal(parts.toSorted((a, b) => a - b))
  })

  it('is shown by the page that may show nothing but its own server’s pictures', async () => {
    const { answer } = await upload(await photograph())

    const size = await page.evaluate(`new Promise((resolve, reject) => {
      const image = Object.assign(new Image(), { src: '/v1/desk/documents/${answer?.sha256}' })
      image.onload = () => resolve([image.naturalWidth, image.naturalHeight])
      image.onerror = () => reject(new Error('not shown'))
    })`)

    expect(size).to.deep.equal([40, 60])
  })

  it('is told not to have arrived when the line is dead, and then simply sent again', async () => {
    const photo = await photograph('#00ccff')
    await page.context().setOffline(true)
    const dead = await upload(photo)
    await page.context().setOffline(false)

    const { answer } = await upload(photo)

    expect(dead).to.deep.include({ code: 'OFFLINE', sentence: '没有连上服务器，文件没有送到。可以直接再送一次，不会重复。' })
    expect(answer?.mediaType).to.equal('image/jpeg')
  })

  it('is refused in the server’s words when it is none', async () => {
    const { code, sentence } = await upload(Buffer.from('a text file'))

    expect({ code, sentence }).to.deep.equal({ code: 'DOCUMENT_KIND', sentence: '这个文件的内容不是照片（JPEG、PNG、WebP），也不是 PDF。' })
  })

  it('is not even sent when it is too large', async () => {
    const { code, parts } = await upload(Buffer.alloc(MOST + 1))

    expect({ code, parts }).to.deep.equal({ code: 'DOCUMENT_TOO_LARGE', parts: [] })
  })
})
