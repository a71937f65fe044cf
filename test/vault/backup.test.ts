import Database from 'better-sqlite3'
import { expect } from 'chai'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unlockFields } from '../../ledger/link.ts'
import { erasuresBeside } from '../../vault/backup.ts'
import { openVault, restoreVault } from '../../vault/vault.ts'
import { AFTER_RETENTION, bytesIn, giftFrom, KEPT_UNTIL_2051, openPlace } from './place.ts'

function sealedIn(file: string, paper: string): Buffer {
  const db = new Database(file, { readonly: true })
  const { sealed } = db.prepare('SELECT sealed FROM paper WHERE hash = ?').get(paper) as { sealed: Buffer }
  db.close()
  return sealed
}

describe('a backup of the vault', () => {
  let place: ReturnType<typeof openPlace>
  let folder: string
  let file: string
  let elsewhere: string
  beforeEach(() => {
    place = openPlace()
    folder = join(place.folder, 'vault')
    file = join(place.folder, 'backups', 'monday.vault')
    elsewhere = join(place.folder, 'restored')
  })
  afterEach(() => place.remove())

  /** Two gifts, of which the first is forgotten after the backup was made. */
  async function backUpThenForget() {
    const vault = openVault({ ...place, folder, now: () => AFTER_RETENTION })
    const gifts = [giftFrom(vault, '张三丰'), giftFrom(vault, '李四光')]
    const puts = vault.putGifts(gifts, KEPT_UNTIL_2051)
    await vault.backup(file)
    vault.destroy([puts[0]!.paper])
    vault.close()
    return { gifts, puts }
  }

  it('restores papers, links and the book key', async () => {
    const vault = openVault({ ...place, folder })
    const gift = giftFrom(vault, '张三丰')
    const [put] = vault.putGifts([gift])
    await vault.backup(file)
    const bookKey = Buffer.from(vault.bookKey)
    vault.close()
    rmSync(folder, { recursive: true })

    restoreVault(file, { ...place, folder: elsewhere })

    const restored = openVault({ ...place, folder: elsewhere })
    expect(restored.fieldsOf(put!.paper)).to.deep.equal(gift.opened)
    const found = restored.giftOf(put!.link!.code)!
    expect(unlockFields(put!.link!.key, found.paper, found.locked!)).to.deep.equal(gift.opened)
    expect(Buffer.from(restored.bookKey)).to.deep.equal(bookKey)
    restored.close()
  })

  it('that is old does not bring back who was forgotten since, when the newer list of erasures is given', async () => {
    const { gifts, puts } = await backUpThenForget()

    restoreVault(file, { ...place, folder: elsewhere }, [join(folder, 'erasures.jsonl')])

    const restored = openVault({ ...place, folder: elsewhere })
    expect(restored.paperOf(puts[0]!.paper)?.state).to.equal('destroyed')
    expect(restored.fieldsOf(puts[0]!.paper)).to.equal(undefined)
    expect(restored.fieldsOf(puts[1]!.paper)).to.deep.equal(gifts[1]!.opened)
    expect(restored.giftOf(puts[0]!.link!.code)).to.not.have.property('locked')
    restored.close()
    const sealed = sealedIn(file, puts[0]!.paper)
    expect(bytesIn(join(place.folder, 'backups')).includes(sealed)).to.equal(true)
    expect(bytesIn(elsewhere).includes(sealed)).to.equal(false)
  })

  it('brings the forgotten back without that list: hence it is kept with the backups', async () => {
    const { gifts, puts } = await backUpThenForget()

    restoreVault(file, { ...place, folder: elsewhere })

    const restored = openVault({ ...place, folder: elsewhere })
    expect(restored.fieldsOf(puts[0]!.paper)).to.deep.equal(gifts[0]!.opened)
    restored.close()
  })

  it('takes the list of erasures along, readable by its owner alone as everything in it', async () => {
    const vault = openVault({ ...place, folder })
    const [put] = vault.putGifts([giftFrom(vault, '张三丰')])
    vault.restrict([put!.paper])
    await vault.backup(file)
    vault.close()

    expect(readFileSync(erasuresBeside(file), 'utf8')).to.include(put!.paper)
    for (const path of [file, erasuresBeside(file)]) expect(statSync(path).mode & 0o777, path).to.equal(0o600)
    restoreVault(file, { ...place, folder: elsewhere })
    const restored = openVault({ ...place, folder: elsewhere })
    expect(restored.paperOf(put!.paper)?.state).to.equal('restricted')
    restored.close()
  })

  it('is two files and no more, before and after it was restored', async () => {
    await backUpThenForget()
    const names = ['monday.vault', 'monday.vault.erasures.jsonl']
    expect(readdirSync(join(place.folder, 'backups')).sort()).to.deep.equal(names)

    restoreVault(file, { ...place, folder: elsewhere })

    expect(readdirSync(join(place.folder, 'backups')).sort()).to.deep.equal(names)
  })

  it('shows no name to who has no master key', async () => {
    await backUpThenForget()

    for (const name of ['张三丰', '李四光']) expect(readFileSync(file).includes(name)).to.equal(false)
    expect(() => restoreVault(file, { folder: elsewhere, masterKey: new Uint8Array(32) }))
      .to.throw(Error, 'was sealed with another master key')
    expect(existsSync(join(elsewhere, 'vault.sqlite'))).to.equal(false)
  })

  it('does not overwrite another backup, and is not restored over a vault', async () => {
    const vault = openVault({ ...place, folder })
    await vault.backup(file)
    const refused = await vault.backup(file).catch((error: unknown) => error)
    vault.close()

    expect(String(refused)).to.include(`${file} exists: a backup does not overwrite another`)
    expect(() => restoreVault(file, { ...place, folder }))
      .to.throw(Error, `${folder} has a vault: restore into an empty folder`)
  })

  it('that is missing, damaged or cut off is refused, and nothing is restored', async () => {
    await backUpThenForget()
    const damaged = join(place.folder, 'damaged.vault')
    const refused = (path: string) => {
      expect(() => restoreVault(path, { ...place, folder: elsewhere }), path).to.throw(Error, path)
      expect(existsSync(join(elsewhere, 'vault.sqlite'))).to.equal(false)
    }

    refused(join(place.folder, 'nowhere.vault'))
    copyFileSync(file, damaged)
    truncateSync(damaged, statSync(file).size - 4096)
    refused(damaged)
    writeFileSync(damaged, 'a letter')
    refused(damaged)
  })

  it('is refused with a list of erasures that is missing or does not read', async () => {
    await backUpThenForget()
    const list = join(place.folder, 'list.jsonl')

    expect(() => restoreVault(file, { ...place, folder: elsewhere }, [list])).to.throw(Error, `${list} is missing`)
    writeFileSync(list, 'forget everybody\n')
    expect(() => restoreVault(file, { ...place, folder: elsewhere }, [list]))
      .to.throw(Error, `${list} line 1 is no erasure`)
    mkdirSync(elsewhere, { recursive: true })
    expect(existsSync(join(elsewhere, 'vault.sqlite'))).to.equal(false)
  })
})
