import { parseDay, type Day } from '../ledger/day.ts'
import { parseYuan, type Fen } from '../ledger/fen.ts'
import type { Reason } from '../ledger/words.ts'

/** What happens to an invented outflow, one entry each. Amounts in fen; left out when executing: all that is unpaid. */
export type Step =
  | { step: 'approve' | 'accept'; on: Day }
  | { step: 'execute'; on: Day; amount?: Fen; last?: boolean }
  | { step: 'reject' | 'cancel'; on: Day; reason: Reason }
  | { step: 'return'; on: Day; amount: Fen }

/** An invented outflow of a fund: `inflow` of a refund or void, `to` of a transfer. Its place in the list is its number. */
export type Planned = {
  kind: 'Payment' | 'Refund' | 'Transfer' | 'Void'
  title: string
  titleEn: string
  category: string
  categoryEn: string
  /** Left out: all of the inflow. */
  amount?: Fen
  on: Day
  payee?: string
  inflow?: number
  to?: number
  steps: readonly Step[]
}

/** An invented fund for a real list. */
export type PlannedFund = {
  title: string
  titleEn: string
  purpose: string
  purposeEn: string
  list: string
  outflows: readonly Planned[]
}

const on = (day: number): Day => parseDay(`2020-02-${String(day).padStart(2, '0')}`)
const approve = (day: number): Step => ({ step: 'approve', on: on(day) })
const accept = (day: number): Step => ({ step: 'accept', on: on(day) })
const execute = (day: number, yuan: string, last = false): Step => ({ step: 'execute', on: on(day), amount: parseYuan(yuan), last })
const executeAll = (day: number): Step => ({ step: 'execute', on: on(day) })

const MASKS = { category: '防护物资', categoryEn: 'protective supplies' }
const MEDICINE = { category: '医疗设备', categoryEn: 'medical equipment' }
const CLEAN = { category: '消毒用品', categoryEn: 'disinfection' }
const PEOPLE = { category: '医护保障', categoryEn: 'support of medical staff' }
const BUILDING = { category: '医院建设', categoryEn: 'hospital building' }
const WAYS = { category: '物流运输', categoryEn: 'transport' }

/**
 * The demonstration's funds and outflows: every kind and every end that an outflow can have. The lists are real, all of
 * this is invented, and each paper says so. The first payment of fund 1 ends within the gift of row 58, so that its donor's
 * ¥100.00 goes into two payments.
 */
export const PLAN: readonly PlannedFund[] = [
  {
    title: '武汉疫情防控专项基金', titleEn: 'Wuhan epidemic relief fund',
    purpose: '用于武汉市新冠肺炎疫情防控所需的防护、消毒、医护保障、医院建设和物流', purposeEn: 'protection, disinfection, medical staff, hospital building and transport in Wuhan',
    list: 'donations-2020-01-29.csv',
    outflows: [
      { kind: 'Payment', title: '医用外科口罩 8,160 只', titleEn: '8,160 surgical masks', ...MASKS, amount: parseYuan('16320'), on: on(1),
        payee: '示范医疗器械有限公司', steps: [approve(1), executeAll(2), accept(3)] },
      { kind: 'Payment', title: '社区消毒用品(84 消毒液、酒精)', titleEn: 'disinfectant and alcohol for communities', ...CLEAN, amount: parseYuan('28600'), on: on(2),
        payee: '示范日化用品厂', steps: [approve(2), execute(3, '20000'), execute(6, '8600'), accept(7)] },
      { kind: 'Payment', title: '一线医护人员餐食', titleEn: 'meals for medical staff', ...PEOPLE, amount: parseYuan('40000'), on: on(3),
        payee: '示范餐饮管理有限公司', steps: [approve(3), execute(8, '36450', true), accept(9)] },
      { kind: 'Payment', title: '火神山医院建设物资(板房、管线)', titleEn: 'building material for Huoshenshan hospital', ...BUILDING, amount: parseYuan('860000'), on: on(3),
        payee: '示范建材有限公司', steps: [approve(4), executeAll(4), accept(8), { step: 'return', on: on(12), amount: parseYuan('60000') }] },
      { kind: 'Payment', title: '救援物资物流运输', titleEn: 'transport of relief goods', ...WAYS, amount: parseYuan('52300'), on: on(5),
        payee: '示范物流有限公司', steps: [approve(5), execute(9, '26150')] },
      { kind: 'Payment', title: '护目镜与医用防护服', titleEn: 'goggles and protective suits', ...MASKS, amount: parseYuan('735000'), on: on(10),
        payee: '示范防护用品有限公司', steps: [approve(11)] },
      { kind: 'Payment', title: '办公设备采购', titleEn: 'office equipment', category: '行政办公', categoryEn: 'administration', amount: parseYuan('48000'), on: on(10),
        payee: '示范办公设备商行', steps: [{ step: 'reject', on: on(11), reason: 'OutsidePurpose' }] },
      { kind: 'Payment', title: '志愿者防护用品', titleEn: 'protection for volunteers', ...MASKS, amount: parseYuan('19800'), on: on(12),
        payee: '示范劳保用品商店', steps: [] },
      { kind: 'Payment', title: '负压救护车租赁', titleEn: 'hire of ambulances', ...WAYS, amount: parseYuan('66000'), on: on(6),
        payee: '示范汽车租赁有限公司', steps: [approve(7), { step: 'cancel', on: on(9), reason: 'PayeeRequest' }] },
      { kind: 'Refund', title: '应捐赠人要求退款', titleEn: 'refund at the donor\'s request', category: '退款', categoryEn: 'refund', inflow: 6000, on: on(6),
        steps: [approve(7), executeAll(8), accept(9)] },
      { kind: 'Void', title: '重复登记冲销', titleEn: 'recorded twice, voided', category: '冲销', categoryEn: 'void', inflow: 6100, on: on(10), steps: [] },
      { kind: 'Transfer', title: '划转至医疗物资紧急采购专项', titleEn: 'transfer to the medical supplies fund', category: '划转', categoryEn: 'transfer', amount: parseYuan('500000'), to: 2, on: on(12),
        steps: [approve(12), executeAll(13), accept(13)] },
    ],
  },
  {
    title: '医疗物资紧急采购专项基金', titleEn: 'Urgent medical supplies fund',
    purpose: '用于疫情初期一线医院急需的防护服、呼吸机配件、检测用品和医护人员保障', purposeEn: 'suits, ventilator parts, tests and support of staff for hospitals in the first days',
    list: 'donations-to-2020-01-26.csv',
    outflows: [
      { kind: 'Payment', title: '首批医用防护服 290 套', titleEn: 'first 290 protective suits', ...MASKS, amount: parseYuan('58000'), on: on(1),
        payee: '示范防护用品有限公司', steps: [approve(1), executeAll(1), accept(2)] },
      { kind: 'Payment', title: '呼吸机配件', titleEn: 'ventilator parts', ...MEDICINE, amount: parseYuan('320000'), on: on(2),
        payee: '示范医疗器械有限公司', steps: [approve(2), executeAll(4)] },
      { kind: 'Payment', title: '医护人员交通与住宿', titleEn: 'transport and lodging of medical staff', ...PEOPLE, amount: parseYuan('96400'), on: on(3),
        payee: '示范酒店管理有限公司', steps: [approve(3), execute(7, '48200'), execute(12, '48200'), accept(14)] },
      { kind: 'Payment', title: '指夹式血氧仪', titleEn: 'pulse oximeters', ...MEDICINE, amount: parseYuan('75600'), on: on(13),
        payee: '示范医疗器械有限公司', steps: [] },
    ],
  },
]
