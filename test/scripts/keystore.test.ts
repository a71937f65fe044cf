import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { keysIn, newKey, openKey } from '../../scripts/commands/keystore.ts'
import { failureOf } from '../chain/book.ts'

const nobody = async () => undefined

// The scrypt vector of the Web3 Secret Storage definition.
const VECTOR = {
  address: '008aeeda4d805471df9b2a5b0f38a0c3bcba786b',
  crypto: {
    cipher: 'aes-128-ctr', cipherparams: { iv: '83dbcc02d8ccb40e466191a123791e0e' },
    ciphertext: 'd172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c', kdf: 'scrypt',
    kdfparams: { dklen: 32, n: 262144, p: 8, r: 1, salt: 'ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19' },
    mac: '2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6', version: 3,
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
    writeFileSync(file, JSON.stringify(VECTOR))

    const wallet = await openKey(folder, file, { environment: 'testpassword', ask: nobody })

    expect(wallet.privateKey).to.equal('0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d')
  })

  it('do not open with another passphrase, and without one say how to give it', async () => {
    const file = join(folder, 'elsewhere.json')
    writeFileSync(file, JSON.stringify(VECTOR))

    const wrong = await failureOf(openKey(folder, file, { environment: 'testpasswore', ask: nobody }))
    const missing = await failureOf(openKey(folder, file, { ask: nobody }))

    expect(wrong.message).to.equal(`口令打不开密钥 ${file}。 The passphrase does not open ${file}.`)
    expect(missing.message).to.match(/give --passphrase-file, MZ_PASSPHRASE, or type it in a terminal/)
  })

  it('are never written over, and have names that are file names', async () => {
    const { file } = await newKey(folder, 'approver', 'one')

    const again = await failureOf(newKey(folder, 'approver', 'two'))
    const strange = await failureOf(newKey(folder, '../approver', 'two'))

    expect(again.message).to.equal(`${file} 已存在,不会覆盖。 ${file} exists and is not overwritten.`)
    expect(strange.message).to.equal('“../approver”不能作密钥名称。 "../approver" is no name for a key.')
  })
})
