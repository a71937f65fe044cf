// Written by `npm run generate` from the compiler's storage layout of FundLedger. Do not edit.

/** Where a field lies: slots after the structure's first, bytes from the slot's low end, bytes long. */
export type Field = readonly [slot: number, offset: number, size: number]

/** The slots of the mappings. */
export const MAPPINGS = {
  funds: 1,
  batches: 2,
  outflows: 3,
  pieces: 4,
  cuts: 5,
  origins: 6,
  subjects: 7,
  cashiers: 8,
  uses: 9,
} as const

/** How many funds there are. */
export const FUND_COUNT: Field = [0, 21, 4]

export const FUND = {
  received: [0, 0, 8],
  cursor: [0, 8, 8],
  uncrossed: [0, 16, 8],
  held: [0, 24, 8],
  batches: [2, 0, 4],
  inflows: [2, 4, 4],
  outflows: [2, 8, 4],
  pieces: [2, 12, 4],
  community: [2, 16, 4],
  restricted: [2, 20, 1],
  open: [2, 21, 1],
  periods: [2, 22, 4],
  closedThrough: [2, 26, 4],
  reserve: [3, 0, 8],
  threshold: [3, 8, 8],
  purpose: [4, 0, 32],
} as const satisfies Record<string, Field>

export const BATCH = {
  start: [0, 0, 8],
  end: [0, 8, 8],
  firstNumber: [0, 16, 4],
  count: [0, 20, 2],
  effectiveOn: [0, 22, 4],
  source: [0, 26, 1],
  recorder: [0, 27, 4],
  root: [1, 0, 32],
} as const satisfies Record<string, Field>

export const OUTFLOW = {
  kind: [0, 0, 1],
  state: [0, 1, 1],
  amount: [0, 2, 5],
  paid: [0, 7, 5],
  returned: [0, 12, 5],
  proposer: [0, 17, 4],
  approver: [0, 21, 4],
  cashier: [0, 25, 4],
  paper: [1, 0, 32],
} as const satisfies Record<string, Field>

export const PIECE = {
  start: [0, 0, 8],
  end: [0, 8, 8],
  offset: [0, 16, 8],
  outflow: [0, 24, 4],
} as const satisfies Record<string, Field>

export const ORIGIN = {
  fund: [0, 0, 4],
  outflow: [0, 4, 4],
  offset: [0, 8, 8],
} as const satisfies Record<string, Field>
