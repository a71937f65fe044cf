import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { openRpcClient } from '../../chain/client.ts'
import { launch, newPage } from '../pages/browser.ts'
import { startOn, type Started } from './started.ts'

const run = promisify(execFile)

/** The README's first two blocks under "A book of your own": the book is made, then its mirror is forged. */
function blocksOf(readme: string): string[] {
  const section = readme.split('## A book of your own')[1]?.split('\n## ')[0] ?? ''
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
}

describe('A stranger with the README alone', function () {
  this.timeout(240_000)
  let folder: string
  let server: Started
  const [record = '', forge = ''] = blocksOf(readFileSync('README.md', 'utf8'))
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mingzhang-readme-'))
    // A folder to stand in: the commands are the checkout's, the files are the stranger's.
    for (const name of ['package.json', 'scripts', 'node_modules', 'package-lock.json', 'hardhat.config.ts', 'contracts', 'artifacts', 'indexer',
      'ledger', 'chain', 'vault', 'intake', 'proof', 'api', 'demo', 'tsconfig.json'])
      await symlink(resolve(name), join(folder, name))
    server = await startOn(join(folder, 'my-book'), '0')
  })
  after(async () => {
    await server.end('SIGKILL')
    await rm(folder, { recursive: true })
  })

  const shell = async (script: string) =>
    await run('sh', ['-euc', script], { cwd: folder, env: { ...server.env, npm_config_loglevel: 'silent' } })

  it('records gifts, pays an invoice from them, sees the proof pass, catches a forged database, and mends it', async () => {
    await shell(record)
    const link = readFileSync(join(folder, 'links.csv'), 'utf8').split('\n')[1]?.trim().split(',')[3] ?? ''
    const browser = await launch()
    try {
      const { page, faults } = await newPage(browser)
      await page.goto(link)
      await page.waitForSelector('#check.check-good, #check.check-warn')
      expect(await page.innerText('main')).to.include('¥100.00 用于「儿童图书 8 册」').and.include('王小明')

      await shell(forge)
      await page.goto('about:blank')
      await page.goto(link)
      await page.waitForSelector('#check.check-bad')
      expect(await page.innerText('#check')).to.include('请勿相信本页').and.include('服务器显示').and.include('¥90.00')

      const { stdout } = await shell('npm run index -- --rebuild')
      expect(stdout).to.include('pieces：1 行是链上没有的，链上有而缺少 1 行；已改正。')
      await page.goto('about:blank')
      await page.goto(link)
      await page.waitForSelector('#check.check-good, #check.check-warn')
      expect(faults).to.deep.equal([])
    } finally {
      await browser.close()
    }
  })

  it('stops the server cleanly, throws the forged mirror away, and finds the same book after starting again', async () => {
    const headOf = async ({ env }: Started) => {
      const client = openRpcClient(`http://127.0.0.1:${env.MZ_RPC_PORT}`)
      return (await client.request('eth_getBlockByNumber', ['latest', false])) as { hash: string; number: string }
    }
    const before = await headOf(server)

    expect(await server.end('SIGTERM')).to.equal(0)
    await rm(join(folder, 'my-book', 'mirror.sqlite'))
    server = await startOn(join(folder, 'my-book'), '0')

    expect(await headOf(server)).to.deep.equal(before)
    const [fund] = (await (await fetch(`${server.url}/v1/funds`)).json()) as { unspent: string; inflows: number }[]
    expect(fund).to.deep.include({ unspent: '3001', inflows: 3 })
  })
})
