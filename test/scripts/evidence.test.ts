import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import { openEmbedded } from '../../chain/embedded.ts'
import { readCode } from '../../ledger/code.ts'
import { readHandOuts, recordHandOut } from '../../scripts/handOuts.ts'
import { openVault } from '../../vault/vault.ts'
import { openMasterKey } from '../../vault/keys.ts'
import { startOn } from '../story/started.ts'
import { openTestBook, runLedger, type TestBook } from './book.ts'

/** What `npm start` says of a book before it is stopped again. */
async function startOnce(data: string): Promise<string> {
  const server = await startOn(data, '0')
  await server.end('SIGTERM')
  return server.said()
}

const PASS = { MZ_PASSPHRASE: 'pass' }

describe('npm run ledger -- witness, trace, proof, verify, anchor, backup, restore, forget', function () {
  this.timeout(120_000)
  let book: TestBook
  let code: string
  const at = (name: string) => join(book.places.data, name)

  before(async () => {
    book = await openTestBook()
    await book.ask('fund', 'open', '--title', '口罩')
    writeFileSync(at('list.csv'), '捐赠日期,捐赠人,捐赠金额(元)\n2020-02-01,赵大**,100\n2020-02-01,钱**,50\n')
    await book.ask('import', at('list.csv'), '--fund', '1', '--links', at('links.csv'))
    code = readFileSync(at('links.csv'), 'utf8').split('\r\n')[1]?.split(',')[2] ?? ''
    const { address } = await book.ledger(['keys', 'new', 'watcher', '--json'], PASS).then(({ out }) => JSON.parse(out))
    await book.ask('anchor', 'add', address, '审计人')
    await book.stop()
    book = await openTestBook(book.places.data)
  })
  after(() => book.close())

  it('has no proof before more than half of the witnesses sealed, and says so', async () => {
    const { code: exit, err } = await book.ledger(['trace', code])

    expect(exit).to.equal(1)
    expect(err).to.match(/Not enough witnesses have sealed the book yet, so there is no proof\./)
  })

  for (const kind of ['full', 'light'])
    it(`a ${kind} witness follows from another process and seals the newest block`, async () => {
      const light = kind === 'light' ? ['--light'] : []
      const args = ['witness', '--key', 'watcher', '--json', '--data', at(kind), ...light]
      const witness = spawn(process.execPath, ['--import', 'tsx', 'scripts/ledger.ts', ...args], {
        cwd: join(import.meta.dirname, '../..'), stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...book.env, ...PASS },
      })
      const gone = new Promise((resolve) => witness.once('exit', resolve))

      const sealed = await new Promise<{ block: number; hash: string }>((resolve, reject) => {
        let text = ''
        witness.stdout.on('data', (bytes) => {
          text += String(bytes)
          const line = text.split('\n').find((line) => line.includes('"sealed"') && line.endsWith('}'))
          if (line) resolve(JSON.parse(line))
        })
        witness.stderr.on('data', (bytes) => reject(new Error(String(bytes))))
      })
      witness.kill('SIGTERM')

      expect(sealed).to.include({ block: book.chain.head().number, hash: book.chain.head().hash })
      expect(await gone).to.equal(0)
      const seals: object[] = await (await fetch(`${book.url}/v1/seals`)).json()
      expect(seals).to.have.length(2)
      for (const seal of seals) expect(seal).to.include({ number: sealed.block, blockHash: sealed.hash })
    })

  it('tells the words of what a witness signed from its folder, whether it is light or not, as the book does', async () => {
    const [full, light, own] = await Promise.all([
      book.ask('head', '--data', at('full')), book.ask('head', '--data', at('light')), book.ask('head'),
    ])

    expect(light).to.deep.equal(full)
    expect(light).to.include({ number: own.number, hash: own.hash, words: own.words, genesis: own.genesis, sealedBy: 1, witnesses: 1 })
    expect(own).to.include({ sealedBy: 2, witnesses: 2 })
  })

  it('tells the words of what a witness signed from its own address, and says what else to give', async () => {
    const args = ['witness', '--key', 'watcher', '--json', '--data', at('light'), '--light', '--port', '9217', '--host', '127.0.0.1']
    const witness = spawn(process.execPath, ['--import', 'tsx', 'scripts/ledger.ts', ...args], {
      cwd: join(import.meta.dirname, '../..'), stdio: 'ignore', env: { ...process.env, ...book.env, ...PASS },
    })
    const gone = new Promise((resolve) => witness.once('exit', resolve))
    const strange = createServer((_request, response) => void response.end('hello')).listen(9218, '127.0.0.1')
    try {
      const isReady = () => fetch('http://127.0.0.1:9217/head').then(({ ok }) => ok, () => false)
      for (const end = Date.now() + 30_000; Date.now() < end && !(await isReady()); ) await new Promise((resolve) => setTimeout(resolve, 200))

      const asked = await book.ask('head', '--server', 'http://127.0.0.1:9217/')
      const neither = await book.ledger(['head', '--server', 'http://127.0.0.1:9218'])

      expect(asked).to.deep.equal(await book.ask('head', '--data', at('light')))
      expect(neither).to.deep.include({ code: 1, out: '' })
      expect(neither.err).to.match(/^http:\/\/127\.0\.0\.1:9218 不是账本，也不是见证人：请给出账本首页的网址，或见证人（witness --port）的网址。\n/)
    } finally {
      strange.close()
      witness.kill('SIGTERM')
      await gone
    }
  })

  it('says what a folder must be for its words, and what lies in it unread', async () => {
    mkdirSync(at('broken'))
    const empty = await book.ledger(['head', '--data', at('broken')])
    cpSync(at('light/headers.jsonl'), at('broken/headers.jsonl'))
    writeFileSync(at('broken/signed.jsonl'), '{"number":\n')
    const torn = await book.ledger(['head', '--data', at('broken')])

    expect([empty.code, torn.code]).to.deep.equal([2, 2])
    expect(empty.err).to.match(/里没有账本的日志，也没有见证人的记录；请给出账本的 MZ_DATA，或见证人的 --data。\n/)
    expect(torn.err).to.equal(`${at('broken/signed.jsonl')} 的内容不是有效的 JSON。\n${at('broken/signed.jsonl')} holds no JSON.\n`)
  })

  it('traces a gift by its code, and tells only what was proven', async () => {
    const { code: exit, out } = await book.ledger(['trace', code.toLowerCase()])

    expect(exit).to.equal(0)
    expect(out).to.include('证明成立。')
    expect(out).to.include('Inflow 1 of fund 1 (donation, 2020-02-01): ¥100.00.')
    expect(out).to.include('¥100.00 is unspent, in fund 1.')
  })

  it('verifies a proof file with an anchor and no network', async () => {
    await book.ask('proof', code, '--out', at('gift.mzproof'))
    writeFileSync(at('anchor-elsewhere.json'), (await book.ledger(['anchor'])).out)

    writeFileSync(at('anchor-marked.json'), `\ufeff${readFileSync(at('anchor-elsewhere.json'), 'utf8')}`)

    const args = ['verify', at('gift.mzproof'), '--anchor', at('anchor-elsewhere.json')]
    const { code: exit, out } = await runLedger(args, {})
    const marked = await runLedger(['verify', at('gift.mzproof'), '--anchor', at('anchor-marked.json')], {})
    const answer = await runLedger([...args, '--json'], {})

    expect(exit).to.equal(0)
    expect(out).to.match(/签封者 \/ sealed by: .*审计人/)
    expect(marked.out).to.equal(out)
    const sums = { paid: '0', refunded: '0', voided: '0', unspent: '10000', untraced: '0' }
    expect(JSON.parse(answer.out).sums).to.deep.equal(sums)
  })

  it('compares the block of a proof with what somebody heard of it', async () => {
    const words = (head: string) => runLedger(['verify', at('gift.mzproof'), '--anchor', at('anchor-elsewhere.json'), '--head', head], {})
    const { block } = JSON.parse((await runLedger(['verify', at('gift.mzproof'), '--anchor', at('anchor-elsewhere.json'), '--json'], {})).out)
    const other = await words(`0x${'17'.repeat(32)}`)

    expect((await words(block.hash)).code).to.equal(0)
    expect([other.code, /^证明所在的第 \d+ 个区块不是您从别处得知的那一个：应为 0x1717/.test(other.err)]).to.deep.equal([1, true])
  })

  it('refuses a proof of which one byte is changed, with the proof\'s own code', async () => {
    const bytes = readFileSync(at('gift.mzproof'))
    bytes[bytes.length - 1]! ^= 1
    writeFileSync(at('changed.mzproof'), bytes)

    const args = ['verify', at('changed.mzproof'), '--anchor', at('anchor-elsewhere.json'), '--json']
    const { code: exit, err } = await book.ledger(args)

    expect(exit).to.equal(1)
    expect(JSON.parse(err).code).to.match(/^[A-Z_]+$/)
    expect(JSON.parse(err).zh).to.not.equal('')
  })

  it('refuses a proof of another book, and cannot run without an anchor', async () => {
    const anchor = JSON.parse(readFileSync(at('anchor-elsewhere.json'), 'utf8'))
    writeFileSync(at('other.json'), JSON.stringify({ ...anchor, chainId: '7' }))
    writeFileSync(at('none.json'), 'hello')

    const other = await book.ledger(['verify', at('gift.mzproof'), '--anchor', at('other.json'), '--json'])
    const none = await book.ledger(['verify', at('gift.mzproof'), '--anchor', at('none.json')])

    expect([other.code, JSON.parse(other.err).code]).to.deep.equal([1, 'WRONG_CHAIN'])
    expect(none.code).to.equal(2)
    expect(none.err).to.equal(`${at('none.json')} 不是信任锚：内容不是 JSON。\n${at('none.json')} is no anchor: the anchor is no JSON.\n`)
  })

  it('refuses a mistyped and an unknown code', async () => {
    const mistyped = await book.ledger(['trace', `${code.slice(0, -1)}?`])
    const unknown = await book.ledger(['trace', '0000-0000-0000-0000'])

    expect([mistyped.code, unknown.code]).to.deep.equal([1, 1])
    expect(unknown.err).to.match(/There is no such code\./)
  })

  it('lists another witness in the anchor, with more than half as quorum', async () => {
    const before = readFileSync(book.places.anchor, 'utf8')

    const anchor = await book.ask('anchor', 'add', `0x${'ab'.repeat(20)}`, '居民监督员')
    const twice = await book.ledger(['anchor', 'add', `0x${'ab'.repeat(20)}`, '居民监督员'])
    const turned = await book.ledger(['anchor', 'add', `0x${'cd'.repeat(20)}`, '\u202e员督监民居'])
    const high = await book.ledger(['anchor', 'add', `0x${'cd'.repeat(20)}`, '物业', '--quorum', '9'])
    writeFileSync(book.places.anchor, before)

    expect(anchor.quorum).to.equal(2)
    expect(anchor.sealers[2]).to.deep.equal({ address: `0x${'ab'.repeat(20)}`, name: '居民监督员' })
    expect(twice.code).to.equal(1)
    expect(turned).to.deep.include({ code: 1, err: '见证人的名称（sealers[3].name）是空的，或含有看不见的字符\nthe name of a sealer (sealers[3].name) is empty or has characters that nobody sees\n' })
    expect(high).to.deep.include({ code: 1, err: '4 位见证人的签封数须为 3 至 4，不能是 9\nthe quorum of 4 sealers is 3 to 4, not 9\n' })
    expect(twice.err).to.match(/^见证人 0x(ab){20} 已在信任锚中。\nThe witness 0x(ab){20} is in the anchor already\.\n$/)
  })

  it('backs the running book up and restores it elsewhere: same blocks, same links', async () => {
    recordHandOut(book.places.handOuts, { to: '某会计师事务所', file: 'auditor.mzbundle', block: 7, funds: undefined })
    await book.ask('backup', at('backup'))
    mkdirSync(at('elsewhere'))
    const master = ['--master-key', book.places.masterKey]

    const noKey = await book.ledger(['restore', at('backup')], { MZ_DATA: at('elsewhere') })
    const { code: exit } = await book.ledger(['restore', at('backup'), ...master], { MZ_DATA: at('elsewhere') })
    const again = await book.ledger(['restore', at('backup'), ...master], { MZ_DATA: at('elsewhere') })

    expect([noKey.code, exit, again.code]).to.deep.equal([2, 0, 2])
    const chain = await openEmbedded({ file: at('elsewhere/journal.jsonl') })
    expect(chain.head().hash).to.equal(book.chain.head().hash)
    await chain.close()
    const masterKey = openMasterKey(at('elsewhere/master.key'), at('elsewhere/vault'))
    const vault = openVault({ folder: at('elsewhere/vault'), masterKey })
    expect(vault.giftOf(readCode(code))).to.include({ fund: 1, state: 'kept' })
    vault.close()
    expect(readHandOuts(at('elsewhere/handouts.jsonl')).map(({ to, block }) => [to, block])).to.deep.equal([['某会计师事务所', 7]])
    expect(existsSync(at('backup/master.key'))).to.equal(false)
    expect(statSync(at('backup/journal.jsonl')).mode & 0o777).to.equal(0o600)
  })

  it('seals what is new of a restored book by the key of its own witness, and names no folder of keys that is not there', async () => {
    const said = await startOnce(at('elsewhere'))
    const restored = await openTestBook(at('elsewhere'))
    try {
      const old = restored.chain.head().number
      const env = { MZ_PASSPHRASE: readFileSync(book.places.passphrase, 'utf8').trim() }
      const steward = ['--key', join(book.places.keys, 'steward.json')]
      const opened = await restored.ledger(['fund', 'open', '--title', '恢复之后', ...steward], env)
      const head = restored.chain.head().number
      let seals: { number: number; sealer: string }[] = []
      for (const end = Date.now() + 30_000; Date.now() < end && !seals.some(({ number }) => number === head); ) {
        await new Promise((resolve) => setTimeout(resolve, 300))
        seals = await (await fetch(`${restored.url}/v1/seals?from=${head}`)).json()
      }

      expect([opened.code, head]).to.deep.equal([0, old + 1])
      expect(seals.filter(({ number }) => number === head)).to.not.be.empty
      expect(restored.anchor.sealers[0]?.address).to.equal(new Wallet(readFileSync(restored.places.witnessKey, 'utf8').trim()).address.toLowerCase())
      expect(existsSync(restored.places.keys)).to.equal(false)
      expect(said).to.include('签名密钥由各人自己保管').and.not.include(restored.places.keys)
    } finally {
      await restored.stop()
    }
  })

  it('restores nothing with a wrong master key, and leaves nothing behind', async () => {
    writeFileSync(at('wrong.key'), `${'ab'.repeat(32)}\n`, { mode: 0o600 })
    const restoring = (key: string) => book.ledger(['restore', at('backup'), '--master-key', key], { MZ_DATA: at('fresh') })

    const wrong = await restoring(at('wrong.key'))
    const none = await restoring(at('no.key'))
    const folder = await restoring(at('backup'))
    const noKey = await restoring(at('list.csv'))

    expect([wrong.code, none.code, folder.code, noKey.code]).to.deep.equal([2, 2, 2, 2])
    expect(none.err.split('\n')[0]).to.equal(`无法读取 ${at('no.key')}：没有这个文件，或没有它所在的文件夹（ENOENT）。`)
    expect(folder.err.split('\n')[0]).to.equal(`无法读取 ${at('backup')}：这是文件夹，不是文件（EISDIR）。`)
    expect(noKey.err).to.equal(`${at('list.csv')} 里不是主密钥（应为 64 位十六进制数字）。\n${at('list.csv')} holds no master key of 64 hexadecimal digits.\n`)
    expect(wrong.err).to.match(/^主密钥不对：.+是用另一把主密钥加密的。\n/)
    expect(existsSync(at('fresh'))).to.equal(false)
  })

  it('does not touch a vault that lies without its journal where it should restore to', async () => {
    mkdirSync(at('half/vault'), { recursive: true })
    writeFileSync(at('half/vault/vault.sqlite'), 'the only copy')

    const args = ['restore', at('backup'), '--master-key', book.places.masterKey]
    const { code: exit, err } = await book.ledger(args, { MZ_DATA: at('half') })

    expect(exit).to.equal(2)
    expect(err).to.include('里已有账本')
    expect(readFileSync(at('half/vault/vault.sqlite'), 'utf8')).to.equal('the only copy')
  })

  for (const name of ['../planted', 'mirror.sqlite', 'keys/council.json', 'master.key'])
    it(`refuses a backup that brings ${name}`, async () => {
      cpSync(at('backup'), at('planted-backup'), { recursive: true })
      const list = JSON.parse(readFileSync(at('planted-backup/backup.json'), 'utf8'))
      list.files[name] = list.files['anchor.json']
      writeFileSync(at('planted-backup/backup.json'), JSON.stringify(list))

      const args = ['restore', at('planted-backup'), '--master-key', book.places.masterKey, '--json']
      const { code: exit, err } = await book.ledger(args, { MZ_DATA: at('fresh') })

      expect([exit, JSON.parse(err).code]).to.deep.equal([1, 'BACKUP_UNKNOWN'])
      expect(existsSync(at('fresh'))).to.equal(false)
      rmSync(at('planted-backup'), { recursive: true })
    })

  it('names the place where no backup or proof can be written', async () => {
    const backup = await book.ledger(['backup', at('list.csv/backup')])
    const proof = await book.ledger(['proof', code, '-o', at('backup')])
    const full = existsSync('/dev/full') ? await book.ledger(['proof', code, '-o', '/dev/full']) : undefined

    expect([backup.code, proof.code, full?.code ?? 2]).to.deep.equal([2, 2, 2])
    expect(backup.err).to.match(/^无法使用 \/.+\/list\.csv.*：这一路径里有一段不是文件夹（ENOTDIR）。\n/)
    expect(proof.err.split('\n')[0]).to.equal(`无法写入 ${at('backup')}：这是文件夹，不是文件（EISDIR）。`)
    if (full) expect(full.err).to.equal('无法写入 /dev/full：磁盘已满（ENOSPC）。\n/dev/full cannot be written: the disk is full (ENOSPC).\n')
  })

  it('restores nothing of a damaged backup', async () => {
    const journal = readFileSync(at('backup/journal.jsonl'))
    journal[journal.length - 20]! ^= 1
    writeFileSync(at('backup/journal.jsonl'), journal)
    rmSync(at('elsewhere'), { recursive: true })

    const args = ['restore', at('backup'), '--master-key', book.places.masterKey]
    const { code: exit, err } = await book.ledger(args, { MZ_DATA: at('elsewhere') })

    expect(exit).to.equal(1)
    expect(err).to.match(/journal\.jsonl 缺失或已损坏，没有恢复任何内容。/)
    expect(existsSync(at('elsewhere'))).to.equal(false)
  })

  it('restricts a donor when asked for by name, shows it first, and does not destroy before its time', async () => {
    const listed = await book.ask('forget', 'restrict', '--name', '赵大**')
    const kept = book.vault.giftOf(readCode(code))?.state
    await book.ask('forget', 'restrict', '--name', '赵大**', '--yes')
    const early = await book.ledger(['forget', 'destroy', '--code', code, '--yes'])
    const nobody = await book.ledger(['forget', 'restrict', '--name', '没有这个人', '--yes'])

    expect([listed.done, listed.papers.length, kept]).to.deep.equal([false, 1, 'kept'])
    expect(book.vault.giftOf(readCode(code))?.state).to.equal('restricted')
    expect(early.code).to.equal(1)
    expect(early.err).to.match(/^凭证 0x.{64} 依法须保存到 2051-01-01，之前不能删除；现在可以限制（forget restrict）。\n/)
    expect(early.err).to.match(/must be kept until 2051-01-01; it can be restricted now/)
    expect(nobody.code).to.equal(1)
    const { code: exit } = await book.ledger(['trace', code])
    expect(exit, 'the proof holds all the same').to.equal(0)
  })

  it('enters what was restricted in the book, by the paper alone, once', async () => {
    const paper = book.vault.giftOf(readCode(code))?.paper
    const { papers } = await book.ask('forget', 'restrict', '--name', '赵大**', '--yes')

    expect(papers).to.deep.equal([paper])
    expect(book.reader.erasures(9).map(({ paper, erasure }) => [paper, erasure])).to.deep.equal([[paper, 'Restricted']])
  })

  it('restricts nothing with a key that has no power to', async () => {
    const { code: exit, err } = await book.ledger(['--key', 'accountant', 'forget', 'restrict', '--name', '钱**', '--yes'])

    expect([exit, /无权办理此事/.test(err)]).to.deep.equal([1, true])
    expect(book.vault.papersWith('donor', '钱**').map((paper) => book.vault.paperOf(paper)?.state)).to.deep.equal(['kept'])
  })
})
