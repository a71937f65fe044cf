import { SankeyChart } from 'echarts/charts'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { Fen, sumFen } from '../../ledger/fen.ts'
import { SOURCE_WORDS, type Words } from '../../ledger/words.ts'
import type { FlowView, FundView } from '../views.ts'
import { yuan, type Visit } from './visit.ts'

use([SankeyChart, SVGRenderer])

/** How many purposes are drawn one by one; the rest is one stream, 其他. */
const MOST_PURPOSES = 8
const OTHER: Words = { zh: '其他用途', en: 'Other purposes' }
const LEFT: Words = { zh: '尚未使用', en: 'Not yet used' }

/** Money's way as a picture, sources → funds → what for, and the same as a table for whoever cannot see it. */
export function FlowPicture({ visit, flow, funds }: { visit: Visit; flow: FlowView; funds: readonly FundView[] }) {
  const { say } = visit
  const streams = streamsOf(visit, flow, funds)
  const total = yuan(sumFen(flow.into.map(({ amount }) => amount)))
  const label = say(`资金流向图，共收到 ${total}；下面有同样内容的表格`, `Picture of money's way, ${total} received; the table below says the same`)
  return (
    <section class="stack" aria-labelledby="flow">
      <h2 id="flow">{say('钱从哪里来，到哪里去', 'Where money came from, and where it went')}</h2>
      <figure class="sheet">
        <div class="flow-wide" dangerouslySetInnerHTML={{ __html: draw(streams, WIDE, label) }} />
        <div class="flow-narrow" dangerouslySetInnerHTML={{ __html: draw(streams, NARROW, label) }} />
        <figcaption>
          {say('左边是来源，中间是基金，右边是用途；带子越宽，金额越大。', 'Sources on the left, funds in the middle, purposes on the right. The wider a stream, the more money.')}
        </figcaption>
        <details>
          <summary>{say('以表格查看', 'Show as a table')}</summary>
          <FlowTable visit={visit} streams={streams} />
        </details>
      </figure>
    </section>
  )
}

function FlowTable({ visit: { say }, streams }: { visit: Visit; streams: readonly Stream[] }) {
  return (
    <div class="table-scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{say('从', 'From')}</th>
            <th scope="col">{say('到', 'To')}</th>
            <th scope="col" class="amount">{say('金额', 'Amount')}</th>
          </tr>
        </thead>
        <tbody>
          {streams.map(({ from, to, amount }) => (
            <tr>
              <td>{from.name}</td>
              <td>{to.name}</td>
              <td class="amount">{yuan(amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

type Place = { readonly id: string; readonly name: string; readonly depth: 0 | 1 | 2; readonly color: string }
type Stream = { readonly from: Place; readonly to: Place; readonly amount: Fen }

function streamsOf({ word }: Visit, { into, outOf }: FlowView, funds: readonly FundView[]): Stream[] {
  const fundOf = (number: number): Place => {
    const fund = funds.find((fund) => fund.number === number)
    return { id: `f${number}`, name: fund ? word(fund.title) : String(number), depth: 1, color: 'var(--flow-fund)' }
  }
  const purposeOf = (purpose: Words, rest = false): Place =>
    ({ id: `p${purpose.zh}`, name: word(purpose), depth: 2, color: rest ? 'var(--flow-rest)' : 'var(--flow-use)' })
  const sourceStreams = into.map(({ source, fund, amount }): Stream => ({
    from: { id: `s${source}`, name: word(SOURCE_WORDS[source]), depth: 0, color: 'var(--flow-source)' }, to: fundOf(fund), amount,
  }))
  const drawn = largestPurposes(outOf)
  const purposeStreams = new Map<string, Stream>()
  for (const { fund, purpose, amount } of outOf) {
    const to = drawn.has(purpose.zh) ? purposeOf(purpose) : purposeOf(OTHER, true)
    const key = `${fund} ${to.id}`
    purposeStreams.set(key, { from: fundOf(fund), to, amount: Fen((purposeStreams.get(key)?.amount ?? 0n) + amount) })
  }
  const left = funds.filter(({ unspent }) => unspent > 0n)
    .map(({ number, unspent }): Stream => ({ from: fundOf(number), to: purposeOf(LEFT, true), amount: unspent }))
  return [...sourceStreams, ...purposeStreams.values(), ...left].filter(({ amount }) => amount > 0n)
}

function largestPurposes(outOf: FlowView['outOf']): Set<string> {
  const sums = new Map<string, bigint>()
  for (const { purpose, amount } of outOf) sums.set(purpose.zh, (sums.get(purpose.zh) ?? 0n) + amount)
  const largest = [...sums].sort(([, a], [, b]) => (a < b ? 1 : -1))
  return new Set(largest.slice(0, MOST_PURPOSES).map(([name]) => name))
}

type Canvas = { readonly width: number; readonly height: number; readonly font: number; readonly gap: number; readonly most: number }

// The gap keeps the labels of two thin streams apart.
const WIDE: Canvas = { width: 960, height: 470, font: 14, gap: 22, most: 18 }
const NARROW: Canvas = { width: 340, height: 460, font: 12, gap: 22, most: 7 }

// A picture costs some ten milliseconds and changes only with its streams.
const drawings = new Map<string, string>()

function draw(streams: readonly Stream[], canvas: Canvas, label: string): string {
  const key = JSON.stringify([canvas.width, label, streams.map(({ from, to, amount }) => [from, to, String(amount)])])
  const known = drawings.get(key)
  if (known) return known
  const drawn = drawStreams(streams, canvas, label)
  if (drawings.size >= 16) drawings.clear()
  drawings.set(key, drawn)
  return drawn
}

function drawStreams(streams: readonly Stream[], { width, height, font, gap, most }: Canvas, label: string): string {
  const places = new Map(streams.flatMap(({ from, to }) => [[from.id, from] as const, [to.id, to] as const]))
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption({
    animation: false,
    series: [{
      type: 'sankey', left: 2, right: 2, top: 14, bottom: 14, nodeWidth: 10, nodeGap: gap, draggable: false, silent: true,
      layoutIterations: 32, nodeAlign: 'justify',
      data: [...places.values()].map(({ id, name, depth, color }) => ({
        name: id, depth, itemStyle: { color, borderWidth: 0 },
        label: {
          formatter: clip(name, most), position: depth === 2 ? 'left' : 'right', fontSize: font, fontFamily: 'inherit', color: 'INK',
        },
      })),
      // A JSON number would lose fen; a picture may: nobody reads an amount off a stream.
      links: streams.map(({ from, to, amount }) => ({
        source: from.id, target: to.id, value: Number(amount), lineStyle: { color: from.depth ? to.color : from.color, opacity: 0.28, curveness: 0.5 },
      })),
    }],
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return plain(svg, label)
}

/** Makes the picture fit for a page without inline styles: a style attribute becomes presentation attributes. */
function plain(svg: string, label: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ style="([^"]*)"/g, (_, style: string) => presentation(style))
    .replace(/ (?:ecmeta_\w+|class)="[^"]*"/g, '')
    .replaceAll(' fill="INK"', '')
    .replace(/^<svg [^>]*(viewBox="[^"]*")>/, `<svg class="flow" role="img" aria-label="${label}" $1>`)
}

function presentation(style: string): string {
  return style
    .split(';')
    .map((rule) => rule.split(':').map((part) => part.trim()))
    .filter(([name, value]) => name && value && /^(font-size|font-family|text-anchor|dominant-baseline|paint-order)$/.test(name))
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('')
}

function clip(text: string, most: number): string {
  const letters = [...text]
  const wide = /[\u2e80-\uffff]/.test(text) ? most : most * 2
  return letters.length <= wide ? text : `${letters.slice(0, wide - 1).join('')}…`
}
