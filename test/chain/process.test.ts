import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'chai'
import { failureOf, openBook, startBook, tempFolder } from './book.ts'

describe('the process that has a journal', () => {
  let place: ReturnType<typeof tempFolder>
  let child: ChildProcess
  let said: string
  let complained: string

  beforeEach(async () => {
    place = tempFolder()
    await (await startBook(place.file)).close()
  })

  afterEach(() => {
    child.kill('SIGKILL')
    place.remove()
  })

  async function start(how: 'hold' | 'fail'): Promise<void> {
    said = complained = ''
    child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'child.ts'), place.file, how])
    child.stdout?.on('data', (text) => (said += text))
    child.stderr?.on('data', (text) => (complained += text))
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')])
  }

  it('has it alone, and is named to any other', async () => {
    await start('hold')

    const refusal = await failureOf(openBook(place.file))

    expect(refusal.message).to.equal(`日志 ${place.file} 正由进程 ${child.pid} 使用。 / The journal ${place.file} is in use by process ${child.pid}.`)
  })

  it('has it no longer when it is killed', async () => {
    await start('hold')
    const killed = once(child, 'exit')
    child.kill('SIGKILL')
    await killed

    const chain = await openBook(place.file)

    expect(chain.head().number).to.equal(0)
    await chain.close()
  })

  it('ends with code 70 when the disk fails, and has answered nothing', async () => {
    const starting = start('fail')
    await starting
    const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode]

    expect(code).to.equal(70)
    expect(said).to.equal('open\n')
    expect(complained).to.include('the chain has stopped: EIO')
  })

  it('is told when there is no folder for it', async () => {
    await start('hold')

    const refusal = await failureOf(openBook(join(place.folder, 'nowhere', 'journal')))

    expect(refusal.message).to.match(/^日志 .*nowhere\/journal 不能锁定（.+）。 \/ The journal .*nowhere\/journal cannot be locked \(.+\)\.$/)
  })
})
