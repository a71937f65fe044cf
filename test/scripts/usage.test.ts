import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { ROLES } from '../../ledger/words.ts'
import { runLedger } from './book.ts'

const ANCHOR = JSON.stringify({
  format: 'mingzhang/anchor/1', chainId: '7', genesis: `0x${'11'.repeat(32)}`,
  contracts: {
    charter: `0x${'01'.repeat(20)}`, people: `0x${'02'.repeat(20)}`, ledger: `0x${'03'.repeat(20)}`, bank: `0x${'05'.repeat(20)}`,
    audit: `0x${'06'.repeat(20)}`,
  },
  sealing: 'witness', sealers: [{ address: `0x${'04'.repeat(20)}`, name: '见证人' }], quorum: 1,
})

describe('npm run ledger -- ends in one way when it fails', function () {
  this.timeout(180_000)
  const folder = mkdtempSync(join(tmpdir(), 'mz-usage-'))
  after(() => rmSync(folder, { recursive: true }))

  for (const [args, code, zh, en] of [
    [['fund', 'open'], 'USAGE_MISSING_MANDATORY_OPTION_VALUE', '缺少必需的选项 --title <text>。', "required option '--title <text>' not specified"],
    [['verify', '--anchor', 'a'], 'USAGE_MISSING_ARGUMENT', '缺少参数 <file>。', "missing required argument 'file'"],
    [['import', 'a', 'b', '--fund', '1'], 'USAGE_EXCESS_ARGUMENTS', '参数过多：应为 1 个，实为 2 个。', 'too many arguments'],
    [['import', 'a', '--fund'], 'USAGE_OPTION_MISSING_ARGUMENT', '选项 --fund <number> 后面缺少内容。', 'argument missing'],
    [['import', 'a', '--fund', '1', '--fnud'], 'USAGE_UNKNOWN_OPTION', '没有选项 --fnud。', "unknown option '--fnud'"],
    [['improt'], 'USAGE_UNKNOWN_COMMAND', '没有命令 improt。', "unknown command 'improt'"],
    [['import', 'a', '--fund', 'x'], 'USAGE_INVALID_ARGUMENT', '选项 --fund <number> 的内容“x”不对：应为正整数。', '"x" does not do for --fund <number>: expected a number from 1.'],
    [['pay', 'approve', '7'], 'USAGE_INVALID_ARGUMENT', '参数 <fund/number> 的内容“7”不对：应为 基金/编号，例如 1/12。', '"7" does not do for <fund/number>: expected fund/number, such as 1/12.'],
    [['complaint', 'answer', 'abc', '--text', 'x'], 'USAGE_INVALID_ARGUMENT', '参数 <number> 的内容“abc”不对：应为正整数。', '"abc" does not do for <number>: expected a number from 1.'],
    [['fund', 'close', 'abc'], 'USAGE_INVALID_ARGUMENT', '参数 <fund> 的内容“abc”不对：应为正整数。', '"abc" does not do for <fund>'],
    [['anchor', 'add', '0x12', '审计人'], 'USAGE_INVALID_ARGUMENT', '参数 <address> 的内容“0x12”不对：应为 0x 开头的 40 位地址。', '"0x12" does not do for <address>'],
    [['people', 'appoint', 'king', `0x${'ab'.repeat(20)}`], 'USAGE_INVALID_ARGUMENT', `参数 <role> 的内容“king”不对：应为以下之一：${ROLES.join(' | ')}。`, '"king" does not do for <role>'],
    [['bank', 'confirm', '--account', '1', '2', 'x'], 'USAGE_INVALID_ARGUMENT', '参数 <numbers> 的内容“x”不对：应为正整数。', '"x" does not do for <numbers>'],
    [['sample', '--n', '1', '--kind', 'all'], 'USAGE_INVALID_ARGUMENT', '选项 --kind <kind> 的内容“all”不对：应为以下之一：inflows、outflows。', 'Allowed choices are inflows, outflows.'],
    [['sample', '--n', '1', '--period', '1', '--through', '2020-01-01'], 'USAGE_CONFLICTING_OPTION', '选项 --period <number> 与 --through <date> 只能写一个。', 'cannot be used with'],
    [['forget', 'restrict', '--paper', '0x12'], 'USAGE_INVALID_ARGUMENT', '选项 --paper <hash> 的内容“0x12”不对：应为 0x 开头的 64 位哈希。', '"0x12" does not do for --paper <hash>'],
    [['verify', 'a', '--anchor', 'b', '--head', '0x12'], 'USAGE_INVALID_ARGUMENT', '选项 --head <text> 的内容“0x12”不对：区块的哈希应有 64 位，而不是 2 位。', '"0x12" does not do for --head <text>'],
    [['verify', 'a', '--anchor', 'b', '--head', '乒乓'], 'USAGE_INVALID_ARGUMENT', '选项 --head <text> 的内容“乒乓”不对：“乒乓”不是校验词。', 'not one of the words: 乒乓'],
    [['head', '--server', 'nonsense'], 'USAGE_INVALID_ARGUMENT', '选项 --server <url> 的内容“nonsense”不对：应为网址，例如 https://book.example.org。', '"nonsense" does not do for --server <url>'],
    [['backup', ''], 'USAGE_INVALID_ARGUMENT', '参数 <folder> 的内容“”不对：不能为空。', '"" does not do for <folder>: it must not be empty.'],
    [['anchor', 'add', `0x${'ab'.repeat(20)}`, ''], 'USAGE_INVALID_ARGUMENT', '参数 <name> 的内容“”不对：不能为空。', '"" does not do for <name>'],
  ] as const)
    it(`names what is wrong with: ${args.join(' ')}`, async () => {
      const plain = await runLedger(args, { MZ_DATA: folder })
      const json = await runLedger([...args, '--json'], { MZ_DATA: folder })

      expect(plain.code).to.equal(2)
      expect(plain.out).to.equal('')
      expect(plain.err.split('\n')[0]).to.equal(`用法有误：${zh}`)
      expect(plain.err).to.match(/^Usage: /m).and.include(en)
      expect([json.code, json.out]).to.deep.equal([2, ''])
      const answer = JSON.parse(json.err)
      expect([answer.code, answer.zh]).to.deep.equal([code, `用法有误：${zh}`])
      expect(answer.message).to.include(en)
    })

  const AT = `0x${'ab'.repeat(20)}`
  for (const [option, args] of [
    ['--title', ['fund', 'open', '--title', '']],
    ['--purpose', ['fund', 'open', '--title', '口罩', '--purpose', ' ']],
    ['--title-en', ['bank', 'open', '--title', '基本户', '--title-en', '', '--opening', '0', '--on', '2020-02-01']],
    ['--bank', ['bank', 'open', '--title', '基本户', '--bank', '', '--opening', '0', '--on', '2020-02-01']],
    ['--title', ['pay', 'propose', '--fund', '1', '--amount', '1', '--title', '']],
    ['--category', ['transfer', 'propose', '--fund', '1', '--to', '2', '--amount', '1', '--title', '调剂', '--category', '']],
    ['--statement', ['pay', 'approve', '1/1', '--statement', '']],
    ['--title', ['void', '1/1', '--reason', 'Duplicate', '--title', '']],
    ['--office', ['people', 'enrol', AT, '--office', '']],
    ['--voucher', ['people', 'enrol', AT, '--office', '会计', '--voucher', '']],
    ['--text', ['complaint', 'close', '1', '--text', '']],
  ] as const)
    it(`takes no empty ${option} in public: ${args.slice(0, 2).join(' ')}`, async () => {
      const { code, err } = await runLedger(args, { MZ_DATA: folder })

      expect(code).to.equal(2)
      expect(err).to.match(new RegExp(`^用法有误：选项 ${option} <text> 的内容“ ?”不对：不能为空。\n`))
    })

  for (const args of [['complaint', 'answer', '1'], ['complaint', 'close', '1'], ['audit', 'finding', 'answer', '1'], ['audit', 'finding', 'verify', '1', '--done']])
    it(`takes no more than 2,000 characters for ever: ${args.join(' ')}`, async () => {
      const { code, err } = await runLedger([...args, '--text', '账'.repeat(2_001)], { MZ_DATA: folder })

      expect(code).to.equal(2)
      expect(err).to.match(/^用法有误：选项 --text <text> 的内容“账{60}…”不对：最多 2000 字，这里有 2001 字。\n/)
      expect(err).to.include('it has 2001 characters, 2000 at most.')
    })

  describe('about a file', () => {
    const at = (name: string) => join(folder, name)
    const anchor = at('a.json')
    before(() => {
      mkdirSync(at('folder'))
      writeFileSync(at('file'), 'hello')
      writeFileSync(anchor, ANCHOR)
    })
    for (const [what, args, zh] of [
      ['a folder as the bundle', () => ['verify', at('folder'), '--anchor', anchor], () => `无法读取 ${at('folder')}：这是文件夹，不是文件（EISDIR）。`],
      ['a folder as the anchor', () => ['verify', at('file'), '--anchor', at('folder')], () => `无法读取 ${at('folder')}：这是文件夹，不是文件（EISDIR）。`],
      ['a file that is not there', () => ['verify', at('none'), '--anchor', anchor], () => `无法读取 ${at('none')}：没有这个文件，或没有它所在的文件夹（ENOENT）。`],
      ['a page below a file', () => ['verifier', '-o', at('file/verify.html')], () => `无法使用 ${at('file/verify.html')}：这一路径里有一段不是文件夹（ENOTDIR）。`],
      ['a folder as the page', () => ['verifier', '-o', at('folder')], () => `无法使用 ${at('folder')}：这是文件夹，不是文件（EISDIR）。`],
      ['a folder with a passphrase', () => ['keys', 'new', 'x', '--passphrase-file', at('folder')], () => `无法读取 ${at('folder')}：这是文件夹，不是文件（EISDIR）。`],
      ['an anchor that is none', () => ['verify', at('file'), '--anchor', at('file')], () => `${at('file')} 不是信任锚：内容不是 JSON。`],
    ] as const)
      it(`names it and what is wrong with it: ${what}`, async () => {
        const { code, err } = await runLedger(args(), { MZ_DATA: folder })

        expect([code, err.split('\n')[0]]).to.deep.equal([2, zh()])
        expect(err.split('\n')[1]).to.match(/^\/\S+ (cannot be (read|used): .+ \(E[A-Z]+\)|is no anchor: the anchor is no JSON)\.$/)
      })

    if (existsSync('/dev/full'))
      it('names the full disk', async () => {
        const { code, err } = await runLedger(['verifier', '-o', '/dev/full'], { MZ_DATA: folder })

        expect(code).to.equal(2)
        expect(err).to.match(/磁盘已满（ENOSPC）。\n.+the disk is full \(ENOSPC\)\.\n$/)
      })

    it('names the list of a backup that is torn', async () => {
      writeFileSync(at('folder/backup.json'), '{"format": "mingzhang/ba')

      const { code, err } = await runLedger(['restore', at('folder')], { MZ_DATA: at('fresh') })

      expect([code, err]).to.deep.equal([2, `${at('folder/backup.json')} 的内容不是有效的 JSON。\n${at('folder/backup.json')} holds no JSON.\n`])
    })

    for (const text of ['null', '{}', '{"format": "mingzhang/backup/1"}'])
      it(`takes ${text} for no backup`, async () => {
        writeFileSync(at('folder/backup.json'), text)

        const { code, err } = await runLedger(['restore', at('folder'), '--json'], { MZ_DATA: at('fresh') })

        expect([code, JSON.parse(err).code]).to.deep.equal([1, 'BACKUP_UNKNOWN'])
      })

    it('says a mistyped code in one language to a line', async () => {
      const { code, err } = await runLedger(['trace', '7KQ2'], { MZ_DATA: folder })

      expect([code, err]).to.deep.equal([1, '查询码应有 16 个字符，这里有 4 个\na code has 16 symbols, not 4\n'])
    })
  })

  it('shows the help of a command that lacks its subcommand, with exit code 2, and any help that was asked for with 0', async () => {
    const lacking = await runLedger(['pay'], { MZ_DATA: folder })
    const asked = await runLedger(['pay', '--help'], { MZ_DATA: folder })

    expect([lacking.code, asked.code]).to.deep.equal([2, 0])
    expect(lacking.err).to.include('propose')
    expect(asked.out).to.include('propose')
  })

  it('ends quietly when nobody reads on', async () => {
    const entry = join(import.meta.dirname, '../../scripts/ledger.ts')
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', `"${process.execPath}" --import tsx "${entry}" --help | true`])

    expect([stdout, stderr]).to.deep.equal(['', ''])
  })

  it('names a setting that is wrong', async () => {
    const { code, err } = await runLedger(['keys', 'list', '--json'], { MZ_DATA: folder, MZ_URL: 'localhost' })

    expect(code).to.equal(2)
    expect(JSON.parse(err)).to.deep.equal({
      code: 'SETTING_WRONG', zh: '设置 MZ_URL 应为网址，例如 https://book.example.org，而不是“localhost”。',
      message: 'The setting MZ_URL must be an address such as https://book.example.org, not "localhost".',
    })
  })

  it('says why the master key does not do', async () => {
    const key = join(folder, 'master.key')
    writeFileSync(key, `${'ab'.repeat(32)}\n`)
    chmodSync(key, 0o644)
    writeFileSync(join(folder, 'anchor.json'), ANCHOR)

    const { code, err } = await runLedger(['forget', 'restrict', '--name', '某人', '--json'], { MZ_DATA: folder })

    expect(code).to.equal(2)
    expect(JSON.parse(err)).to.include({ code: 'MASTER_KEY_READABLE', zh: `主密钥 ${key} 别人也能读取（权限 644）：请运行 chmod 600。` })
  })
})
