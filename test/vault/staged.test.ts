import Database from 'better-sqlite3'
import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toHex, type Hex } from '../../ledger/hex.ts'
import { openVault, restoreVault, type Vault } from '../../vault/vault.ts'
import { AFTER_RETENTION, bytesIn, giftFrom, KEPT_UNTIL_2051, openPlace } from './place.ts'

const ABC = '0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' as const
const PICTURE = { mediaType: 'image/jpeg', bytes: new TextEncoder().encode('abc'), original: `0x${'01'.repeat(32)}` } as const
const UNKNOWN = `0x${'00'.repeat(32)}` as const
const [NOON, NEXT_NOON, LATER] = ['2026-03-01T12:00:00.000Z', '2026-03-02T11:59:59.999Z', '2026-03-02T12:00:00.000Z']

describe('the vault keeps documents whose paper does not exist yet', () => {
  let place: ReturnType<typeof openPlace>
  let vault: Vault
  let time: Date
  beforeEach(() => {
    place = openPlace()
    time = new Date(NOON)
    vault = openVault({ ...place, now: () => time })
  })
  afterEach(() => {
    vault.close()
    place.remove()
  })

  const putPaper = (donor = '张三丰') => vault.putPaper({ ...giftFrom(vault, donor), keptUntil: KEPT_UNTIL_2051 }).hash
  /** What lies in the file of the document: its wrapped key, and the beginning of what is sealed. */
  const secretsOf = (sha256: Hex): Buffer[] => {
    const db = new Database(join(place.folder, 'vault.sqlite'), { readonly: true })
    const row = db.prepare('SELECT wrapped_key, sealed FROM document WHERE sha256 = ?').get(sha256)
    db.close()
    return Object.values(row as object).map((bytes: Buffer) => bytes.subarray(0, 64))
  }
  const reopen = () => {
    vault.close()
    vault = openVault({ ...place, now: () => time })
  }

  it('under the SHA-256 of what is kept, and sealed', () => {
    const bytes = new TextEncoder().encode('发票 北京某某公司 '.repeat(9_000))

    const sha256 = vault.stageDocument({ ...PICTURE, bytes })

    expect(sha256).to.equal(toHex(createHash('sha256').update(bytes).digest()))
    expect(vault.documentOf(sha256)?.bytes.equals(bytes)).to.equal(true)
    expect(vault.standingOf(sha256)).to.deep.equal({ staged: true, papers: [] })
    expect(bytesIn(place.folder).includes('北京某某公司')).to.equal(false)
  })

  it('until they are attached to one', () => {
    const paper = putPaper()
    const sha256 = vault.stageDocument(PICTURE)

    vault.attachDocument(paper, sha256)

    expect(sha256).to.equal(ABC)
    expect(vault.documentsOf(paper)).to.deep.equal([ABC])
    expect(vault.standingOf(ABC)).to.deep.equal({ staged: false, papers: [paper] })
  })

  it('and says so once, however often it is told', () => {
    const paper = putPaper()
    vault.attachDocument(paper, vault.stageDocument(PICTURE))
    vault.restrict([paper])

    vault.attachDocument(paper, ABC)

    expect(vault.documentsOf(paper)).to.deep.equal([ABC])
  })

  it('but attaches none to a paper that is not here or not kept, and none that it does not have', () => {
    const [paper, restricted] = [putPaper(), putPaper('李四光')]
    vault.stageDocument(PICTURE)
    vault.restrict([restricted])

    expect(() => vault.attachDocument(UNKNOWN, ABC)).to.throw(RangeError, `the vault has no paper ${UNKNOWN}`)
    expect(() => vault.attachDocument(restricted, ABC)).to.throw(RangeError, `paper ${restricted} is restricted: nothing can be added to it`)
    expect(() => vault.attachDocument(paper, UNKNOWN)).to.throw(RangeError, `the vault has no document ${UNKNOWN}`)
  })

  it('but none that is empty, too large, of no media type, or picked as what is no hash', () => {
    expect(() => vault.stageDocument({ ...PICTURE, bytes: new Uint8Array() })).to.throw(RangeError, 'not 0')
    expect(() => vault.stageDocument({ ...PICTURE, bytes: new Uint8Array(16_777_217) })).to.throw(RangeError, 'not 16777217')
    expect(() => vault.stageDocument({ ...PICTURE, mediaType: 'jpg' })).to.throw(RangeError, 'not a media type: jpg')
    expect(() => vault.stageDocument({ ...PICTURE, original: '0x01' })).to.throw(RangeError, '32 bytes expected, 1 found')
  })

  describe('for a day', () => {
    it('and no longer: at the next opening they are gone, from every file', () => {
      const sha256 = vault.stageDocument(PICTURE)
      const secrets = secretsOf(sha256)
      const before = bytesIn(place.folder)
      time = new Date(LATER)

      reopen()

      const after = bytesIn(place.folder)
      expect(vault.documentOf(sha256)).to.equal(undefined)
      expect(vault.standingOf(sha256)).to.equal(undefined)
      expect(secrets).to.have.length(2)
      for (const secret of [...secrets, Buffer.from(PICTURE.original)]) {
        expect(before.includes(secret)).to.equal(true)
        expect(after.includes(secret)).to.equal(false)
      }
    })

    it('and no longer: when the next one comes they are gone', () => {
      const sha256 = vault.stageDocument(PICTURE)
      const secrets = secretsOf(sha256)
      time = new Date(LATER)

      vault.stageDocument({ ...PICTURE, bytes: new TextEncoder().encode('the next one') })

      expect(vault.documentOf(sha256)).to.equal(undefined)
      for (const secret of secrets) expect(bytesIn(place.folder).includes(secret)).to.equal(false)
    })

    it('and not a moment less', () => {
      const sha256 = vault.stageDocument(PICTURE)
      time = new Date(NEXT_NOON)

      reopen()

      expect(vault.documentOf(sha256)?.mediaType).to.equal('image/jpeg')
    })

    it('and for another when they are brought again', () => {
      vault.stageDocument(PICTURE)
      time = new Date(NEXT_NOON)
      vault.stageDocument(PICTURE)
      time = new Date(LATER)

      reopen()

      expect(vault.standingOf(ABC)).to.deep.equal({ staged: true, papers: [] })
    })

    it('but for as long as a paper that has them, also when they were brought again since', () => {
      const paper = putPaper()
      vault.attachDocument(paper, vault.stageDocument(PICTURE))
      vault.stageDocument(PICTURE)
      expect(vault.standingOf(ABC)).to.deep.equal({ staged: true, papers: [paper] })
      time = new Date(LATER)

      reopen()

      expect(vault.standingOf(ABC)).to.deep.equal({ staged: false, papers: [paper] })
    })
  })

  describe('and knows a picture again', () => {
    const OTHER = { ...PICTURE, bytes: new TextEncoder().encode('made anew of the same file') }

    it('by what is kept, and by the file that was picked', () => {
      const [paper, other] = [putPaper(), putPaper('李四光')]
      vault.attachDocument(paper, vault.stageDocument(PICTURE))
      vault.attachDocument(other, ABC)
      const both = [paper, other].sort()

      expect(vault.papersWithDocument(ABC)).to.deep.equal(both)
      expect(vault.papersWithDocument(PICTURE.original)).to.deep.equal(both)
      expect(vault.papersWithDocument(UNKNOWN)).to.deep.equal([])
    })

    it('though another program made other bytes of the same file', () => {
      const paper = putPaper()
      vault.attachDocument(paper, vault.stageDocument(PICTURE))

      expect(vault.papersWithDocument(vault.stageDocument(OTHER))).to.deep.equal([paper])
    })

    it('though somebody saved what is kept and picked that', () => {
      const paper = putPaper()
      vault.attachDocument(paper, vault.stageDocument(PICTURE))

      expect(vault.papersWithDocument(vault.stageDocument({ ...OTHER, original: ABC }))).to.deep.equal([paper])
    })

    it('and no other one', () => {
      vault.attachDocument(putPaper(), vault.stageDocument(PICTURE))

      expect(vault.papersWithDocument(vault.stageDocument({ ...OTHER, original: `0x${'02'.repeat(32)}` }))).to.deep.equal([])
    })
  })

  describe('under the same law as all others', () => {
    it('which closes them with their paper', () => {
      const paper = putPaper()
      vault.attachDocument(paper, vault.stageDocument(PICTURE))

      vault.restrict([paper])

      expect(vault.documentOf(ABC)).to.equal(undefined)
      expect(vault.standingOf(ABC)).to.equal(undefined)
    })

    it('which destroys them with their paper, and forgets which file was picked, though they were brought again since', () => {
      const paper = putPaper()
      vault.attachDocument(paper, vault.stageDocument(PICTURE))
      vault.stageDocument(PICTURE)
      const secrets = [...secretsOf(ABC), Buffer.from(PICTURE.original)]
      time = AFTER_RETENTION

      vault.destroy([paper])

      expect(vault.documentOf(ABC)).to.equal(undefined)
      expect(vault.papersWithDocument(PICTURE.original)).to.deep.equal([])
      for (const secret of secrets) expect(bytesIn(place.folder).includes(secret)).to.equal(false)
    })

    for (const act of ['restrict', 'destroy'] as const)
      it(`and does not let one come back by being handed in again: ${act}`, () => {
        const [paper, other] = [putPaper(), putPaper('李四光')]
        vault.attachDocument(paper, vault.stageDocument(PICTURE))
        time = AFTER_RETENTION
        vault[act]([paper])
        const sentence = `document ${ABC} belongs to a paper that was restricted or destroyed by law`

        expect(() => vault.stageDocument(PICTURE)).to.throw(RangeError, sentence)
        expect(() => vault.putDocument({ ...PICTURE, paper: other })).to.throw(RangeError, sentence)
        expect(() => vault.attachDocument(other, ABC)).to.throw(RangeError, `the vault has no document ${ABC}`)
      })
  })

  it('and a backup has them too, of which what waited too long does not come back', async () => {
    const paper = putPaper()
    vault.attachDocument(paper, vault.stageDocument(PICTURE))
    const waiting = vault.stageDocument({ ...PICTURE, bytes: new TextEncoder().encode('it waits') })
    const [file, soon, late] = ['monday.vault', 'soon', 'late'].map((name) => join(place.folder, name)) as [string, string, string]
    await vault.backup(file)
    const look = (folder: string) => {
      const restored = openVault({ ...place, folder, now: () => time })
      const found = [ABC, waiting].map((sha256) => restored.standingOf(sha256))
      expect(restored.papersWithDocument(PICTURE.original)).to.deep.equal([paper])
      restored.close()
      return found
    }

    restoreVault(file, { ...place, folder: soon, now: () => time })
    expect(look(soon)).to.deep.equal([{ staged: false, papers: [paper] }, { staged: true, papers: [] }])

    time = new Date(LATER)
    restoreVault(file, { ...place, folder: late, now: () => time })
    expect(look(late)).to.deep.equal([{ staged: false, papers: [paper] }, undefined])
  })

  it('also in a file that an older program made', () => {
    const paper = putPaper()
    vault.putDocument({ ...PICTURE, paper })
    const older = olderCopy()

    const opened = openVault({ ...place, folder: older })

    expect(opened.documentOf(ABC)?.bytes.toString()).to.equal('abc')
    expect(opened.standingOf(ABC)).to.deep.equal({ staged: false, papers: [paper] })
    expect(opened.papersWith('donor', '张三丰', 'donation')).to.deep.equal([paper])
    expect(opened.papersWithDocument(opened.stageDocument(PICTURE))).to.deep.equal([paper])
    opened.close()
  })

  /** The vault as the first program would have written it. */
  function olderCopy(): string {
    const folder = join(place.folder, 'older')
    mkdirSync(folder)
    const db = new Database(join(folder, 'vault.sqlite'))
    db.exec(readFileSync(new URL('../../vault/migrations/001.sql', import.meta.url), 'utf8'))
    db.pragma('user_version = 1')
    db.prepare('ATTACH ? AS newer').run(join(place.folder, 'vault.sqlite'))
    for (const table of ['secret', 'paper', 'gift', 'document', 'document_of']) db.exec(`INSERT INTO ${table} SELECT * FROM newer.${table}`)
    db.close()
    return folder
  }
})
