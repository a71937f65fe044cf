import { expect } from 'chai'
import Database from 'better-sqlite3'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashOfPaper, readPaper } from '../../ledger/papers.ts'
import { openVault, type Vault } from '../../vault/vault.ts'
import { AFTER_RETENTION, bytesIn, giftFrom, KEPT_UNTIL_2051, openPlace } from './place.ts'

const PDF = new TextEncoder().encode('%PDF-1.7 发票 张三丰')

/** What only the forgotten person's record holds: it must be in the folder before, and nowhere after. */
function secretBytesOf(folder: string, paper: string): Buffer[] {
  const db = new Database(join(folder, 'vault.sqlite'), { readonly: true })
  const rows = [
    db.prepare('SELECT wrapped_key, sealed FROM paper WHERE hash = ?').get(paper),
    db.prepare('SELECT locked, reprint FROM gift WHERE paper = ?').get(paper),
    db.prepare('SELECT wrapped_key AS document_key, sealed AS document FROM document').get(),
  ]
  db.close()
  return rows.flatMap((row) => Object.values(row as object)).map((bytes: Buffer) => bytes.subarray(0, 64))
}

describe('forgetting a person', () => {
  let place: ReturnType<typeof openPlace>
  let vault: Vault
  let time: Date
  beforeEach(() => {
    place = openPlace()
    time = new Date('2026-03-01T08:00:00Z')
    vault = openVault({ ...place, now: () => time })
  })
  afterEach(() => {
    vault.close()
    place.remove()
  })

  function putOne(donor = '张三丰', ordinal = 1) {
    const gift = giftFrom(vault, donor, ordinal)
    const [put] = vault.putGifts([gift], KEPT_UNTIL_2051)
    return { ...gift, hash: put!.paper, link: put!.link! }
  }

  it('first restricts at once: nobody sees the fields, the link opens nothing, the documents are closed', () => {
    const { hash, link, ref, paper } = putOne()
    const sha256 = vault.putDocument({ paper: hash, mediaType: 'application/pdf', bytes: PDF })

    vault.restrict([hash])

    expect(vault.paperOf(hash)).to.deep.include({ state: 'restricted', paper })
    expect(vault.fieldsOf(hash)).to.equal(undefined)
    expect(vault.giftOf(link.code)).to.deep.equal({ fund: 1, ref, paper: hash, state: 'restricted' })
    expect(vault.linkOf(1, ref)).to.equal(undefined)
    expect(vault.documentOf(sha256)).to.equal(undefined)
    expect(vault.papersWith('donor', '张三丰')).to.deep.equal([hash])
  })

  it('does not destroy before the law allows it, and says from when it does', () => {
    const { hash } = putOne()
    time = new Date(AFTER_RETENTION.getTime() - 1)

    expect(() => vault.destroy([hash]))
      .to.throw(RangeError, `paper ${hash} must be kept until 2051-01-01; it can be restricted now`)
    expect(vault.paperOf(hash)?.state).to.equal('kept')
  })

  it('then destroys: the fields are gone, the manifest and its hash are as they were', () => {
    const { hash, link, ref, paper } = putOne()
    const sha256 = vault.putDocument({ paper: hash, mediaType: 'application/pdf', bytes: PDF })
    vault.restrict([hash])
    time = AFTER_RETENTION

    vault.destroy([hash])

    const kept = vault.paperOf(hash)!
    expect(kept).to.deep.include({ state: 'destroyed', paper })
    expect(hashOfPaper(readPaper(kept.paper))).to.equal(hash)
    expect(vault.fieldsOf(hash)).to.equal(undefined)
    expect(vault.giftOf(link.code)).to.deep.equal({ fund: 1, ref, paper: hash, state: 'destroyed' })
    expect(vault.documentOf(sha256)).to.equal(undefined)
    expect(vault.documentsOf(hash)).to.deep.equal([sha256])
    expect(vault.papersWith('donor', '张三丰')).to.deep.equal([])
  })

  it('leaves not even the sealed bytes and the wrapped keys in any file', () => {
    for (let ordinal = 2; ordinal < 40; ordinal++) putOne('邻居', ordinal)
    const { hash } = putOne()
    vault.putDocument({ paper: hash, mediaType: 'application/pdf', bytes: PDF })
    const secrets = secretBytesOf(place.folder, hash)
    const before = bytesIn(place.folder)
    time = AFTER_RETENTION

    vault.destroy([hash])

    const after = bytesIn(place.folder)
    expect(secrets).to.have.length(6)
    for (const secret of secrets) {
      expect(before.includes(secret)).to.equal(true)
      expect(after.includes(secret)).to.equal(false)
    }
    expect(after.includes('张三丰')).to.equal(false)
  })

  it('does not touch anybody else, equal gifts of the same name included', () => {
    const mine = putOne()
    const other = putOne('张三丰', 2)
    time = AFTER_RETENTION

    vault.destroy([mine.hash])

    expect(vault.fieldsOf(other.hash)?.['donor']?.value).to.equal('张三丰')
    expect(vault.linkOf(1, other.ref)).to.deep.equal(other.link)
  })

  it('keeps a document for as long as another paper needs it', () => {
    const [mine, other] = [putOne(), putOne('李四光')]
    const [sha256] = [mine, other].map(({ hash: paper }) => vault.putDocument({ paper, mediaType: 'image/png', bytes: PDF }))
    const countDocuments = () => {
      const db = new Database(join(place.folder, 'vault.sqlite'), { readonly: true })
      const { count } = db.prepare('SELECT count(*) AS count FROM document').get() as { count: number }
      db.close()
      return count
    }
    time = AFTER_RETENTION

    vault.destroy([mine.hash])
    expect(countDocuments()).to.equal(1)
    expect(vault.documentOf(sha256!)).to.equal(undefined)

    vault.destroy([other.hash])
    expect(countDocuments()).to.equal(0)
  })

  it('does not let a destroyed paper come back by being handed in again', () => {
    const { hash, paper, opened } = putOne()
    time = AFTER_RETENTION
    vault.destroy([hash])

    expect(vault.putPaper({ paper, opened })).to.deep.equal({ hash, known: true })
    expect(vault.fieldsOf(hash)).to.equal(undefined)
  })

  it('lets an import run again over a forgotten gift without a new link or paper', () => {
    const { hash, ref } = putOne()
    time = AFTER_RETENTION
    vault.destroy([hash])

    expect(vault.putGifts([giftFrom(vault, '张三丰')])).to.deep.equal([{ ref, paper: hash, known: true }])
  })

  it('takes no more documents for a paper that is restricted', () => {
    const { hash } = putOne()
    vault.restrict([hash])

    expect(() => vault.putDocument({ paper: hash, mediaType: 'image/png', bytes: PDF }))
      .to.throw(RangeError, `paper ${hash} is restricted: nothing can be added to it`)
  })

  it('refuses a paper it does not have, and then erases none of the others', () => {
    const { hash } = putOne()
    const unknown = `0x${'00'.repeat(32)}` as const

    expect(() => vault.restrict([hash, unknown])).to.throw(RangeError, `the vault has no paper ${unknown}`)
    expect(vault.paperOf(hash)?.state).to.equal('kept')
  })

  it('is listed without personal data, beside the vault', () => {
    const { hash } = putOne()
    vault.restrict([hash])
    time = AFTER_RETENTION
    vault.destroy([hash])

    expect(readFileSync(join(place.folder, 'erasures.jsonl'), 'utf8')).to.equal(
      `{"act":"restrict","paper":"${hash}","at":"2026-03-01T08:00:00.000Z"}\n` +
        `{"act":"destroy","paper":"${hash}","at":"2050-12-31T16:00:00.000Z"}\n`,
    )
  })

  it('is seen at once by another program that has the vault open, and does not wait for it', () => {
    const { hash, link } = putOne()
    const [secret] = secretBytesOfPaper(place.folder, hash)
    const server = openVault(place)
    expect(server.giftOf(link.code)).to.have.property('locked')

    vault.restrict([hash])
    expect(server.giftOf(link.code)).to.not.have.property('locked')
    expect(server.fieldsOf(hash)).to.equal(undefined)

    time = AFTER_RETENTION
    vault.destroy([hash])
    expect(server.paperOf(hash)?.state).to.equal('destroyed')
    expect(bytesIn(place.folder).includes(secret!)).to.equal(false)
    server.close()
  })

  it('is finished at the next opening when it was cut off after the list was written', () => {
    const { hash } = putOne()
    const [secret] = secretBytesOfPaper(place.folder, hash)
    vault.close()
    appendFileSync(join(place.folder, 'erasures.jsonl'), `{"act":"destroy","paper":"${hash}","at":"2051-01-01T00:00:00.000Z"}\n`)

    vault = openVault(place)

    expect(vault.paperOf(hash)?.state).to.equal('destroyed')
    expect(bytesIn(place.folder).includes(secret!)).to.equal(false)
  })

  it('leaves out a last line of the list that was never finished, and refuses any other bad line by number', () => {
    const { hash } = putOne()
    vault.restrict([hash])
    vault.close()
    const list = join(place.folder, 'erasures.jsonl')

    appendFileSync(list, '{"act":"destr')
    vault = openVault(place)
    expect(vault.paperOf(hash)?.state).to.equal('restricted')

    vault.restrict([putOne('李四光').hash])
    vault.close()
    appendFileSync(list, '{"act":"destr\n')
    expect(() => openVault(place)).to.throw(Error, `${list} line 3 is no erasure: {"act":"destr`)
  })
})

function secretBytesOfPaper(folder: string, paper: string): Buffer[] {
  const db = new Database(join(folder, 'vault.sqlite'), { readonly: true })
  const { sealed } = db.prepare('SELECT sealed FROM paper WHERE hash = ?').get(paper) as { sealed: Buffer }
  db.close()
  return [sealed]
}
