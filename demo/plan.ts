import { parseDay, type Day } from '../ledger/day.ts'
import { parseYuan, type Fen } from '../ledger/fen.ts'
import type { Reason, Words } from '../ledger/words.ts'

/** What happens to an invented outflow. Amounts in fen; an execution without one pays all that is unpaid. */
export type Step =
  | { step: 'approve' | 'accept'; on: Day }
  | { step: 'execute'; on: Day; amount?: Fen; last?: boolean }
  | { step: 'reject' | 'cancel'; on: Day; reason: Reason }
  | { step: 'return'; on: Day; amount: Fen }

/** An invented outflow. Its place in its fund's list is its number. */
export type Planned = { on: Day; title: Words; category: Words; steps: readonly Step[] } & (
  | { kind: 'Payment'; amount: Fen; payee: string }
  | { kind: 'Transfer'; amount: Fen; to: number }
  /** All of an inflow. */
  | { kind: 'Refund' | 'Void'; inflow: number }
)

/** An invented fund for a real list in demo/data. */
export type PlannedFund = { title: Words; purpose: Words; list: string; outflows: readonly Planned[] }

const words = (zh: string, en: string): Words => ({ zh, en })
const MASKS = words('防护物资', 'protective supplies')
const MEDICINE = words('医疗设备', 'medical equipment')
const CLEANING = words('消毒用品', 'disinfection')
const STAFF = words('医护保障', 'support of medical staff')
const BUILDING = words('医院建设', 'hospital building')
const TRANSPORT = words('物流运输', 'transport')
const OFFICE = words('行政办公', 'administration')

const on = (day: number): Day => parseDay(`2020-02-${String(day).padStart(2, '0')}`)
const approve = (day: number): Step => ({ step: 'approve', on: on(day) })
const accept = (day: number): Step => ({ step: 'accept', on: on(day) })
const pay = (day: number): Step => ({ step: 'execute', on: on(day) })
const payPart = (day: number, yuan: string, last = false): Step =>
  ({ step: 'execute', on: on(day), amount: parseYuan(yuan), last })
const reject = (day: number, reason: Reason): Step => ({ step: 'reject', on: on(day), reason })
const cancel = (day: number, reason: Reason): Step => ({ step: 'cancel', on: on(day), reason })
const comesBack = (day: number, yuan: string): Step => ({ step: 'return', on: on(day), amount: parseYuan(yuan) })

type What = { title: Words; category: Words; day: number; steps: readonly Step[] }
const payment = (yuan: string, payee: string, { day, ...what }: What): Planned =>
  ({ kind: 'Payment', amount: parseYuan(yuan), payee, on: on(day), ...what })

/** The first fund's list is the larger one. Its first payment ends within the gift of ¥100.00 in row 58. */
const RELIEF: PlannedFund = {
  title: words('武汉疫情防控专项基金', 'Wuhan epidemic relief fund'),
  purpose: words(
    '用于武汉市新冠肺炎疫情防控所需的防护、消毒、医护保障、医院建设和物流',
    'for protection, disinfection, medical staff, hospital building and transport in Wuhan',
  ),
  list: 'donations-2020-01-29.csv',
  outflows: [
    payment('16320', '示范医疗器械有限公司', {
      title: words('医用外科口罩 8,160 只', '8,160 surgical masks'), category: MASKS,
      day: 1, steps: [approve(1), pay(2), accept(3)],
    }),
    payment('28600', '示范日化用品厂', {
      title: words('社区消毒用品（84 消毒液、酒精）', 'disinfectant and alcohol for communities'), category: CLEANING,
      day: 2, steps: [approve(2), payPart(3, '20000'), payPart(6, '8600'), accept(7)],
    }),
    payment('1400000', '示范餐饮管理有限公司', {
      title: words('一线医护人员餐食', 'meals for medical staff'), category: STAFF,
      day: 3, steps: [approve(3), payPart(8, '1364500', true), accept(9)],
    }),
    payment('21600000', '示范建材有限公司', {
      title: words('火神山医院建设物资（板房、管线）', 'building material for Huoshenshan hospital'), category: BUILDING,
      day: 3, steps: [approve(4), pay(4), accept(8), comesBack(12, '1600000')],
    }),
    payment('2300000', '示范物流有限公司', {
      title: words('救援物资物流运输', 'transport of relief goods'), category: TRANSPORT,
      day: 5, steps: [approve(5), payPart(9, '1150000')],
    }),
    payment('9350000', '示范防护用品有限公司', {
      title: words('护目镜与医用防护服', 'goggles and protective suits'), category: MASKS,
      day: 10, steps: [approve(11)],
    }),
    payment('48000', '示范办公设备商行', {
      title: words('办公设备采购', 'office equipment'), category: OFFICE,
      day: 10, steps: [reject(11, 'OutsidePurpose')],
    }),
    payment('19800', '示范劳保用品商店', {
      title: words('志愿者防护用品', 'protection for volunteers'), category: MASKS,
      day: 12, steps: [],
    }),
    payment('66000', '示范汽车租赁有限公司', {
      title: words('负压救护车租赁', 'hire of ambulances'), category: TRANSPORT,
      day: 6, steps: [approve(7), cancel(9, 'PayeeRequest')],
    }),
    {
      kind: 'Refund', inflow: 6000, title: words('应捐赠人要求退款', 'refund at the donor’s request'),
      category: words('退款', 'refund'), on: on(6), steps: [approve(7), pay(8), accept(9)],
    },
    {
      kind: 'Void', inflow: 6100, title: words('重复登记冲销', 'recorded twice, voided'),
      category: words('冲销', 'void'), on: on(10), steps: [],
    },
    {
      kind: 'Transfer', amount: parseYuan('500000'), to: 2, on: on(12), category: words('划转', 'transfer'),
      title: words('划转至医疗物资紧急采购专项', 'transfer to the medical supplies fund'),
      steps: [approve(12), pay(13), accept(13)],
    },
  ],
}

const SUPPLIES: PlannedFund = {
  title: words('医疗物资紧急采购专项基金', 'Urgent medical supplies fund'),
  purpose: words(
    '用于疫情初期一线医院急需的防护服、呼吸机配件、检测用品和医护人员保障',
    'for suits, ventilator parts, tests and support of staff in the first days',
  ),
  list: 'donations-to-2020-01-26.csv',
  outflows: [
    payment('4350000', '示范防护用品有限公司', {
      title: words('首批医用防护服 14,500 套', 'first 14,500 protective suits'), category: MASKS,
      day: 1, steps: [approve(1), pay(1), accept(2)],
    }),
    payment('12800000', '示范医疗器械有限公司', {
      title: words('呼吸机配件', 'ventilator parts'), category: MEDICINE,
      day: 2, steps: [approve(2), pay(4)],
    }),
    payment('964000', '示范酒店管理有限公司', {
      title: words('医护人员交通与住宿', 'transport and lodging of medical staff'), category: STAFF,
      day: 3, steps: [approve(3), payPart(7, '482000'), payPart(12, '482000'), accept(14)],
    }),
    payment('756000', '示范医疗器械有限公司', {
      title: words('指夹式血氧仪', 'pulse oximeters'), category: MEDICINE,
      day: 13, steps: [],
    }),
  ],
}

/** The demonstration's funds: the lists are real, every outflow is invented, and there is one of every kind and end. */
export const PLAN: readonly PlannedFund[] = [RELIEF, SUPPLIES]
