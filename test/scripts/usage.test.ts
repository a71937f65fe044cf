import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { runLedger } from './book.ts'

describe('npm run ledger -- ends in one way when it fails', function () {
  this.timeout(120_000)
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
    [['pay', 'approve', '7'], 'USAGE_INVALID_ARGUMENT', '应为 基金/编号，例如 1/12。', 'expected fund/number, such as 1/12.'],
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

  it('shows the help of a command that lacks its subcommand, with exit code 2, and any help that was asked for with 0', async () => {
    const lacking = await runLedger(['pay'], { MZ_DATA: folder })
    const asked = await runLedger(['pay', '--help'], { MZ_DATA: folder })

    expect([lacking.code, asked.code]).to.deep.equal([2, 0])
    expect(lacking.err).to.include('propose')
    expect(asked.out).to.include('propose')
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
    writeFileSync(join(folder, 'anchor.json'), JSON.stringify({
      format: 'mingzhang/anchor/1', chainId: '7', genesis: `0x${'11'.repeat(32)}`,
      contracts: {
        charter: `0x${'01'.repeat(20)}`, people: `0x${'02'.repeat(20)}`, ledger: `0x${'03'.repeat(20)}`, bank: `0x${'05'.repeat(20)}`,
        audit: `0x${'06'.repeat(20)}`,
      },
      sealing: 'witness', sealers: [{ address: `0x${'04'.repeat(20)}`, name: '见证人' }], quorum: 1,
    }))

    const { code, err } = await runLedger(['forget', 'restrict', '--name', '某人', '--json'], { MZ_DATA: folder })

    expect(code).to.equal(2)
    expect(JSON.parse(err)).to.include({ code: 'MASTER_KEY_READABLE', zh: `主密钥 ${key} 别人也能读取（权限 644）：请运行 chmod 600。` })
  })
})
