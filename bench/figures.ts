/** One measured figure of the table, and the promise that it is held to. */
export type Figure = {
  readonly what: string
  readonly figure: number
  readonly unit: Unit
  /** The same work with less in it, measured in the same run: what the machine could do at best. */
  readonly floor?: number
  /** What DESIGN and issue promise. A ratio is figure ÷ floor. */
  readonly target?: { readonly least?: number; readonly most?: number; readonly leastRatio?: number }
  /** What keeps the figure from being better. */
  readonly limit: string
}

/** Inflows, events and rows are counted per second, memory is the peak of the measuring process. */
export type Unit = '/s' | 'ms' | 's' | 'MB' | 'gas' | 'bytes' | ''

/** The middle one, or the mean of the two in the middle. @throws {RangeError} of nothing. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  if (low === undefined || high === undefined) throw new RangeError('the median of nothing')
  return (low + high) / 2
}

/** Runs `work` and says how many seconds it took. */
export async function timed<Result>(work: () => Promise<Result> | Result): Promise<{ seconds: number; result: Result }> {
  const began = performance.now()
  const result = await work()
  return { seconds: (performance.now() - began) / 1000, result }
}

/** Whether the promise was kept; undefined where nothing was promised. */
export function isMet({ figure, floor, target }: Figure): boolean | undefined {
  if (!target) return undefined
  const { least = -Infinity, most = Infinity, leastRatio } = target
  const ratio = floor === undefined ? NaN : figure / floor
  return figure >= least && figure <= most && (leastRatio === undefined || ratio >= leastRatio)
}

/** The figures as a Markdown table. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, unit, floor, limit } = figure
    const met = isMet(figure)
    return [
      what, withUnit(figure.figure, unit), floor === undefined ? '' : withUnit(floor, unit),
      floor === undefined ? '' : (figure.figure / floor).toFixed(2), targetOf(figure),
      met === undefined ? '' : met ? 'yes' : '**no**', limit,
    ]
  })
  const header = ['what', 'figure', 'floor', 'ratio', 'target', 'met', 'what limits it']
  const lines = [header, header.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function targetOf({ target, unit }: Figure): string {
  const { least, most, leastRatio } = target ?? {}
  return [
    least === undefined ? [] : [`≥ ${withUnit(least, unit)}`],
    most === undefined ? [] : [`≤ ${withUnit(most, unit)}`],
    leastRatio === undefined ? [] : [`ratio ≥ ${leastRatio}`],
  ].flat().join(', ')
}

function withUnit(value: number, unit: Unit): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  const text = value.toLocaleString('en-US', { maximumFractionDigits: digits })
  return unit === '/s' || unit === '' ? `${text}${unit}` : `${text} ${unit}`
}
