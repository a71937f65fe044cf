import type { VNode } from 'preact'
import { render } from 'preact-render-to-string'

/** Texts that a stencil leaves open, and pieces of finished HTML. */
type Fillings = { readonly texts: Readonly<Record<string, string>>; readonly html?: Readonly<Record<string, string>> }

const stencils = new Map<string, string[]>()
const MOST_STENCILS = 100

/**
 * Renders what is the same for thousands of visits but for a few texts, once, and from then on only fills those in: a third of
 * a donor's page is its frame. `draw` gets a mark for each name and puts it where the text shall stand.
 */
export function fillStencil(key: string, draw: (marks: Record<string, string>) => VNode, { texts, html = {} }: Fillings): string {
  let pieces = stencils.get(key)
  if (!pieces) {
    if (stencils.size >= MOST_STENCILS) stencils.clear()
    const marks = Object.fromEntries([...Object.keys(texts), ...Object.keys(html)].map((name) => [name, `${OPEN}${name}${CLOSE}`]))
    pieces = render(draw(marks)).split(/\ue000(\w+)\ue001/)
    stencils.set(key, pieces)
  }
  // Every second piece is the name of a mark.
  return pieces.map((piece, at) => (at % 2 ? (html[piece] ?? escapeHtml(texts[piece] ?? '')) : piece)).join('')
}

// Of Unicode's private use: no text of ours has them, and no renderer touches them.
const OPEN = '\ue000'
const CLOSE = '\ue001'

/** A text as it may stand in HTML, between tags and in attributes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}
