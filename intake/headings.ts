import type { Unit } from './cells.ts'

/** What a list of gifts can tell about each. */
export const FIELDS = ['date', 'donor', 'amount', 'remark', 'reference'] as const
export type Field = (typeof FIELDS)[number]

/** What people call giving. */
const GIVING = ['捐赠', '捐款', '捐助', '捐献', '捐资', '认捐', '赠与', '赞助', '资助', '善款'] as const

/** What follows the word for a person. */
const NAMED = ['', '姓名', '名称', '名字', '名', '昵称', '全称', '户名', '账户名', '账户名称'] as const

/**
 * What lists, banks, wallets and questionnaires call the columns, as `plain` writes it. The first group of which a heading row
 * has any decides; two columns of one group mean the same, and a person says which is meant.
 */
const HEADINGS: Readonly<Record<Field, readonly ReadonlySet<string>[]>> = {
  date: [
    groupOf(['日期', '年月日', 'date', 'day'], composed(GIVING, ['日期', '时间', '日']), ['到账日期', '收款日期', '交易日期']),
    groupOf(
      ['到账日', '收款日', '交易日', 'donationdate', 'transactiondate', 'paymentdate', 'giftdate'],
      composed(['到帐', '入账', '入帐', '记账', '付款', '支付', '转账', '汇款', '打款', '缴款'], ['日期', '日']),
    ),
    groupOf(
      ['时间', 'time', 'datetime', 'transactiontime', 'paymenttime', '提交时间', '创建时间', '订单时间', '下单时间', '完成时间'],
      composed(['到账', '到帐', '入账', '入帐', '收款', '交易', '付款', '支付', '转账', '汇款', '打款', '缴款'], ['时间']),
    ),
  ],
  donor: [
    groupOf(
      ['donor', 'donorname', 'nameofdonor', 'giver', '爱心人士', '爱心人', '爱心企业', '爱心单位', '善长', '功德主'],
      composed(GIVING, ['人', '者', '方', '单位', '企业', '公司', '机构', '组织', '个人', '户', '主体'], NAMED),
      composed(GIVING, ['姓名', '名称', '户名', '昵称']),
    ),
    groupOf(
      ['name', 'fullname', 'payer', 'payername', 'sender', 'from', 'counterparty', 'nickname', '名字', '姓名', '名称', '昵称', '户名', '全称', '网名', '对手信息', '对手方'],
      composed(['真实', '您的', '本人', '个人', '微信', '支付宝', '用户', '会员', '客户', '群', '业主', '居民', '住户', '村民', '家长', '员工'], ['姓名', '名称', '名字', '昵称', '名']),
      composed(['单位', '企业', '公司', '机构', '团体', '商户'], ['名称', '全称', '名']),
      composed(['付款', '支付', '汇款', '转账', '打款', '缴款', '交款', '缴费', '存款', '来款', '出资'], ['人', '方', '者', '单位', '账户', '帐户', '个人'], NAMED),
      composed(['付款', '汇款', '来款'], ['户名', '姓名', '名称']),
      composed(['对方', '交易对方', '交易对手', '对手', '对手方', '对方单位', '对方账户', '对方帐户'], ['户名', '名称', '姓名', '名', '昵称', '账户名', '账户名称', '单位名称']),
      ['交易对方', '交易对手', '对方单位'],
    ),
  ],
  amount: [
    groupOf(['金额', 'amount', '到账金额', '收款金额', '交易金额'], composed(GIVING, ['金额', '额', '数额', '款额'])),
    groupOf(
      ['数额', '款额', 'sum', 'donationamount', 'giftamount', 'paymentamount', '贷方发生额', '贷方金额', '贷方', '收入', '收入金额', '存入', '存入金额'],
      composed(['到帐', '入账', '入帐', '付款', '支付', '实付', '实收', '转账', '汇款', '打款', '缴款', '订单'], ['金额', '数额', '款额']),
    ),
  ],
  remark: [
    groupOf(['备注', '附言', '留言', '用途', '定向用途', 'remark', 'remarks'], composed(GIVING, ['意向', '用途', '留言', '备注', '附言'])),
    groupOf(
      ['备注信息', '备注说明', '说明', '寄语', '祝福', '祝福语', 'note', 'notes', 'message', 'memo', 'comment'],
      composed([...GIVING, '交易', '付款', '收款', '转账', '汇款', '客户', '对方', '买家', '用户', '个性化'], ['附言', '备注', '留言', '寄语', '说明']),
    ),
    groupOf(['摘要', '交易摘要', '商品', '商品名称', '商品说明', '事由', '款项用途', '资金用途', 'description'], composed(GIVING, ['项目'])),
  ],
  reference: [
    groupOf(['流水号', '交易流水号', '交易单号', 'reference']),
    groupOf(
      ['流水', '日志号', '交易号', '交易编号', '交易订单号', '订单号', '订单编号', '参考号', '检索号', 'referenceno', 'transactionid', 'transactionno', 'orderid', 'orderno'],
      composed(['交易', '银行', '业务', '核心', '记账', '入账', '支付', '转账', '微信', '支付宝'], ['流水号', '流水', '参考号', '订单号', '支付单号', '交易号', '单号', '交易单号']),
    ),
    groupOf(
      ['凭证号', '票据号', '收据号', '凭证编号', '凭证号码', '票据编号', '票据号码', '收据编号', '收据号码', '证书编号', '商户单号', '商户订单号', '商家订单号', 'receiptno'],
      composed(GIVING, ['编号', '票据号', '票据编号', '收据号', '收据编号', '证书编号', '证书号', '单号']),
    ),
  ],
}

/** What wallets and banks say of a row beside its amount: which way it went. */
const WAYS = groupOf(['收/支', '收支', '收支类型', '收支方向', '收/付', '收付', '借贷', '借/贷', '借贷标志', '借贷标识', '借贷方向', '资金流向', '资金方向'])
const NOT_IN = groupOf(['支出', '支', '支取', '付', '付款', '付出', '借', '借方', '转出', '出账', '中性交易', '不计收支', '/', 'd', 'dr', 'debit', 'out'])

/** What stands in brackets behind an amount's heading. */
export const UNITS: Readonly<Record<string, Unit>> = {
  元: 'yuan', 人民币: 'yuan', 人民币元: 'yuan', 人民币小写: 'yuan', 小写: 'yuan', 必填: 'yuan', 收入: 'yuan', rmb: 'yuan', cny: 'yuan', yuan: 'yuan', '¥': 'yuan',
  万元: 'wan', 万: 'wan', 人民币万元: 'wan', 分: 'fen', fen: 'fen',
}

/** A heading for comparing: narrow, without blanks, in lower case. */
export function plain(heading: string): string {
  return heading.normalize('NFKC').replace(/[\s\u200b\ufeff*]/g, '').toLowerCase()
}

/**
 * A heading's name, without the number that a questionnaire puts before it, and what follows the name in brackets or after a
 * stroke: a unit, or another word for the same.
 */
export function splitHeading(heading: string): { name: string; unit: string } {
  const asked = plain(heading).replace(/^(?:q?\d+[.、_:)]|\(\d+\))+/, '').replace(/^(?:请填写|请输入|请填|填写)/, '')
  const [, name = '', unit = ''] = /^([^([:/、或及]+)(?:[([:/、或及](.*?)[)\]]?)?$/.exec(asked) ?? []
  return { name, unit: unit.replace(/^单位:?/, '') }
}

/** The columns of a row that are headed as a field is: none, one, or several that mean the same. */
export function columnsOf(cells: readonly string[], field: Field): number[] {
  const names = cells.map((cell) => splitHeading(cell).name)
  for (const group of HEADINGS[field]) {
    const columns = names.flatMap((name, column) => (group.has(name) ? [column] : []))
    if (columns.length > 0) return columns
  }
  return []
}

/** The column that tells which way each row's money went, where there is one. */
export function wayColumnOf(cells: readonly string[]): number | undefined {
  const column = cells.findIndex((cell) => WAYS.has(plain(cell)))
  return column < 0 ? undefined : column
}

/** Whether such a cell says that nothing came in. */
export function isNotIn(cell: string): boolean {
  return NOT_IN.has(plain(cell))
}

/** Every word of the first list with every word of the next. */
function composed(first: readonly string[], ...more: readonly (readonly string[])[]): string[] {
  return more.reduce<readonly string[]>((words, endings) => words.flatMap((word) => endings.map((ending) => word + ending)), first).slice()
}

function groupOf(...words: readonly (readonly string[])[]): ReadonlySet<string> {
  return new Set(words.flat())
}
