import { spawn, type ChildProcess } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { readWords } from '../../ledger/headWords.ts'
import { openTestBook, runLedger, type TestBook } from '../scripts/book.ts'

const PASS = { MZ_PASSPHRASE: 'a passphrase for tests' }

/** An operator who shows two visitors two histories: the same book up to a block, then other entries, all with its own people's keys. */
describe('An operator with two histories', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'mz-two-'))
  const at = (name: string) => join(folder, name)
  let one: TestBook
  let other: TestBook
  before(async () => {
    one = await openTestBook(at('one'))
    await one.ask('fund', 'open', '--title', '图书角')
    await sealed(one)
    await one.stop()
    cpSync(at('one'), at('other'), { recursive: true })
    one = await openTestBook(at('one'))
    other = await openTestBook(at('other'))
    await one.ask('fund', 'open', '--title', '助学金')
    await other.ask('fund', 'open', '--title', '茶水费')
    await Promise.all([sealed(one), sealed(other)])
  })
  after(async () => {
    await one.stop()
    await other.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Waits until the server's own witness has sealed the newest block. */
  async function sealed(book: TestBook) {
    for (;;) {
      const { sealed } = await (await fetch(`${book.url}/v1/head`)).json()
      if (sealed?.number === book.chain.head().number) return sealed
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  it('shows two neighbours the same block number, but other words', async () => {
    const [mine, yours] = await Promise.all([one, other].map(sealed))

    expect(mine.number).to.equal(yours.number)
    expect(readWords(mine.words)).not.to.deep.equal(readWords(yours.words))
  })

  it('gives each of them away to whoever works the words out on their own machine', async () => {
    const [byServer, byFolder, byOther] = await Promise.all([
      runLedger(['head', '--server', one.url, '--json'], {}),
      runLedger(['head', '--data', at('one'), '--json'], {}),
      runLedger(['head', '--server', other.url, '--json'], {}),
    ])

    const words = [byServer, byFolder, byOther].map(({ out }) => JSON.parse(out).words)
    expect(words[0]).to.equal((await sealed(one)).words)
    expect(words[1]).to.equal(words[0])
    expect(words[2]).not.to.equal(words[0])
  })

  it('is refused by a witness that watches both, who keeps both heads and shows them', async () => {
    const data = at('witness')
    const witness = startWitness(['--server', one.url, '--server', other.url, '--data', data, '--port', '0', '--host', '127.0.0.1'])
    await witness.said('evidence at')
    const door = /evidence at (\S+)\/evidence/.exec(witness.text())?.[1] ?? ''

    const [head, evidence, health, seals] = await Promise.all(['head', 'evidence', 'healthz', 'seals'].map((name) => fetch(`${door}/${name}`)))
    const kept = await evidence!.json()

    expect([head!.status, evidence!.status, health!.status, seals!.status]).to.deep.equal([409, 200, 503, 404])
    expect(kept).to.deep.equal(JSON.parse(readFileSync(join(data, 'fork.json'), 'utf8')))
    expect([kept.mine, kept.theirs]).to.deep.equal([one.chain.head().hash, other.chain.head().hash])
    expect(kept.heads.map(({ words }: { words: string }) => words)).to.deep.equal([(await sealed(one)).words, (await sealed(other)).words])
    // The operator's own witness sealed both: nobody else can have made these.
    const [first, second] = kept.shown.map(({ seals }: { seals: { number: number; sealer: string; blockHash: string }[] }) => seals.at(-1))
    expect([first.number, first.sealer]).to.deep.equal([second.number, second.sealer])
    expect(first.blockHash).not.to.equal(second.blockHash)
    expect(readFileSync(join(data, 'signed.jsonl'), 'utf8')).to.equal('')
    expect(await witness.end()).to.equal(1)
    expect(witness.text()).to.include('看到两种历史，拒绝签封')
  })

  it('stays refused: started again, and without a port, the witness ends at once with an error', async () => {
    const { code, err } = await runLedger(['witness', '--server', one.url, '--data', at('witness')], PASS)

    expect(code).to.equal(1)
    expect(err).to.include('fork.json')
  })

  it('is not accused when both servers show the same book', async () => {
    const witness = startWitness(['--server', one.url, '--server', `${one.url}/`, '--data', at('fair'), '--port', '0', '--host', '127.0.0.1'])
    await witness.said('已核对到区块')
    await witness.said('SEALER_UNKNOWN')
    const door = /(http:\/\/127\.0\.0\.1:\d+)\s/.exec(witness.text())?.[1] ?? ''

    const head = await fetch(`${door}/head`)
    const told = await head.json()
    const { number } = told
    const [seal, none, write, evidence] = await Promise.all([
      fetch(`${door}/seals/${number}`), fetch(`${door}/seals/999`), fetch(`${door}/seals`, { method: 'POST' }), fetch(`${door}/evidence`),
    ])

    expect(told).to.include({ number: one.chain.head().number, hash: one.chain.head().hash, words: (await sealed(one)).words })
    expect(head.headers.get('access-control-allow-origin')).to.equal('*')
    expect([seal!.status, none!.status, write!.status, evidence!.status]).to.deep.equal([200, 404, 405, 404])
    expect(await seal!.json()).to.include({ number, blockHash: one.chain.head().hash })
    expect(await witness.end()).to.equal(0)
    const again = await runLedger(['head', '--data', at('fair'), '--json'], {})
    expect(JSON.parse(again.out)).to.include({ number, words: told.words })
  })

  function startWitness(args: readonly string[]) {
    const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', 'scripts/ledger.ts', 'witness', ...args], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], MZ_DATA: at('nowhere'), ...PASS }, stdio: ['ignore', 'pipe', 'pipe'],
    })
    const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => (text += String(bytes)))
    return {
      text: () => text,
      async said(words: string) {
        while (!text.includes(words)) {
          if (child.exitCode !== null) throw new Error(`the witness ended: ${text}`)
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
      },
      async end() {
        child.kill('SIGTERM')
        return await gone
      },
    }
  }
})
