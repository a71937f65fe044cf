import { create } from 'qrcode/lib/core/qrcode.js'

const SVG = 'http://www.w3.org/2000/svg'
const QUIET = 2

/** A QR of `text` as an SVG, made in the browser: the server never sees a link with its key. */
export function drawQr(text: string, label: string): SVGElement {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const width = modules.size + 2 * QUIET
  let path = ''
  for (let row = 0; row < modules.size; row++)
    for (let column = 0; column < modules.size; column++)
      if (modules.get(row, column)) path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`

  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', `0 0 ${width} ${width}`)
  svg.setAttribute('class', 'qr')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', label)
  svg.setAttribute('shape-rendering', 'crispEdges')
  const dark = document.createElementNS(SVG, 'path')
  dark.setAttribute('d', path)
  dark.setAttribute('fill', '#000')
  svg.append(dark)
  return svg
}
