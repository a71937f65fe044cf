import { expect } from 'chai'
import Database from 'better-sqlite3'
import { chmodSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openMasterKey } from '../../vault/keys.ts'
import { openVault } from '../../vault/vault.ts'
import { giftFrom, openPlace } from './place.ts'

describe('the master key', () => {
  let place: ReturnType<typeof openPlace>
  let file: string
  let folder: string
  beforeEach(() => {
    place = openPlace()
    file = join(place.folder, 'keys', 'master.key')
    folder = join(place.folder, 'vault')
  })
  afterEach(() => place.remove())

  it('is made once, readable by its owner alone, and then stays the same', () => {
    const key = openMasterKey(file, folder)

    expect(key).to.have.length(32)
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    expect(openMasterKey(file, folder)).to.deep.equal(key)
  })

  it('is not made anew when the vault is there and the key is not', () => {
    openVault({ folder, masterKey: openMasterKey(file, folder) }).close()
    rmSync(file)

    expect(() => openMasterKey(file, folder)).to.throw(Error, `${file} is missing, and ${folder} was sealed with it`)
    expect(existsSync(file)).to.equal(false)
  })

  it('is refused when others can read it', () => {
    openMasterKey(file, folder)
    chmodSync(file, 0o640)

    expect(() => openMasterKey(file, folder)).to.throw(Error, 'can be read by others (mode 640): run chmod 600 on it')
  })

  it('is refused when the file holds none', () => {
    openMasterKey(file, folder)
    writeFileSync(file, 'password')

    expect(() => openMasterKey(file, folder)).to.throw(Error, `${file} holds no master key of 64 hexadecimal digits`)
  })

  it("of another vault opens nothing, and nothing is changed by trying", () => {
    const masterKey = openMasterKey(file, folder)
    const vault = openVault({ folder, masterKey })
    const { hash } = vault.putPaper(giftFrom(vault, '张三丰'))
    vault.close()

    expect(() => openVault({ folder, masterKey: new Uint8Array(32) }))
      .to.throw(Error, 'was sealed with another master key')

    const again = openVault({ folder, masterKey })
    expect(again.fieldsOf(hash)?.['donor']?.value).to.equal('张三丰')
    again.close()
  })

  it('keeps the book key: it is the same whenever the vault is opened', () => {
    const vault = openVault(place)
    const bookKey = Buffer.from(vault.bookKey)
    vault.close()

    const again = openVault(place)
    expect(Buffer.from(again.bookKey)).to.deep.equal(bookKey)
    expect(bookKey).to.have.length(32)
    again.close()
  })
})

describe("the vault's file", () => {
  it('is readable by its owner alone', () => {
    const place = openPlace()
    openVault(place).close()

    expect(statSync(join(place.folder, 'vault.sqlite')).mode & 0o777).to.equal(0o600)
    place.remove()
  })

  it('of a newer program is refused', () => {
    const place = openPlace()
    openVault(place).close()
    const db = new Database(join(place.folder, 'vault.sqlite'))
    db.pragma('user_version = 99')
    db.close()

    expect(() => openVault(place)).to.throw(Error, 'has version 99, this program knows 4: use the one that wrote it')
    place.remove()
  })

  it("does not open one paper's fields in another's place", () => {
    const place = openPlace()
    const vault = openVault(place)
    const [mine, yours] = vault.putGifts([giftFrom(vault, '张三丰'), giftFrom(vault, '李四光')])
    const db = new Database(join(place.folder, 'vault.sqlite'))
    db.prepare('UPDATE paper SET (wrapped_key, sealed) = (SELECT wrapped_key, sealed FROM paper WHERE hash = ?) WHERE hash = ?')
      .run(mine!.paper, yours!.paper)
    db.close()

    expect(() => vault.fieldsOf(yours!.paper))
      .to.throw(Error, `the vault does not open at key of paper ${yours!.paper}`)
    vault.close()
    place.remove()
  })
})
