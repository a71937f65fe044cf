import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { keysIn, newKey, openKey } from '../../scripts/commands/keystore.ts'
import { failureOf } from '../chain/book.ts'

const nobody = async () => undefined

/** A key as another program keeps it: ethers in a process of its own, with the scrypt that it brings. */
function keptElsewhere(): string {
  const program = `import { Wallet, encryptKeystoreJsonSync } from 'ethers'
    console.log(encryptKeystoreJsonSync(new Wallet('0x${'42'.repeat(32)}'), 'testpassword', { scrypt: { N: 1024 } }))`
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
}

describe('The keys of people', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mz-keys-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('are kept encrypted, readable by their owner only, and open with their passphrase', async () => {
    const { file, address } = await newKey(folder, '会计', '密码 and words')

    const wallet = await openKey(folder, '会计', { environment: '密码 and words', ask: nobody })

    expect(wallet.address.toLowerCase()).to.equal(address)
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    expect(keysIn(folder)).to.deep.equal([{ name: '会计', file, address }])
  })

  it('open in the form that every Ethereum wallet writes', async () => {
    const file = join(folder, 'elsewhere.json')
    writeFileSync(file, keptElsewhere())

    const wallet = await openKey(folder, file, { environment: 'testpassword', ask: nobody })

    expect(wallet.privateKey).to.equal(`0x${'42'.repeat(32)}`)
  })

  it('do not open with another passphrase, and without one say how to give it', async () => {
    const file = join(folder, 'elsewhere.json')
    writeFileSync(file, keptElsewhere())

    const wrong = await failureOf(openKey(folder, file, { environment: 'testpasswore', ask: nobody }))
    const missing = await failureOf(openKey(folder, file, { ask: nobody }))

    expect(wrong.message).to.equal(`口令打不开密钥 ${file}。 The passphrase does not open ${file}.`)
    expect(missing.message).to.match(/give --passphrase-file, MZ_PASSPHRASE, or type it in a terminal/)
  })

  it('are never written over, and have names that are file names', async () => {
    const { file } = await newKey(folder, 'approver', 'one')

    const again = await failureOf(newKey(folder, 'approver', 'two'))
    const strange = await failureOf(newKey(folder, '../approver', 'two'))

    expect(again.message).to.equal(`${file} 已存在，不会覆盖。 ${file} exists and is not overwritten.`)
    expect(strange.message).to.equal('“../approver”不能作密钥名称。 "../approver" is no name for a key.')
  })
})
