import { expect } from 'chai'
import { effectOf } from '../../../intake/statements/wallets.ts'

const move = (way: string, kind: string, funding: string, status = '交易成功', remark = '') => {
  const effect = effectOf({ way, kind, remark, funding, status })
  return effect === undefined ? 'unknown' : 'why' in effect ? effect.why.zh : effect.sign
}
const AT_BANK = '经工商银行(9876)收付，不动钱包里的钱，见那个账户的流水'
const WITHIN = '钱包内部互转，总额不变'

describe('what a row of a wallet does to the wallet', () => {
  for (const [way, kind, funding, remark, effect] of [
    ['收入', '二维码收款', '/', '', 1n], ['支出', '转账', '零钱', '', -1n], ['支出', '转账', '工商银行(9876)', '', AT_BANK],
    ['收入', '美团-退款', '工商银行(9876)', '', AT_BANK], ['支出', '日用百货', '余额宝', '', -1n], ['支出', '日用百货', '花呗&红包', '', '经花呗&红包收付，不动钱包里的钱，见那个账户的流水'],
    ['支出', '日用百货', '余额宝&红包', '', 'unknown'], ['往来', '转账', '零钱', '', 'unknown'],
    ['/', '零钱充值', '工商银行(9876)', '', 1n], ['/', '零钱提现', '工商银行(9876)', '', -1n],
    ['/', '转入零钱通-来自工商银行(9876)', '工商银行(9876)', '', 1n], ['/', '转入零钱通-来自零钱', '零钱', '', WITHIN],
    ['/', '零钱通转出-到零钱', '零钱通', '', WITHIN], ['/', '零钱通转出-到工商银行(9876)', '零钱通', '', -1n],
    ['/', '信用卡还款', '零钱', '', -1n], ['/', '信用卡还款', '工商银行(9876)', '', AT_BANK], ['中性交易', '购买理财通', '零钱', '', -1n],
    ['不计收支', '账户存取', '余额', '余额宝-单次转入', WITHIN], ['不计收支', '账户存取', '工商银行(9876)', '余额宝-单次转入', 1n],
    ['不计收支', '账户存取', '余额宝', '余额宝-转出到余额', WITHIN], ['不计收支', '账户存取', '工商银行(9876)', '提现-实时提现', -1n],
    ['不计收支', '投资理财', '余额宝', '余额宝-2023.02.01-收益发放', 1n], ['不计收支', '信用借还', '余额', '花呗主动还款', -1n],
    ['不计收支', '退款', '余额宝', '退款-书', 1n], ['不计收支', '退款', '工商银行(9876)', '退款-书', AT_BANK],
    ['不计收支', '充值缴费', '余额', '话费', 'unknown'], ['不计收支', '其他', '余额', '', 'unknown'],
  ] as const)
    it(`${way} ${kind} ${remark} ${funding} → ${effect}`, () => {
      expect(move(way, kind, funding, '交易成功', remark)).to.equal(effect)
    })

  for (const [way, funding, status, effect] of [
    ['不计收支', '', '交易关闭', '交易关闭，没有动钱'], ['支出', '', '交易关闭', '交易关闭，没有动钱'], ['支出', '余额宝', '交易关闭', -1n],
    ['支出', '余额', '等待付款', '等待付款，没有动钱'], ['支出', '余额', '等待确认收货', -1n], ['支出', '零钱', '支付失败', '支付失败，没有动钱'],
    ['支出', '零钱', '已全额退款', -1n],
  ] as const)
    it(`${way}, paid from “${funding}”, ${status} → ${effect}`, () => {
      expect(move(way, '商户消费', funding, status)).to.equal(effect)
    })
})
