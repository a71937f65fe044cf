import { expect } from 'chai'
import type { FastifyInstance } from 'fastify'
import { auditWorld, BUNDLE } from '../api/audited.ts'
import { serveWorld } from '../api/served.ts'
import { openWorld, type World } from '../api/world.ts'

describe('The page of the audit', function () {
  this.timeout(60_000)
  let world: World
  let app: FastifyInstance
  let time = Date.now() / 1000
  before(async () => {
    world = await openWorld()
    app = (await serveWorld(world, { now: () => time })).app
  })
  after(async () => {
    await app.close()
    await world.close()
  })
  const textOf = async (path: string) => (await app.inject(path)).body.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

  it('says where there is nothing yet', async () => {
    const text = await textOf('/audit')

    expect(text).to.include('还没有审计意见').and.include('没有审计问题').and.include('还没有结账').and.include('个人信息 只有凭证里').and.match(/不能说成“依法不给看”。 还没有。/)
    expect(await textOf('/complaints')).to.include('还没有投诉')
  })

  it('shows opinions with the examined file, findings with what was done, periods with their certificates', async () => {
    await auditWorld(world)
    const [text, english] = [await textOf('/audit'), await textOf('/audit?lang=en')]

    expect(text).to.include('保留意见').and.include('除一张发票外，账目属实。').and.include(BUNDLE.slice(2))
    expect(text).to.include('整改率 50.0%').and.include('发票已补').and.include('已见原件').and.not.include('逾期')
    expect(text).to.match(/收入·捐赠 3 笔 ¥150\.01 .*收入·退回 1 笔 ¥30\.00 .*支出·拨付 1 笔 −¥120\.00 .*支出·划转 1 笔 −¥10\.00 .*支出·冲销 1 笔 −¥5\.00 .*期末结余 ¥45\.01/)
    expect(english).to.include('50.0% done').and.include('qualified').and.include('Unspent at closing')
  })

  it('lists what the law took out of papers, and who recorded it', async () => {
    const paper = world.vault.giftOf(world.links[0]?.code as never)?.paper ?? '0x'
    await world.acts.act('REGISTRAR', 'recordErasures', [1, [paper]], 'audit')
    await world.mirrorAll()

    const text = await textOf('/audit')
    expect(text).to.match(new RegExp(`限制 1 份，删除 0 份。 已依法限制 .* 号登记 ${paper.slice(2)}`))
  })

  it('marks a finding as overdue when its day has passed, though nothing moved', async () => {
    time += 31 * 86_400

    expect(await textOf('/audit')).to.include('1 项逾期未答复')
  })
})
