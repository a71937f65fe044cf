import Database from 'better-sqlite3'
import { expect } from 'chai'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fen } from '../../ledger/fen.ts'
import { openVault, restoreVault, type Vault } from '../../vault/vault.ts'
import { openPlace } from './place.ts'

const ASKED = { fund: 1, inflow: 2, amount: Fen(180_000n), reason: 'Duplicate', person: 4, at: 1_600_000_000, voids: 1 } as const

describe('the vault keeps which voids were asked for', () => {
  let place: ReturnType<typeof openPlace>
  let vault: Vault
  beforeEach(() => {
    place = openPlace()
    vault = openVault(place)
  })
  afterEach(() => {
    vault.close()
    place.remove()
  })

  it('of which inflow, how much, why, by whom, when, and how many the book had', () => {
    vault.askVoid(ASKED)

    expect(vault.askedVoidOf(1, 2)).to.deep.equal(ASKED)
    expect(vault.askedVoidOf(2, 1)).to.equal(undefined)
  })

  it('once of each inflow: whoever asks again says it anew', () => {
    const again = { ...ASKED, reason: 'NotReceived', person: 5, at: ASKED.at + 60, voids: 2 } as const
    vault.askVoid(ASKED)

    vault.askVoid(again)

    expect(vault.askedVoids()).to.deep.equal([again])
  })

  it('in the order in which they were asked for', () => {
    const [first, second] = [{ ...ASKED, fund: 2 }, { ...ASKED, inflow: 9, at: ASKED.at - 1 }]
    vault.askVoid(first)
    vault.askVoid(second)

    expect(vault.askedVoids()).to.deep.equal([second, first])
  })

  it('until they are dropped, which may be said twice and touches no other', () => {
    const other = { ...ASKED, inflow: 3 }
    vault.askVoid(ASKED)
    vault.askVoid(other)

    vault.dropAskedVoid(1, 2)
    vault.dropAskedVoid(1, 2)

    expect(vault.askedVoids()).to.deep.equal([other])
  })

  it('and who said no to one first, until it is asked for anew', () => {
    vault.askVoid(ASKED)
    vault.refuseAskedVoid(1, 2, { by: 5, at: ASKED.at + 60 })
    vault.refuseAskedVoid(1, 2, { by: 6, at: ASKED.at + 90 })
    vault.refuseAskedVoid(1, 3, { by: 6, at: ASKED.at + 90 })
    const refused = vault.askedVoids()
    vault.askVoid(ASKED)

    expect(refused).to.deep.equal([{ ...ASKED, refused: { by: 5, at: ASKED.at + 60 } }])
    expect(vault.askedVoids()).to.deep.equal([ASKED])
  })

  it('and says that it changed, so that nothing older is shown', () => {
    const before = vault.version()
    vault.askVoid(ASKED)

    expect(vault.version()).to.not.equal(before)
  })

  it('also in a backup', async () => {
    vault.askVoid(ASKED)
    const [file, folder] = [join(place.folder, 'monday.vault'), join(place.folder, 'restored')]
    await vault.backup(file)
    restoreVault(file, { ...place, folder })
    const restored = openVault({ ...place, folder })

    expect(restored.askedVoids()).to.deep.equal([ASKED])
    restored.close()
  })

  it('also in a file that an older program made', () => {
    const older = openVault({ ...place, folder: olderCopy() })
    const before = older.askedVoids()

    older.askVoid(ASKED)

    expect(before).to.deep.equal([])
    expect(older.askedVoidOf(1, 2)).to.deep.equal(ASKED)
    expect(Buffer.from(older.bookKey).equals(Buffer.from(vault.bookKey))).to.equal(true)
    older.close()
  })

  /** The vault as the program before this table would have written it. */
  function olderCopy(): string {
    const folder = join(place.folder, 'older')
    mkdirSync(folder)
    const db = new Database(join(folder, 'vault.sqlite'))
    for (const script of ['001.sql', '002.sql']) db.exec(readFileSync(new URL(`../../vault/migrations/${script}`, import.meta.url), 'utf8'))
    db.pragma('user_version = 2')
    db.prepare('ATTACH ? AS newer').run(join(place.folder, 'vault.sqlite'))
    db.exec('INSERT INTO secret SELECT * FROM newer.secret')
    db.close()
    return folder
  }
})
