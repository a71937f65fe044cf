import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { readSettings } from '../../scripts/settings.ts'

const ROOT = join(import.meta.dirname, '../..')

/** What `npm start` says and ends with; it must end by itself. */
async function start(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'scripts/start.ts')], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, MZ_DEMO: '0', ...env }, stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += String(bytes)))
  const patience = setTimeout(() => child.kill('SIGKILL'), 40_000)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(patience)
  return { code, said }
}

describe('A setting that is wrong', function () {
  this.timeout(120_000)
  const before = { ...process.env }
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith('MZ_')) delete process.env[name]
    Object.assign(process.env, before)
  })

  for (const [name, value, zh, en] of [
    ['MZ_PORT', '0', '设置 MZ_PORT 应为 1 至 65535 的端口号，而不是“0”。', 'The setting MZ_PORT must be a port from 1 to 65535, not "0".'],
    ['MZ_PORT', '70000', '而不是“70000”', 'not "70000"'],
    ['MZ_RPC_PORT', 'abc', '设置 MZ_RPC_PORT 应为', 'The setting MZ_RPC_PORT must be a port from 1 to 65535, not "abc".'],
    ['MZ_RPC_PORT', '8080', '与 MZ_RPC_PORT 都是 8080', 'they must be two ports'],
    ['MZ_DEMO', 'no', '设置 MZ_DEMO 应为 0 或 1，而不是“no”。', 'The setting MZ_DEMO must be 0 or 1, not "no".'],
    ['MZ_PUBLIC_URL', 'nonsense', '设置 MZ_PUBLIC_URL 应为网址', 'The setting MZ_PUBLIC_URL must be an address such as https://book.example.org, not "nonsense".'],
    ['MZ_PUBLIC_URL', 'ftp://book.example.org', '而不是“ftp://book.example.org”', 'must be an address'],
    ['MZ_PUBLIC_URL', 'https://book.example.org/?a=1', '应为网址', 'must be an address'],
    ['MZ_TRUST_PROXY', 'true', '设置 MZ_TRUST_PROXY 应为反向代理的 IP 地址或网段', 'The setting MZ_TRUST_PROXY must be addresses or ranges of proxies'],
    ['MZ_TRUST_PROXY', '10.0.0.1,proxy.example.org', '而不是“proxy.example.org”', 'not "proxy.example.org"'],
    ['MZ_TRUST_PROXY', '0.0.0.0/0', '而不是“0.0.0.0/0”', 'not "0.0.0.0/0"'],
    ['MZ_TRUST_PROXY', '10.0.0.0/33', '而不是“10.0.0.0/33”', 'not "10.0.0.0/33"'],
    ['MZ_TRUST_PROXY', '300.1.1.1', '而不是“300.1.1.1”', 'not "300.1.1.1"'],
  ] as const)
    it(`is refused by name: ${name}=${value}`, () => {
      process.env[name] = value

      expect(readSettings).to.throw(Error, zh)
      expect(readSettings).to.throw(Error, en)
    })

  it('loses the slash at the end of an address, and no more', () => {
    process.env.MZ_PUBLIC_URL = 'https://example.org/book//'

    expect(readSettings().publicUrl).to.equal('https://example.org/book')
  })

  it('is none of these: proxies by address and by range, or nobody', () => {
    expect(readSettings().trustProxy).to.deep.equal([])
    process.env.MZ_TRUST_PROXY = '127.0.0.1, 10.0.0.0/8,::1,fd00::/8,'

    expect(readSettings().trustProxy).to.deep.equal(['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'])
  })

  it('stops npm start with exit code 2', async () => {
    const { code, said } = await start({ MZ_PORT: '70000' })

    expect(code).to.equal(2)
    expect(said).to.match(/^明账无法启动：设置 MZ_PORT 应为.+\nMingzhang cannot start: The setting MZ_PORT must be .+\n$/)
  })
})

describe('npm start', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'mz-start-'))
  const taken = createServer()
  let port = 0
  before(async () => {
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    port = (taken.address() as AddressInfo).port
  })
  after(() => {
    taken.close()
    rmSync(folder, { recursive: true })
  })

  for (const [name, other] of [['MZ_PORT', 'MZ_RPC_PORT'], ['MZ_RPC_PORT', 'MZ_PORT']] as const)
    it(`names ${name} and the port when another program has it`, async () => {
      const { code, said } = await start({ MZ_DATA: join(folder, name), [name]: `${port}`, [other]: '18139' })

      expect(code).to.equal(1)
      expect(said).to.include(`端口 ${port} 已被别的程序占用；请关闭那个程序，或用设置 ${name} 换一个端口。`)
      expect(said).to.include(`Another program has port ${port}; close it, or choose another port with the setting ${name}.`)
    })

  it('refuses at once a data folder that cannot be written, naming MZ_DATA', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    // A folder that takes no files even from root, where there is one.
    const places = [join(file, 'book'), ...(existsSync('/proc/1') ? ['/proc/1/book'] : [])]

    for (const data of places) {
      const { code, said } = await start({ MZ_DATA: data })
      expect(code, data).to.equal(1)
      expect(said).to.match(/^明账无法启动：不能写入数据文件夹 .+（E[A-Z]+）；请用设置 MZ_DATA 指明另一个。\n/)
      expect(said).to.include(`The data folder ${data} cannot be written`)
    }
  })

  it('leaves nothing in the data folder from looking whether it can be written', () => {
    expect(readdirSync(join(folder, 'MZ_PORT')).filter((name) => name.startsWith('.writable'))).to.deep.equal([])
  })
})
