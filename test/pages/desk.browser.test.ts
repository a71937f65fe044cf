import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { encryptKeystoreJson, getBytes, Transaction, Wallet, type BaseWallet } from 'ethers'
import type { Page, Route } from 'playwright-core'
import sharp from 'sharp'
import { shownText } from '../../ledger/shown.ts'
import { chooseKey, confirm, openDeskWorld, PASSPHRASE, seen, signIn, type DeskWorld } from './desks.ts'
import { newPage, SCREENS } from './browser.ts'
import { has, listen, writingsOf } from './traffic.ts'

describe('the desk', function () {
  this.timeout(180_000)
  let desk: DeskWorld
  before(async () => {
    desk = await openDeskWorld(18_831)
  })
  after(() => desk.leave())

  const stateOf = (number: number) => desk.reader.outflow(1, number)?.state
  const propose = async (title: string) => {
    const number = (desk.reader.fund(1)?.outflows ?? 0) + 1
    await desk.acts.propose(1, '1', { title })
    while (!desk.reader.outflow(1, number)) await new Promise((resolve) => setTimeout(resolve, 20))
    return number
  }

  it('takes a payment from the request to the acceptance, each step by another person', async () => {
    const number = await propose('消毒液 1 瓶')

    const approver = await desk.sitDown('APPROVER')
    await approver.page.click('text=消毒液 1 瓶')
    await approver.page.click('button:text-is("批准")')
    const approval = await confirm(approver.page)
    await approver.page.waitForSelector('.chip:has-text("已审批")')

    const cashier = await desk.sitDown('CASHIER')
    await cashier.page.click('text=消毒液 1 瓶')
    await cashier.page.fill('input[name=reference]', 'B20200203-7')
    await cashier.page.click('button:text-is("登记付款")')
    const payment = await confirm(cashier.page)
    await cashier.page.waitForSelector('.chip:has-text("已付款")')

    const accepter = await desk.sitDown('ACCEPTER')
    await accepter.page.click('text=消毒液 1 瓶')
    await accepter.page.click('button:text-is("验收")')
    await confirm(accepter.page)
    const named = await accepter.page.innerText('.recorded:not(:empty)')
    await accepter.page.waitForSelector('.chip:has-text("已验收")')

    expect(approval).to.include('批准').and.include('基金 1')
    expect(payment).to.include('¥1.00').and.include('B20200203-7').and.include('不公开')
    expect(named).to.match(/^✓ 验收：已签名登记（第 \d+ 个区块）。$/)
    expect(stateOf(number)).to.equal('Accepted')
    expect(desk.reader.steps(1, number).map(({ step }) => step)).to.deep.equal(['Proposed', 'Approved', 'Executed', 'Accepted'])
    expect([approver, cashier, accepter].flatMap(({ faults }) => faults)).to.deep.equal([])
  })

  describe('for a payment that is asked for', () => {
    const ask = async (page: Page, { amount, title }: { amount: string; title: string }) => {
      await page.click('.desk-bar a:has-text("付款")')
      await page.selectOption('select[name=fund]', '1')
      await page.fill('input[name=title]', title)
      await page.fill('input[name=amount]', amount)
      await page.fill('input[name=payee]', '新华书店')
      await page.fill('input[name=invoice]', '0440031900111')
      await page.click('button:text-is("申请")')
    }

    it('shows what is available, and what the world will see of it, before it is signed', async () => {
      const { page } = await desk.sitDown('ACCOUNTANT')
      await ask(page, { amount: '１2.5０', title: '绘本 3 册' })
      const signed = await confirm(page)
      await page.waitForSelector('text=申请已登记')
      await page.click('text=看这一笔')
      await page.waitForSelector('h1:has-text("绘本 3 册")')
      const outflow = desk.reader.outflows(1, { limit: 1 })[0]

      expect(signed).to.match(/申请拨付[^]*¥12\.50[^]*用途\s*公开\s*绘本 3 册[^]*收款方\s*不公开\s*新华书店/)
      expect(outflow).to.include({ amount: 1250n, state: 'Proposed' })
      expect(desk.vault.paperOf(outflow?.paper ?? '0x')?.paper.public).to.deep.equal({ amount: '1250', title: '绘本 3 册' })
    })

    const SMALL = [
      ['on a small phone', { width: 390, height: 480 }, '100%'],
      ['on a phone with letters twice as large', { width: 390, height: 844 }, '200%'],
      ['on a phone on its side, with larger letters', { width: 844, height: 390 }, '150%'],
    ] as const
    for (const [what, viewport, fontSize] of SMALL)
      it(`keeps both buttons of a long question whole and in sight ${what}`, async () => {
        const { page } = await desk.sitDown('ACCOUNTANT', { viewport })
        await page.evaluate((size) => { document.documentElement.style.fontSize = size }, fontSize)
        await ask(page, { amount: '1', title: '为七十岁以上老人送餐，'.repeat(10) })
        await page.waitForSelector('dialog.confirm[open] button[value=yes]:not([disabled])')
        const cut = await page.locator('dialog.confirm button').evaluateAll((buttons) => buttons.filter((button) => {
          const { left, right, top, bottom } = button.getBoundingClientRect()
          const edge = Math.min(button.closest('dialog')?.getBoundingClientRect().bottom ?? 0, innerHeight)
          return bottom >= edge || [top + 2, bottom - 2].some((y) => document.elementFromPoint((left + right) / 2, y)?.closest('button') !== button)
        }).map(({ textContent }) => textContent))
        const [height, whole] = await page.locator('.confirm-body').evaluate(({ clientHeight, scrollHeight }) => [clientHeight, scrollHeight] as const)

        expect(cut).to.deep.equal([])
        expect(height).to.be.within(60, whole - 1)
      })

    it('says at the amount that the fund has not so much now', async () => {
      const { page } = await desk.sitDown('ACCOUNTANT')
      await page.click('.desk-bar a:has-text("付款")')
      await page.selectOption('select[name=fund]', '1')
      await page.fill('input[name=amount]', '999999')

      expect(await page.innerText('#amount-about')).to.match(/^超过现在可用的 ¥[\d.]+：可以先申请，钱到账以前批不了。$/)
    })

    it('names the one that was asked for already, and takes a second one only with what tells them apart', async () => {
      const { page } = await desk.sitDown('ACCOUNTANT')
      for (const _ of [1, 2]) {
        await ask(page, { amount: '3', title: '彩笔 1 盒' })
        if (_ === 1) {
          await confirm(page)
          await page.click('text=再申请一笔')
        }
      }
      const refusal = await page.locator('[role=alert]', { hasText: '同样的申请' }).innerText()
      await page.fill('input[name=reference]', '第二批')
      await page.click('button:text-is("申请")')
      await confirm(page)
      await page.waitForSelector('text=申请已登记')

      expect(refusal).to.match(/^同样的申请已经登记过：基金 1 第 \d+ 笔支出$/)
    })
  })

  /** Makes a key at the door, and gives what the person saved of it. */
  const makeKey = async (page: Page, name: string, passphrase: string) => {
    await page.click('text=新建密钥')
    await page.fill('input[name=name]', name)
    await page.fill('input[name=passphrase]', passphrase)
    await page.fill('input[name=again]', passphrase)
    await page.click('button:text-is("生成")')
    await page.waitForSelector('text=密钥已生成', { timeout: 60_000 })
    const address = await page.innerText('.hash')
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=保存密钥文件')])
    const file = JSON.parse(readFileSync(await download.path(), 'utf8'))
    await page.click('button:text-is("好了")')
    return { address, download, file, wallet: await Wallet.fromEncryptedJson(JSON.stringify(file), passphrase) }
  }

  describe('keeps keys and passphrases', () => {
    it('to the page, whatever is done from a new key to a desk that is opened again', async () => {
      const [passphrase, mistyped] = ['举头望明月低头思故乡', '明月几时有把酒问青地']
      const picture = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#3a3' } }).jpeg().toBuffer()
      const { page } = await newPage(desk.browser, { acceptDownloads: true })
      const traffic = listen(page.context())
      let sockets = 0
      page.on('websocket', () => void sockets++)
      await page.goto(`${desk.url}/desk`)
      const { wallet } = await makeKey(page, '我的密钥', passphrase)
      await chooseKey(page, await desk.keystoreOf('ACCOUNTANT'))
      await page.fill('input[name=passphrase]', mistyped)
      await page.click('button:has-text("登录")')
      await page.waitForSelector('text=口令不对')
      await signIn(page, await desk.keystoreOf('ACCOUNTANT'))
      await page.click('.desk-bar a:has-text("付款")')
      await page.selectOption('select[name=fund]', '1')
      await page.setInputFiles('input[name=documents]', { name: '发票.jpg', mimeType: 'image/jpeg', buffer: picture })
      await page.waitForSelector('.pictures img')
      for (const [name, text] of [['title', '体温计 1 支'], ['amount', '1'], ['payee', '某某药店'], ['invoice', '0440031900222']] as const) await page.fill(`input[name=${name}]`, text)
      await page.click('button:text-is("申请")')
      await confirm(page)
      await page.waitForSelector('text=申请已登记')
      await page.click('button:text-is("锁定")')
      await signIn(page, await desk.keystoreOf('APPROVER'))
      await page.click('.desk-bar a:has-text("待办")')
      await page.click('text=体温计 1 支')
      await page.click('button:text-is("批准")')
      await confirm(page)
      await page.waitForSelector('.chip:has-text("已审批")')
      await page.click('button:text-is("锁定")')
      await page.fill('input[name=passphrase]', PASSPHRASE)
      await page.click('button:has-text("登录")')
      await page.waitForSelector('.desk-bar')

      const sent = await traffic.sent()
      const keys = [wallet, desk.wallets.ACCOUNTANT, desk.wallets.APPROVER].map(({ privateKey }) => privateKey.slice(2))
      const secrets = [...keys.map((key) => Buffer.from(key, 'hex')), ...[...keys, passphrase, mistyped, PASSPHRASE].map((text) => Buffer.from(text))]
      expect(sent.filter((one) => secrets.some((secret) => has(one, secret))).map(({ what }) => what)).to.deep.equal([])
      expect(sent.filter(({ text }) => /ciphertext/i.test(text)).map(({ what }) => what)).to.deep.equal([])
      expect(sent.filter(({ isWhole }) => !isWhole).map(({ what }) => what)).to.deep.equal([])
      expect(sent.map(({ what }) => what)).to.include.members(['POST /v1/desk/challenge', 'POST /v1/desk/session', 'POST /v1/desk/documents', 'POST /v1/desk/acts', 'DELETE /v1/desk/session'])
      expect(sent.filter((one) => has(one, picture)).map(({ what }) => what)).to.deep.equal(['POST /v1/desk/documents'])
      expect(sockets).to.equal(0)
    })

    it('so that a search which finds any writing of a secret, wherever it is sent, finds none', async () => {
      const secret = randomBytes(32)
      const places = ['body', 'worker', 'service worker', 'beacon', 'address', 'header']
      const planted = Object.entries(writingsOf(secret)).flatMap(([how, letters]) =>
        (how === 'as they are' ? places.slice(0, 4) : places).map((where) => ({ where, letters, path: `/v1/planted/${encodeURIComponent(`${where}: ${how}`)}` })))
      const { page } = await newPage(desk.browser)
      const traffic = listen(page.context())
      // A page of the test's own, each of whose places sends.
      const script = 'onmessage = ({ data: [path, body] }) => fetch(path, { method: "POST", body })'
      await page.context().route('**/others/*', (route) => route.fulfill(route.request().url().endsWith('.js') ? { contentType: 'text/javascript', body: script } : { contentType: 'text/html', body: '' }))
      await page.goto(`${desk.url}/others/page`)
      await page.evaluate(async (planted) => {
        const worker = new Worker('/others/worker.js')
        const { active, installing } = await navigator.serviceWorker.register('/others/service.js')
        for (const { where, path, letters } of planted) {
          const body = Uint8Array.from(letters, (letter) => letter.charCodeAt(0))
          if (where === 'body') await fetch(path, { method: 'POST', body })
          if (where === 'worker') worker.postMessage([path, body])
          if (where === 'service worker') (active ?? installing)?.postMessage([path, body])
          if (where === 'beacon') navigator.sendBeacon(path, body)
          if (where === 'address') await fetch(`${path}?${letters}`)
          if (where === 'header') await fetch(path, { headers: { 'x-note': letters } })
        }
      }, planted)
      const named = (what: string) => what.slice(what.indexOf('/v1/planted'))
      const heard = async () => (await traffic.sent()).filter(({ what }) => what.includes('/planted/'))
      while ((await heard()).length < planted.length) await new Promise((resolve) => setTimeout(resolve, 50))

      const found = (await heard()).filter((one) => has(one, secret))
      expect(found.map(({ what }) => named(what))).to.have.members(planted.map(({ path }) => path))
      expect((await heard()).filter((one) => has(one, randomBytes(32)))).to.deep.equal([])
    })
  })

  describe('at the door, where a server is not believed about what it wants signed', () => {
    const lied = async (lie: (message: string) => string) => {
      const { page } = await newPage(desk.browser)
      let entered = 0
      await page.route('**/v1/desk/challenge', async (route) => {
        const response = await route.fetch()
        await route.fulfill({ response, json: { message: lie((await response.json()).message) } })
      })
      page.on('request', (request) => void (request.url().endsWith('/v1/desk/session') && request.method() === 'POST' && entered++))
      await page.goto(`${desk.url}/desk`)
      await chooseKey(page, await desk.keystoreOf('APPROVER'))
      await page.fill('input[name=passphrase]', PASSPHRASE)
      await page.click('button:has-text("登录")')
      return { refusal: await page.innerText('[role=alert]'), entered }
    }

    for (const [what, lie] of [
      ['any other text', () => 'mingzhang paper 0x00 on chain 1 at 1'],
      ['a challenge with something in it', (message: string) => message.replace('URI:', '我把钱都给你\nURI:')],
      ['one for another key', (message: string) => message.replace(/0x[0-9a-f]{40}/, `0x${'1'.repeat(40)}`)],
      ['one of another book', (message: string) => message.replace(/Chain ID: \d+/, 'Chain ID: 1')],
      ['one that is good for a year', (message: string) => message.replace(/Expiration Time: \d{4}/, 'Expiration Time: 2099')],
    ] as const)
      it(`signs nothing when it is ${what}`, async () => {
        expect(await lied(lie)).to.deep.equal({ refusal: '服务器要求签名的不是本账本的登录请求，没有签名。请告诉管理员。', entered: 0 })
      })

    it('signs nothing for another site, and says which address is meant', async () => {
      const { refusal, entered } = await lied((message) => message.replaceAll(new URL(desk.url).host, 'bank-of-wuhan.example'))

      expect(refusal).to.include('bank-of-wuhan.example').and.include('MZ_PUBLIC_URL')
      expect(entered).to.equal(0)
    })
  })

  it('tells at the door what to do next with a key that the book does not know', async () => {
    const { address, privateKey } = Wallet.createRandom()
    const json = await encryptKeystoreJson({ address, privateKey }, PASSPHRASE, { scrypt: { N: 2 } })
    const { page } = await newPage(desk.browser)
    await page.goto(`${desk.url}/desk`)
    await chooseKey(page, { name: 'new.json', mimeType: 'application/json', buffer: Buffer.from(json) })
    await page.fill('input[name=passphrase]', PASSPHRASE)
    await page.click('button:has-text("登录")')

    expect(await page.innerText('[role=alert]')).to.equal(`密钥 ${address} 不代表任何在册人员，或已停用。新密钥：请把这个地址交给人事登记员登记，登记以后再登录。已停用的：请改用您的新密钥，没有的话在这里新建一把。`)
  })

  it('says at the door that another language locked the desk, once, and keeps what was typed', async () => {
    await propose('换语言以前写的')
    const { page } = await desk.sitDown('APPROVER')
    await page.click('text=换语言以前写的')
    await page.click('summary')
    await page.fill('input[name=statement]', '写到一半')
    await page.click('.header a:has-text("English")')
    const told = await page.innerText('.lead')
    await page.fill('input[name=passphrase]', PASSPHRASE)
    await page.click('button:has-text("Sign in")')
    await page.click('summary:has-text("A statement")')
    const typed = await page.inputValue('input[name=statement]')
    await page.reload()

    expect(told).to.equal('Another language opens the page anew, and your key lives in the page alone: so it is locked. Type your passphrase again; what you typed is still here.')
    expect(typed).to.equal('写到一半')
    expect(await page.innerText('.lead')).to.match(/^For the book’s own people/)
  })

  it('leaves what somebody signed and typed to them, when another person sits down in the same tab', async () => {
    const number = (desk.reader.fund(1)?.outflows ?? 0) + 1
    const { page } = await desk.sitDown('ACCOUNTANT')
    await page.click('.desk-bar a:has-text("付款")')
    await page.selectOption('select[name=fund]', '1')
    await page.fill('input[name=title]', '没有送出的申请')
    await page.fill('input[name=amount]', '2')
    await page.fill('input[name=payee]', '独孤求败书店')
    await page.route('**/v1/desk/acts', (route) => route.abort())
    await page.click('button:text-is("申请")')
    await confirm(page)
    await page.waitForSelector('.sheet[role=status]')
    await page.click('button:text-is("锁定")')
    await signIn(page, await desk.keystoreOf('APPROVER'))
    await page.unroute('**/v1/desk/acts')
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await page.evaluate(() => { history.pushState(null, '', '/desk/entries'); dispatchEvent(new PopStateEvent('popstate')) })
    await page.waitForSelector('h1:has-text("账目")')
    const others = [await page.locator('.sheet[role=status]').count(), (await page.innerText('body')).includes('独孤求败'), desk.reader.outflow(1, number)]
    await page.click('button:text-is("锁定")')
    await signIn(page, await desk.keystoreOf('ACCOUNTANT'))
    await seen(() => desk.reader.outflow(1, number))

    expect(others).to.deep.equal([0, false, undefined])
    expect(desk.reader.outflow(1, number)).to.include({ state: 'Proposed', amount: 200n })
  })

  it('signs nothing when the person says no', async () => {
    const number = await propose('口罩 1 包')
    const { page } = await desk.sitDown('APPROVER')
    await page.click('text=口罩 1 包')
    await page.click('button:text-is("批准")')
    await page.waitForSelector('dialog.confirm[open]')
    await page.click('dialog.confirm button[value=no]')
    await page.waitForSelector('dialog.confirm', { state: 'detached' })

    expect(stateOf(number)).to.equal('Proposed')
    expect(await page.isEnabled('button:text-is("批准")')).to.equal(true)
  })

  it('signs nothing with a key that is held down since before the question, nor with the second of two quick presses', async () => {
    const number = await propose('按住回车')
    const { page } = await desk.sitDown('APPROVER')
    await page.click('text=按住回车')
    await page.locator('button:text-is("批准")').focus()
    await page.keyboard.press('Enter')
    await page.waitForSelector('dialog.confirm[open] button[value=yes]:not([disabled])')
    await page.keyboard.press('Enter')
    const afterSecond = stateOf(number)
    await page.waitForSelector('dialog.confirm[open] button[value=yes]:focus')
    await page.keyboard.press('Escape')
    await page.waitForSelector('dialog.confirm', { state: 'detached' })
    await page.locator('button:text-is("批准")').focus()
    await page.keyboard.down('Enter')
    await page.waitForSelector('dialog.confirm[open] button[value=yes]:focus')
    for (let repeated = 0; repeated < 5; repeated++) await page.keyboard.down('Enter')
    await page.keyboard.up('Enter')
    const isAsked = await page.locator('dialog.confirm[open]').count()
    await page.keyboard.press('Enter')
    await page.waitForSelector('.chip:has-text("已审批")')

    expect([afterSecond, isAsked]).to.deep.equal(['Proposed', 1])
  })

  for (const size of ['100%', '200%'])
    it(`cuts off nothing of what is approved on a phone whose letters are ${size}`, async () => {
      await propose('放大了看')
      const { page } = await desk.sitDown('APPROVER')
      await page.click('text=放大了看')
      await page.evaluate((size) => { document.documentElement.style.fontSize = size }, size)
      await page.click('button:text-is("批准")')
      await page.waitForSelector('dialog.confirm[open] button[value=yes]:not([disabled])')
      // The fund of this book has less than a hundred yuan; real ones have more.
      await page.evaluate(() => document.querySelectorAll('dialog.confirm dd.amount').forEach((told) => { told.textContent = told.textContent!.replace(/[\d.]+/g, '9,999,999,999.99') }))
      const wide = await page.locator('.confirm-body, .confirm-body dd').evaluateAll((boxes) => boxes.filter((box) => box.scrollWidth > box.clientWidth || box.clientWidth < 40).map(({ textContent }) => textContent))

      expect(await page.locator('dialog.confirm dd.amount').count()).to.equal(2)
      expect(wide).to.deep.equal([])
    })

  it('presses nothing behind the question with the second half of a double click', async () => {
    await propose('双击签名')
    const { page } = await desk.sitDown('APPROVER')
    await page.click('text=双击签名')
    await page.click('button:text-is("批准")')
    await page.waitForSelector('dialog.confirm[open] button[value=yes]:not([disabled])')
    await page.evaluate(() => addEventListener('click', ({ detail }) => document.body.append(`点击${detail}`)))
    await page.dblclick('dialog.confirm button[value=yes]')
    await page.waitForSelector('.chip:has-text("已审批")')

    expect(await page.innerText('body')).to.include('点击1').and.not.include('点击2')
  })

  it('shows to whoever decides what was begun to be written, and is signed with the decision', async () => {
    await propose('先想驳回')
    const { page } = await desk.sitDown('APPROVER')
    await page.click('text=先想驳回')
    await page.click('summary:has-text("写意见，或驳回")')
    await page.fill('input[name=statement]', '请补发票')
    await page.reload()
    await signIn(page, await desk.keystoreOf('APPROVER'))
    await page.waitForSelector('button:text-is("批准")')

    expect(await page.isVisible('input[name=statement]')).to.equal(true)
    expect(await page.inputValue('input[name=statement]')).to.equal('请补发票')
  })

  describe('lets nobody approve what the book does not have', () => {
    /** An approver, whose server tells something else of what waits than the book has. */
    const misled = async (title: string, lie: (item: Record<string, unknown>) => object) => {
      const number = await propose(title)
      const { page } = await desk.sitDown('APPROVER')
      await page.route('**/v1/desk', async (route) => {
        const response = await route.fetch()
        const told = await response.json()
        await route.fulfill({ response, json: { ...told, inbox: told.inbox.map((item: Record<string, unknown>) => (item['number'] === number ? { ...item, ...lie(item) } : item)) } })
      })
      await Promise.all([page.waitForResponse((response) => response.url().endsWith('/v1/desk')), page.click('text=刷新')])
      await page.waitForSelector('button:text-is("刷新"):not([disabled])')
      return { number, page, row: page.locator('.rows > li', { hasText: title }) }
    }

    it('when the server names another amount', async () => {
      const { number, row } = await misled('洗手液 1 瓶', () => ({ amount: '1' }))
      await row.locator('.amount:has-text("¥0.01")').waitFor()
      await row.locator('button:text-is("批准")').click()

      expect(await row.locator('[role=alert]').innerText()).to.match(new RegExp(`^基金 1 第 ${number} 笔支出申请的是 ¥1.00、凭证 0x[0-9a-f]{8}…，与待批准的不符；请重新打开这一笔再批。$`))
      expect(stateOf(number)).to.equal('Proposed')
    })

    it('when it names another payment’s paper', async () => {
      const other = desk.reader.outflow(1, 1)?.paper
      const { number, row } = await misled('洗手液 2 瓶', () => ({ paper: other }))
      await row.locator('button:text-is("批准")').click()

      expect(await row.locator('[role=alert]').innerText()).to.include('与待批准的不符')
      expect(stateOf(number)).to.equal('Proposed')
    })

    it('when it shows another purpose, or another payee, than the paper has', async () => {
      const { number, page, row } = await misled('洗手液 3 瓶', () => ({}))
      const paper = desk.reader.outflow(1, number)?.paper
      const refusals: string[] = []
      for (const lie of [
        (told: any) => ({ ...told, paper: { ...told.paper, public: { ...told.paper.public, title: '孤老慰问' } } }),
        (told: any) => ({ ...told, opened: { payee: { ...told.opened.payee, value: '另一家店' } } }),
      ]) {
        await page.route(`**/v1/desk/papers/${paper}`, async (route) => {
          const response = await route.fetch()
          await route.fulfill({ response, json: lie(await response.json()) })
        })
        await row.locator('button:text-is("批准")').click()
        refusals.push(await page.locator('dialog.confirm [role=alert]').innerText())
        expect(await page.isDisabled('dialog.confirm button[value=yes]')).to.equal(true)
        expect(await page.innerText('dialog.confirm')).not.to.match(/孤老慰问|另一家店/)
        await page.click('dialog.confirm button[value=no]')
        await page.unroute(`**/v1/desk/papers/${paper}`)
      }

      expect(refusals).to.deep.equal(Array(2).fill(`服务器给出的凭证与账本登记的（${paper?.slice(0, 10)}…）不符，请勿采信，并告诉管理员。`))
      expect(stateOf(number)).to.equal('Proposed')
    })
  })

  it('needs a reason to reject, says so, and keeps what was typed', async () => {
    const number = await propose('招待费')
    const { page } = await desk.sitDown('APPROVER')
    await page.click('text=招待费')
    await page.click('summary')
    await page.fill('input[name=statement]', '与用途无关')
    await page.click('button:text-is("驳回")')
    const refusal = await page.innerText('[role=alert]')
    await page.selectOption('select[name=reason]', 'OutsidePurpose')
    await page.click('button:text-is("驳回")')
    const signed = await confirm(page)
    await page.waitForSelector('.chip:has-text("已驳回")')
    await page.waitForSelector('main dt:has-text("原因")')

    expect(refusal).to.equal('请先选驳回的原因。')
    expect(signed).to.match(/原因\s*不符合用途/).and.include('与用途无关')
    expect(signed.match(/不符合用途/g)).to.have.length(1)
    expect(await page.innerText('main')).to.match(/原因\s*公开\s*不符合用途/)
    expect(stateOf(number)).to.equal('Rejected')
  })

  it('says in the contract’s own words why a step is refused that somebody else took meanwhile', async () => {
    const number = await propose('手套 2 双')
    const { page } = await desk.sitDown('APPROVER')
    await page.click('text=手套 2 双')
    await page.waitForSelector('button:text-is("批准")')
    await desk.acts.reject([1, number], 'Other')
    await page.click('button:text-is("批准")')

    expect(await page.innerText('[role=alert]')).to.match(/现为“已驳回”/)
  })

  it('refuses another passphrase in words, and takes the right one after it', async () => {
    const { page } = await newPage(desk.browser)
    await page.goto(`${desk.url}/desk`)
    await chooseKey(page, await desk.keystoreOf('CASHIER'))
    await page.fill('input[name=passphrase]', '不是这个口令')
    await page.click('button:has-text("登录")')
    const refusal = await page.innerText('[role=alert]')
    await page.fill('input[name=passphrase]', PASSPHRASE)
    await page.click('button:has-text("登录")')

    expect(refusal).to.equal('口令不对，或密钥文件已损坏。')
    await page.waitForSelector('.desk-bar')
  })

  it('offers nobody what is another role’s, and the server keeps their papers from strangers', async () => {
    const number = await propose('酒精 3 瓶')
    const { page } = await desk.sitDown('RESPONDENT')
    await page.goto(`${desk.url}/desk/payments/1/${number}`)
    await page.fill('input[name=passphrase]', PASSPHRASE)
    await page.click('button:has-text("登录")')
    await page.waitForSelector('h1:has-text("酒精 3 瓶")')

    expect(await page.locator('main button').allInnerTexts()).to.deep.equal(['锁定'])
    expect(await page.innerText('main')).to.not.include('某某商店')
  })

  describe('when the network is cut', () => {
    for (const [what, cut] of [
      ['before the server heard of it', (route: Route) => route.abort()],
      ['before the answer came back', async (route: Route) => {
        await route.fetch()
        await route.abort()
      }],
    ] as const)
      it(`${what}, the signed act waits, goes out again by itself, and stands once in the book`, async () => {
        const number = await propose(`书架 ${what}`)
        const { page } = await desk.sitDown('APPROVER')
        await page.click(`text=书架 ${what}`)
        await page.click('summary')
        await page.fill('input[name=statement]', '同意购买')
        await page.route('**/v1/desk/acts', cut)
        await page.click('button:text-is("批准")')
        await confirm(page)
        await page.waitForSelector('.sheet[role=status]')
        const [waiting, typed] = [await page.innerText('.sheet[role=status]'), await page.inputValue('input[name=statement]').catch(() => '同意购买')]
        await page.unroute('**/v1/desk/acts')
        await page.evaluate(() => dispatchEvent(new Event('online')))
        await page.waitForSelector('.chip:has-text("已审批")')
        await page.waitForSelector('.sheet[role=status]', { state: 'detached' })

        expect(waiting).to.equal('有一笔已签名、尚未送达，网络恢复后会自动送出，不会重复；在此之前请不要关闭这一页。')
        expect(typed).to.equal('同意购买')
        expect(desk.reader.steps(1, number).map(({ step }) => step)).to.deep.equal(['Proposed', 'Approved'])
      })
  })

  it('locks when nobody touches it for ten minutes, keeps what was typed, and opens with the passphrase', async () => {
    await propose('锁定前写的')
    const { page } = await newPage(desk.browser)
    await page.clock.install()
    await page.goto(`${desk.url}/desk`)
    await signIn(page, await desk.keystoreOf('APPROVER'))
    await page.click('text=锁定前写的')
    await page.click('summary')
    await page.fill('input[name=statement]', '写到一半')
    await page.clock.fastForward('10:01')
    await page.waitForSelector('text=已锁定')
    await page.fill('input[name=passphrase]', PASSPHRASE)
    await page.click('button:has-text("登录")')
    await page.waitForSelector('h1:has-text("锁定前写的")')
    await page.click('summary')

    expect(await page.inputValue('input[name=statement]')).to.equal('写到一半')
  })

  describe('when the machine slept, so that its timers slept too', () => {
    /** An approver at a payment, whose clock stands; no timer of the page runs any more. */
    const sleeping = async (title: string) => {
      const number = await propose(title)
      const { page } = await newPage(desk.browser)
      await page.clock.install()
      await page.goto(`${desk.url}/desk`)
      await signIn(page, await desk.keystoreOf('APPROVER'))
      await page.click(`text=${title}`)
      await page.waitForSelector('button:text-is("批准")')
      const now = (await page.evaluate(() => Date.now())) + 1_000
      await page.clock.pauseAt(now)
      await page.click('h1')
      return { page, number, isOpen: async () => (await page.locator('.desk-bar').count()) === 1, later: async (minutes: number) => await page.clock.setSystemTime(now + minutes * 60_000) }
    }

    it('takes the first click as a return only: it locks, and presses nothing', async () => {
      const { page, number, isOpen, later } = await sleeping('睡着以后点的')
      await later(180)
      const before = await isOpen()
      let asked = 0
      page.on('request', (request) => void (request.url().includes('/v1/desk/rehearsals') && asked++))
      await page.click('button:text-is("批准")')
      await page.waitForSelector('text=已锁定')

      expect([before, await isOpen(), asked, await page.locator('dialog').count()]).to.deep.equal([true, false, 0, 0])
      expect(stateOf(number)).to.equal('Proposed')
    })

    for (const [how, press] of [
      ['the keyboard', (page: Page) => page.locator('button:text-is("批准")').press('Enter')],
      ['a screen reader, which only clicks', (page: Page) => page.locator('button:text-is("批准")').dispatchEvent('click')],
    ] as const)
      it(`takes nothing from ${how} either`, async () => {
        const { page, number, later } = await sleeping(`睡着以后按的 ${how}`)
        await later(180)
        let asked = 0
        page.on('request', (request) => void (request.url().includes('/v1/desk/rehearsals') && asked++))
        await press(page)
        await page.waitForSelector('text=已锁定')

        expect([asked, stateOf(number)]).to.deep.equal([0, 'Proposed'])
      })

    for (const name of ['visibilitychange', 'focus', 'pageshow'])
      it(`looks at the clock at ${name}, and locks only when it is late`, async () => {
        const { page, isOpen, later } = await sleeping(`回来 ${name}`)
        const comeBack = async () => await page.evaluate((name) => (name === 'visibilitychange' ? document : window).dispatchEvent(new Event(name, { bubbles: name === 'visibilitychange' })), name)
        await later(9.9)
        await comeBack()
        const early = await isOpen()
        await later(10.1)
        await comeBack()
        await page.waitForSelector('text=已锁定')

        expect(early).to.equal(true)
      })

    it('stays open while it is touched in time, counted from the last touch', async () => {
      const { page, isOpen, later } = await sleeping('一直在用')
      const open: boolean[] = []
      for (const minutes of [9, 18, 27]) {
        await later(minutes)
        await page.click('h1')
        open.push(await isOpen())
      }
      await later(37.1)
      await page.click('h1')
      await page.waitForSelector('text=已锁定')

      expect(open).to.deep.equal([true, true, true])
    })

    it('locks when its clock was set back far', async () => {
      const { page, later } = await sleeping('时钟拨回')
      await later(-60)
      await page.click('h1')
      await page.waitForSelector('text=已锁定')
    })

    it('locks by itself soon after waking, untouched', async () => {
      const { page, isOpen, later } = await sleeping('没有人碰')
      await later(180)
      const before = await isOpen()
      await page.clock.runFor(5_000)
      await page.waitForSelector('text=已锁定')

      expect(before).to.equal(true)
    })
  })

  it('lets two approvers at one payment both press, and tells the second one', async () => {
    const number = await propose('两个人同时批')
    const [first, second] = [await desk.sitDown('APPROVER'), await desk.sitDown('APPROVER')]
    for (const [at, { page }] of [first, second].entries()) {
      await page.click('text=两个人同时批')
      await page.click('summary')
      await page.fill('input[name=statement]', `第 ${at + 1} 个人的意见`)
      await page.click('button:text-is("批准")')
      await page.waitForSelector('dialog.confirm[open]')
    }
    await confirm(first.page)
    await first.page.waitForSelector('.chip:has-text("已审批")')
    await confirm(second.page)

    await second.page.waitForSelector('.chip:has-text("已审批")')

    expect(await second.page.innerText('[role=alert]')).to.match(/现为“已审批”/)
    expect(await second.page.locator('button:text-is("批准")').count()).to.equal(0)
    expect(desk.reader.steps(1, number).map(({ step }) => step)).to.deep.equal(['Proposed', 'Approved'])
  })

  it('makes a key that is encrypted before it is kept, and saves its file', async () => {
    const { page, faults } = await newPage(desk.browser, { acceptDownloads: true })
    await page.goto(`${desk.url}/desk`)
    const { address, download, file, wallet } = await makeKey(page, '王会计', PASSPHRASE)
    const kept = await page.evaluate(() => localStorage.getItem('mz-desk-keys') ?? '')

    expect([download.suggestedFilename(), `0x${file.address}`, file.version, file.Crypto.kdf]).to.deep.equal(['王会计.json', address.toLowerCase(), 3, 'scrypt'])
    // With the capitals that show a letter that was copied wrongly.
    expect(address).to.equal(wallet.address)
    expect(kept).to.include(file.address).and.not.include(wallet.privateKey.slice(2)).and.not.include(PASSPHRASE)
    expect(faults).to.deep.equal([])
  })

  describe('with a wallet of the browser', () => {
    type Methods = Readonly<Record<string, (params: readonly any[]) => unknown>>
    const fails = (code?: number) => () => { throw Object.assign(new Error(`wallet ${code}`), { code }) }
    const signed = async ({ from: _, gas, ...call }: any, change: object = {}, wallet: BaseWallet = desk.wallets.APPROVER) =>
      await wallet.signTransaction({ ...call, type: 2, gasLimit: gas, ...change })
    /** What a wallet can do that keeps the key of the approver and signs without sending. */
    const able = (): Methods => ({
      eth_requestAccounts: () => [desk.wallets.APPROVER.address],
      personal_sign: ([text]) => desk.wallets.APPROVER.signMessage(getBytes(text)),
      eth_signTransaction: ([call]) => signed(call),
    })
    /** A page with a wallet as EIP-1193 has it, strictly: it knows no other methods. `now` is what it can do from then on. */
    const openWith = async (methods: Methods) => {
      const opened = await newPage(desk.browser)
      const wallet = { now: methods, asked: [] as { method: string; params: readonly any[] }[] }
      await opened.page.exposeFunction('walletAsked', async (method: string, params: readonly any[]) => {
        wallet.asked.push({ method, params })
        try {
          return { answer: await (wallet.now[method] ?? fails(4200))(params) }
        } catch (error) {
          return { code: Object(error).code ?? null }
        }
      })
      await opened.page.addInitScript({ content: `window.ethereum = { async request({ method, params = [] }) {
        const { answer, code } = await window.walletAsked(method, params)
        if (code !== undefined) throw Object.assign(new Error('wallet'), code === null ? {} : { code })
        return answer
      } }` })
      let sent = 0
      opened.page.on('request', (request) => void (request.url().endsWith('/v1/desk/acts') && sent++))
      await opened.page.goto(`${desk.url}/desk`)
      return { ...opened, wallet, sent: () => sent }
    }
    /** An approver who signed in with the wallet, at a payment. */
    const openAt = async (title: string) => {
      const number = await propose(title)
      const opened = await openWith(able())
      await opened.page.click('text=用浏览器钱包')
      await opened.page.click(`text=${title}`)
      return { ...opened, number }
    }
    const approve = async (page: Page) => {
      await page.click('button:text-is("批准")')
      await confirm(page)
    }
    const CANNOT = '钱包没有签名。它必须能够只签名不发送（eth_signTransaction）；不能的，请改用密钥文件。'
    const DECLINED = '您在钱包里没有同意：没有签名，也没有送出。要签的话请再按一次。'
    const NO_ACCOUNT = '钱包没有给出账户：请在钱包里解锁、选好账户，再按一次。'

    it('works when it signs without sending', async () => {
      const { page, number, wallet } = await openAt('钱包批的')
      await approve(page)
      await page.waitForSelector('.chip:has-text("已审批")')
      const [call] = wallet.asked.at(-1)?.params ?? []

      expect(stateOf(number)).to.equal('Approved')
      expect(wallet.asked.map(({ method }) => method)).to.deep.equal(['eth_requestAccounts', 'personal_sign', 'eth_signTransaction'])
      expect([call.nonce, call.gas, call.chainId, call.value].filter((quantity) => !/^0x(0|[1-9a-f][0-9a-f]*)$/.test(quantity))).to.deep.equal([])
    })

    it('says before anybody signs in what a wallet must be able to do, and nothing of it where there is none', async () => {
      const { page } = await openWith(able())
      const { page: without } = await newPage(desk.browser)
      await without.goto(`${desk.url}/desk`)
      await without.waitForSelector('text=新建密钥')

      expect(await page.innerText('main')).to.include('钱包必须能够只签名、不发送（eth_signTransaction）；很多常见的钱包做不到，那就请用密钥文件。')
      expect(await without.innerText('main')).not.to.include('钱包')
    })

    for (const [what, answers, refusal] of [
      ['gives no account', () => [], NO_ACCOUNT],
      ['gives something else than accounts', () => null, NO_ACCOUNT],
      ['is locked', fails(4100), NO_ACCOUNT],
      ['is told not to let this page in', fails(4001), DECLINED],
    ] as const)
      it(`says so at the door when it ${what}, and takes the account after it`, async () => {
        const { page, wallet } = await openWith({ ...able(), eth_requestAccounts: answers })
        await page.click('text=用浏览器钱包')
        const told = await page.innerText('[role=alert]')
        wallet.now = able()
        await page.click('text=用浏览器钱包')
        await page.waitForSelector('.desk-bar')

        expect(told).to.equal(refusal)
      })

    it('says at the door that it did not sign in', async () => {
      const { eth_requestAccounts } = able()
      const { page } = await openWith({ eth_requestAccounts: eth_requestAccounts! })
      await page.click('text=用浏览器钱包')

      expect(await page.innerText('[role=alert]')).to.equal(CANNOT)
    })

    it('tells at the payment whether it cannot sign or the person said no, sends nothing, and signs when it is pressed again', async () => {
      const { page, number, wallet, sent } = await openAt('钱包先不签的')
      const told: string[] = []
      for (const code of [4200, -32601, -32004, undefined, 4001]) {
        wallet.now = { ...able(), eth_signTransaction: fails(code) }
        await approve(page)
        told.push(await page.innerText('[role=alert]'))
      }
      const before = [stateOf(number), sent()]
      wallet.now = able()
      await approve(page)
      await page.waitForSelector('.chip:has-text("已审批")')

      expect(told).to.deep.equal([CANNOT, CANNOT, CANNOT, CANNOT, DECLINED])
      expect(before).to.deep.equal(['Proposed', 0])
    })

    it('sends nothing that it signed otherwise than was shown, however little', async () => {
      const other = `0x${'1'.repeat(40)}`
      const tampered: Record<string, (call: any) => unknown> = {
        'to another contract': (call) => signed(call, { to: other }),
        'with other data': (call) => signed(call, { data: `${call.data.slice(0, -1)}${call.data.endsWith('0') ? '1' : '0'}` }),
        'for later': (call) => signed(call, { nonce: Number(call.nonce) + 1 }),
        'for another book': (call) => signed(call, { chainId: 1 }),
        'with less gas': (call) => signed(call, { gasLimit: 21_000 }),
        'with money': (call) => signed(call, { value: 1 }),
        'with a fee': (call) => signed(call, { maxFeePerGas: 1 }),
        'with a tip': (call) => signed(call, { maxFeePerGas: 1, maxPriorityFeePerGas: 1 }),
        'with a list of what it touches': (call) => signed(call, { accessList: [{ address: other, storageKeys: [] }] }),
        'in the old way': ({ maxFeePerGas: _, maxPriorityFeePerGas: __, ...call }) => signed(call, { type: 0, gasPrice: 0 }),
        'with another key': (call) => signed(call, {}, Wallet.createRandom()),
        'not at all': async (call) => Transaction.from(await signed(call)).unsignedSerialized,
        'in words of its own': () => ({ signed: true }),
      }
      const { page, number, wallet, sent } = await openAt('钱包改了的')
      const told: Record<string, string> = {}
      for (const [what, tamper] of Object.entries(tampered)) {
        wallet.now = { ...able(), eth_signTransaction: ([call]) => tamper(call) }
        await approve(page)
        told[what] = await page.innerText('[role=alert]')
      }

      const refusal = '钱包签的不是刚才给您看的那一笔，没有送出。请不要再用它签名，改用密钥文件，并告诉管理员。'
      expect(told).to.deep.equal(Object.fromEntries(Object.keys(tampered).map((what) => [what, refusal])))
      expect([stateOf(number), sent()]).to.deep.equal(['Proposed', 0])
      expect(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes('outbox')))).to.deep.equal([])
    })
  })

  it('shows whatever stands in names as text', async () => {
    const strings = ['<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', "javascript:alert(1)//'", '\u202Etest\u202E', '{{7*7}}${7*7}', '田中さんにあげて下さい']
    const { page, faults } = await desk.sitDown('APPROVER')
    let dialogs = 0
    page.on('dialog', (dialog) => { dialogs++; void dialog.dismiss() })
    for (const text of strings) {
      await propose(text)
      await page.click('text=刷新')
      await page.locator('.inbox-item strong', { hasText: shownText(text) }).first().click()
      await page.waitForSelector('h1')
      expect(await page.innerText('h1')).to.equal(shownText(text))
      await page.click('.desk-bar a:has-text("待办")')
    }
    expect([dialogs, faults]).to.deep.equal([0, []])
  })

  for (const screen of SCREENS)
    it(`fits ${screen.name}, sideways too`, async () => {
      const number = await propose('很长的用途'.repeat(12))
      const { page, faults } = await desk.sitDown('APPROVER', { viewport: screen })
      const wide = async () => await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
      const inbox = await wide()
      await page.click('text=很长的用途')
      await page.click('button:text-is("批准")')
      await page.waitForSelector('dialog.confirm[open]')

      expect([inbox, await wide()]).to.deep.equal([false, false])
      expect(faults).to.deep.equal([])
      expect(stateOf(number)).to.equal('Proposed')
    })
})
