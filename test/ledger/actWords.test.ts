import { expect } from 'chai'
import { id, type ParamType } from 'ethers'
import fc from 'fast-check'
import { encodeAct, INTERFACES, type ContractName } from '../../ledger/acts.ts'
import { explainCall, titleOfCall, type Explained, type Names } from '../../ledger/actWords.ts'
import { parseDay } from '../../ledger/day.ts'
import { formatYuan, parseYuan, type Fen } from '../../ledger/fen.ts'
import type { Hex } from '../../ledger/hex.ts'

const NAMES: Names = { fund: (number) => (number === 1 ? { zh: '社区图书角', en: 'Reading corner' } : undefined) }
const CONTRACTS = Object.keys(INTERFACES) as ContractName[]
const DAY = parseDay('2020-01-29')
const [KEY, OTHER_KEY] = [`0x${'ab'.repeat(20)}`, `0x${'cd'.repeat(20)}`]
/** As the page of whoever made the key gives it to copy, capitals and all. */
const SHOWN = '0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB'
const [ENROL, ADD_KEY] = ['enrol(address,bytes32)', 'addKey(uint32,address,bytes32)'].map((name) => id(name).slice(0, 10))
const [REF, PAPER, OTHER_PAPER] = [id('ref'), id('paper'), id('other paper')] as [Hex, Hex, Hex]
const VOUCHER = { ref: REF, effectiveOn: DAY, paper: PAPER }
const INFLOW = { ref: REF, amount: 10_000n, paper: OTHER_PAPER }
const TARGET = { batch: 2, number: 7, start: 500n, inflow: INFLOW, path: [id('beside')] }
const [DISMISSAL, OTHER_DISMISSAL] = [charterCall('revokeRole', 3, KEY), charterCall('revokeRole', 4, KEY)]

function explain(contract: ContractName, name: string, args: readonly unknown[]): Explained {
  return explainCall(contract, encodeAct({ contract, name, args }), NAMES)
}

function charterCall(name: string, ...args: readonly unknown[]): Hex {
  return encodeAct({ contract: 'charter', name, args })
}

function inflowsOf(amounts: readonly bigint[]) {
  return amounts.map((amount) => ({ ...INFLOW, amount }))
}

function line(amount: bigint, day: number) {
  return { ref: REF, amount, day, paper: OTHER_PAPER }
}

/** The title, then every row as `label: value`. */
function told({ title, rows }: Explained, language: 'zh' | 'en'): string[] {
  return [title[language], ...rows.map(({ label, value }) => `${label[language]}: ${value[language]}`)]
}

/** Two values of a type: every argument is told when each of them is. */
function samples(type: ParamType): [unknown, unknown] {
  if (type.arrayChildren) return pair(samples(type.arrayChildren), (sample) => [sample])
  const { components } = type
  if (components) return pair([0, 1], (at) => Object.fromEntries(components.map((one) => [one.name, samples(one)[at]])))
  const known: Record<string, [unknown, unknown]> = {
    bool: [false, true], string: ['甲', '乙'], address: [KEY, OTHER_KEY], uint48: [0n, 86_400n],
    bytes4: [ENROL, ADD_KEY], bytes32: [PAPER, OTHER_PAPER], bytes: [DISMISSAL, OTHER_DISMISSAL],
  }
  return known[type.type] ?? [1n, 2n]
}

function pair<From, To>([one, other]: [From, From], make: (from: From) => To): [To, To] {
  return [make(one), make(other)]
}

/** Refs say nothing to a person, and the rest of a proven inflow follows from its number. */
const UNTOLD = ['ref', 'start', 'path', 'target.inflow.paper']

/** Every way to change one argument, by its place. */
function changes(type: ParamType, place: string): [place: string, value: unknown][] {
  const [value, other] = samples(type)
  if (type.arrayChildren) return changes(type.arrayChildren, place).map(([at, changed]) => [at, [changed]])
  if (!type.components) return [[place, other]]
  return type.components.flatMap((one) =>
    changes(one, `${place}.${one.name}`).map(([at, changed]): [string, unknown] => [at, { ...Object(value), [one.name]: changed }]))
}

describe('A call in words', () => {
  it('names the paper and the amount that an approval agrees to, and the approval’s own paper beside it', () => {
    const { proposal, papers } = explain('ledger', 'approvePayment', [2, 3, 12_050n, OTHER_PAPER, PAPER])

    expect(proposal).to.deep.equal({ fund: 2, paper: OTHER_PAPER, amount: 12_050n })
    expect(papers).to.deep.equal([PAPER])
  })

  it('marks where a fund’s name stands beside its number, which alone is signed', () => {
    const marked = (name: string, args: readonly unknown[]) => explain('ledger', name, args).rows.filter(({ kind }) => kind === 'named').map(({ label }) => label.zh)

    expect(marked('proposeTransfer', [1, 1, 100n, REF, PAPER])).to.deep.equal(['转出', '转入'])
    expect(marked('proposeTransfer', [2, 1, 100n, REF, PAPER])).to.deep.equal(['转入'])
    expect(explain('audit', 'fileComplaint', [1, 1, 3, PAPER]).rows.at(-1)?.kind).to.equal('named')
    expect(explain('audit', 'fileComplaint', [1, 0, 0, PAPER]).rows.at(-1)?.kind).to.equal(undefined)
  })

  for (const contract of CONTRACTS)
    INTERFACES[contract].forEachFunction((called) => {
      const { name, inputs } = called
      const args = inputs.map((input) => samples(input)[0])
      const explainWith = (args: readonly unknown[]) => explain(contract, name, args)

      if (called.constant || name === 'multicall') {
        it(`is none for ${contract}.${name}, which ${called.constant ? 'writes nothing' : 'hides what it carries'}`, () => {
          const plain = name === 'multicall' ? [[DISMISSAL]] : args

          expect(() => explainWith(plain)).to.throw(RangeError, `${name} of ${contract} has no words`)
        })
        return
      }

      it(`says what ${contract}.${name} does, in both languages`, () => {
        const explained = explainWith(args)

        for (const words of [explained.title, ...explained.rows.flatMap(({ label, value }) => [label, value])]) {
          expect(words.zh).not.to.equal('').and.not.match(/undefined|null|object|[\u4e00-\u9fff][,;:()]/)
          expect(words.en).not.to.equal('').and.not.match(/undefined|null|object/)
        }
        expect(explained.title.en).not.to.match(/[\u4e00-\u9fff]/)
        expect(titleOfCall(encodeAct({ contract, name, args }))).to.deep.equal(explained.title)
      })

      for (const [at, input] of inputs.entries())
        for (const [place, changed] of changes(input, input.name)) {
          const isTold = !UNTOLD.some((untold) => `.${place}`.endsWith(`.${untold}`))
          it(`tells ${isTold ? 'of' : 'nothing of'} ${contract}.${name}’s ${place}`, () => {
            const before = explainWith(args)

            const after = explainWith(args.with(at, changed))

            if (isTold) expect(after).not.to.deep.equal(before)
            else expect(after).to.deep.equal(before)
          })
        }
    })

  const calls: [what: string, explained: () => Explained, zh: string[], en: string[]][] = [
    ['a payment is proposed', () => explain('ledger', 'proposePayment', [1, 123_450n, REF, PAPER]),
      ['申请拨付', '基金: 基金 1（社区图书角）', '申请金额: ¥1,234.50'],
      ['Propose a payment', 'Fund: Fund 1 (Reading corner)', 'Amount: ¥1,234.50']],
    ['a payment of a fund without a title is approved', () => explain('ledger', 'approvePayment', [2, 3, 12_050n, OTHER_PAPER, PAPER]),
      ['批准支出', '基金: 基金 2', '支出: 第 3 笔支出', '批准金额: ¥120.50'],
      ['Approve an outflow', 'Fund: Fund 2', 'Outflow: outflow 3', 'Amount approved: ¥120.50']],
    ['a payment is rejected', () => explain('ledger', 'rejectPayment', [1, 3, 7, PAPER]),
      ['驳回支出', '基金: 基金 1（社区图书角）', '支出: 第 3 笔支出', '原因: 凭证不全'],
      ['Reject an outflow', 'Fund: Fund 1 (Reading corner)', 'Outflow: outflow 3', 'Reason: paper incomplete']],
    ['the last instalment was paid', () => explain('ledger', 'executePayment', [1, 3, 80_000n, true, VOUCHER]),
      ['登记付款', '基金: 基金 1（社区图书角）', '支出: 第 3 笔支出', '付款金额: ¥800.00', '最后一笔: 是，如有余款不再支付', '记账日期: 2020-01-29'],
      ['Record that it was paid', 'Fund: Fund 1 (Reading corner)', 'Outflow: outflow 3', 'Amount paid: ¥800.00',
        'Last instalment: yes, any rest is released', 'Accounting date: 2020-01-29']],
    ['an instalment was paid', () => explain('ledger', 'executePayment', [1, 3, 1n, false, VOUCHER]),
      ['登记付款', '基金: 基金 1（社区图书角）', '支出: 第 3 笔支出', '付款金额: ¥0.01', '最后一笔: 否，如有余款以后再付', '记账日期: 2020-01-29'],
      ['Record that it was paid', 'Fund: Fund 1 (Reading corner)', 'Outflow: outflow 3', 'Amount paid: ¥0.01',
        'Last instalment: no, any rest may be paid later', 'Accounting date: 2020-01-29']],
    ['the work was seen', () => explain('ledger', 'acceptPayment', [1, 3, PAPER]),
      ['验收', '基金: 基金 1（社区图书角）', '支出: 第 3 笔支出'],
      ['Accept what was paid for', 'Fund: Fund 1 (Reading corner)', 'Outflow: outflow 3']],
    ['gifts came in', () => explain('ledger', 'recordInflows', [1, 5_000n, 1, DAY, inflowsOf([2_000n, 10_050n, 100n])]),
      ['登记收入', '基金: 基金 1（社区图书角）', '来源: 捐赠', '记账日期: 2020-01-29', '笔数: 3 笔', '合计: ¥121.50', '最大一笔: ¥100.50',
        '最小一笔: ¥1.00', '此前累计登记（含退回和冲销）: ¥50.00'],
      ['Record inflows', 'Fund: Fund 1 (Reading corner)', 'Source: donation', 'Accounting date: 2020-01-29', 'Inflows: 3',
        'Total: ¥121.50', 'Largest: ¥100.50', 'Smallest: ¥1.00', 'Recorded before (with returns and voids): ¥50.00']],
    ['an inflow was an error', () => explain('ledger', 'voidInflow', [1, TARGET, 2_500n, 1, VOUCHER]),
      ['冲销收入', '基金: 基金 1（社区图书角）', '原收入: 第 7 笔收入（第 2 批）', '原金额: ¥100.00', '冲销金额: ¥25.00', '原因: 重复登记', '记账日期: 2020-01-29'],
      ['Void an inflow', 'Fund: Fund 1 (Reading corner)', 'Inflow: inflow 7 (batch 2)', 'Its amount: ¥100.00',
        'Amount voided: ¥25.00', 'Reason: recorded twice', 'Accounting date: 2020-01-29']],
    ['the bank’s lines are recorded of an account that was overdrawn',
      () => explain('bank', 'recordLines', [1, 13, DAY + 2, -5_000n, 1_000n, [line(10_000n, DAY), line(-4_000n, DAY + 1)], PAPER]),
      ['登记银行流水', '银行账户: 账户 1', '行数: 2 行，自第 13 行起', '日期: 2020-01-29 至 2020-01-30', '流水截止日: 2020-01-31', '收入合计: ¥100.00',
        '支出合计: ¥40.00', '期初余额: -¥50.00', '期末余额: ¥10.00'],
      ['Record bank lines', 'Bank account: Account 1', 'Lines: 2, from line 13 on', 'Days: 2020-01-29 to 2020-01-30',
        'Covered through: 2020-01-31', 'Credits: ¥100.00', 'Debits: ¥40.00',
        'Opening balance: -¥50.00', 'Closing balance: ¥10.00']],
    ['lines are matched', () => explain('bank', 'matchLines', [1, [[12, 1, false, 7, 10_000n], [13, 2, true, 3, 4_000n]], PAPER]),
      ['核对银行流水', '银行账户: 账户 1', '项数: 2 项', '合计: ¥140.00', '第 1 项: 流水第 12 行的 ¥100.00 是基金 1（社区图书角）第 7 笔收入',
        '第 2 项: 流水第 13 行的 ¥40.00 是基金 2 第 3 笔支出'],
      ['Match bank lines', 'Bank account: Account 1', 'Matches: 2', 'Total: ¥140.00',
        'Match 1 of this call: ¥100.00 of line 12 is inflow 7 of Fund 1 (Reading corner)',
        'Match 2 of this call: ¥40.00 of line 13 is outflow 3 of Fund 2']],
    ['a key is appointed', () => explain('charter', 'grantRole', [3, KEY, 0]),
      ['任命', '岗位: 会计', `密钥: ${SHOWN}`],
      ['Appoint', 'Role: accountant', `Key: ${SHOWN}`]],
    ['a change of the matrix is announced',
      () => explain('charter', 'schedule', [KEY, charterCall('setTargetFunctionRole', KEY, [ENROL], 4), 0]),
      ['公示将要办理的事项', `合约: ${SHOWN}`, '办理时间: 公示期一过', '事项: 变更权责清单', `合约: ${SHOWN}`, '事项: 登记人员', '改由: 审批人'],
      ['Announce an act', `Contract: ${SHOWN}`, 'Not before: as soon as its delay is over', 'Act: Change who may do what',
        `Contract: ${SHOWN}`, 'Acts: Enrol a person', 'From now on by: approver']],
  ]
  for (const [what, explained, zh, en] of calls)
    it(`says that ${what}`, () => {
      expect(told(explained(), 'zh')).to.deep.equal(zh)
      expect(told(explained(), 'en')).to.deep.equal(en)
    })

  it('tells up to five matches one by one, and of more the sum', () => {
    const match = [12, 1, false, 7, 100n]
    const matches = (count: number) => explain('bank', 'matchLines', [1, Array(count).fill(match), PAPER])

    expect(matches(5).rows).to.have.length(8)
    expect(told(matches(6), 'zh')).to.deep.equal(['核对银行流水', '银行账户: 账户 1', '项数: 6 项', '合计: ¥6.00'])
  })

  it('tells of no inflows and no lines without a largest or a first', () => {
    expect(told(explain('ledger', 'recordInflows', [2, 0, 1, DAY, []]), 'en')).to.deep.equal([
      'Record inflows', 'Fund: Fund 2', 'Source: donation', 'Accounting date: 2020-01-29', 'Inflows: 0', 'Total: ¥0.00',
      'Recorded before (with returns and voids): ¥0.00',
    ])
    expect(told(explain('bank', 'recordLines', [1, 1, DAY, 0, 0, [], PAPER]), 'en')).to.include('Lines: 0, from line 1 on')
  })

  it('names the papers of its entry, its own before those of its items', () => {
    const statement = explain('bank', 'recordLines', [1, 1, DAY, 0, 2, [line(1n, DAY), line(1n, DAY)], PAPER])

    expect(statement.papers).to.deep.equal([PAPER, OTHER_PAPER, OTHER_PAPER])
    expect(explain('ledger', 'recordInflows', [1, 0, 1, DAY, [INFLOW]]).papers).to.deep.equal([OTHER_PAPER])
    expect(explain('ledger', 'openFund', [[1, true, 0, 0, PAPER]]).papers).to.deep.equal([PAPER])
    expect(explain('audit', 'recordErasures', [1, [PAPER, OTHER_PAPER]]).papers).to.deep.equal([PAPER, OTHER_PAPER])
    expect(explain('charter', 'grantRole', [3, KEY, 0]).papers).to.deep.equal([])
  })

  it('does not take the paper of the voided inflow for that of the void', () => {
    expect(explain('ledger', 'voidInflow', [1, TARGET, 1n, 1, VOUCHER]).papers).to.deep.equal([PAPER])
  })

  it('shows every amount that fits its field to the fen', () => {
    fc.assert(fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (amount) => {
      const shown = explain('ledger', 'proposePayment', [1, amount, REF, PAPER]).rows.filter(({ kind }) => kind === 'amount')

      expect(shown.map(({ value }) => value.zh)).to.deep.equal([`¥${formatYuan(amount as Fen)}`])
      expect(shown.map(({ value }) => BigInt(value.en.replace(/[¥,.]/g, '')))).to.deep.equal([amount])
    }))
  })

  it('shows every total of a batch to the fen', () => {
    fc.assert(fc.property(fc.array(fc.bigInt(1n, 1_000_000_000_000n), { minLength: 1, maxLength: 20 }), (amounts) => {
      const { rows } = explain('ledger', 'recordInflows', [1, 0, 1, DAY, inflowsOf(amounts)])

      const shown = rows.filter(({ kind }) => kind === 'amount')

      const sorted = amounts.toSorted((a, b) => Number(a - b))
      const total = amounts.reduce((sum, amount) => sum + amount)
      expect(shown.map(({ value }) => parseYuan(value.zh.slice(1)))).to.deep.equal([total, sorted.at(-1), sorted[0], 0n])
    }))
  })
})

describe('A call that cannot be told', () => {
  const payment = encodeAct({ contract: 'ledger', name: 'proposePayment', args: [1, 100n, REF, PAPER] })
  const carrying = (data: string) => charterCall('execute', KEY, data)
  const appointment = (role: bigint) => charterCall('grantRole', role, KEY, 0)
  const refused: [what: string, contract: ContractName, data: string][] = [
    ['no bytes', 'ledger', '0x'],
    ['a selector that nothing has', 'ledger', `0xdeadbeef${payment.slice(10)}`],
    ['a function of another contract', 'bank', payment],
    ['one byte too many', 'ledger', `${payment}00`],
    ['one word too many', 'ledger', `${payment}${'00'.repeat(32)}`],
    ['one byte too few', 'ledger', payment.slice(0, -2)],
    ['half a byte', 'ledger', payment.slice(0, -1)],
    ['bits beyond a field of 32', 'ledger', payment.replace(payment.slice(10, 74), `01${payment.slice(12, 74)}`)],
    ['text that is no UTF-8', 'charter', charterCall('labelRole', 3, '会').replace('e4bc9a', 'ffffff')],
    ['a reason that there is not', 'ledger', encodeAct({ contract: 'ledger', name: 'rejectPayment', args: [1, 1, 10, PAPER] })],
    ['a day of no calendar', 'ledger', encodeAct({ contract: 'ledger', name: 'closePeriod', args: [1, 2 ** 32 - 1, PAPER] })],
    ['a role that the matrix does not have', 'charter', appointment(9n)],
    ['a moment of no calendar', 'charter', charterCall('schedule', KEY, DISMISSAL, 2 ** 48 - 1)],
    ['a power over a function that there is not', 'charter', charterCall('setTargetFunctionRole', KEY, ['0xdeadbeef'], 1)],
    ['something unknown, carried through the Charter', 'charter', carrying('0xdeadbeef')],
    ['an entry of money, carried through the Charter', 'charter', carrying(payment)],
    ['a list of calls, carried through the Charter', 'charter', carrying(charterCall('multicall', [DISMISSAL]))],
  ]
  for (const [what, contract, data] of refused)
    it(`is refused: ${what}`, () => {
      expect(() => explainCall(contract, data as Hex, NAMES)).to.throw(RangeError)
    })

  it('is not what stands in capitals', () => {
    expect(explainCall('ledger', `0x${payment.slice(2).toUpperCase()}`, NAMES).title.zh).to.equal('申请拨付')
  })

  it('is not an appointment of everybody', () => {
    const everybody = explainCall('charter', appointment(2n ** 64n - 1n), NAMES)

    expect(told(everybody, 'zh')).to.deep.equal(['任命', '岗位: 任何人', `密钥: ${SHOWN}`])
  })
})
