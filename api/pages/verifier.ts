import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * The page `verify.html` as one file that needs nothing else: it opens from a USB stick, and its own policy keeps it from
 * reaching any network. Made once in a process. The same sources give the same bytes, so that two people can compare theirs.
 */
export function verifierPage(): Promise<string> {
  made ??= make()
  return made
}

let made: Promise<string> | undefined

async function make(): Promise<string> {
  const [script, style] = await Promise.all([bundled('browser/verifier.ts'), bundled('style.css')])
  const policy = `default-src 'none'; script-src ${sourceOf(script)}; style-src ${sourceOf(style)}; base-uri 'none'; form-action 'none'`
  const page = readFileSync(file('verifier.html'), 'utf8')
  // By functions: the script holds dollar signs, which a text to put in would make something of.
  return page.replace('{{policy}}', () => policy).replace('{{style}}', () => style).replace('{{script}}', () => script)
}

async function bundled(entry: string): Promise<string> {
  const { outputFiles: [output] } = await build({
    entryPoints: [file(entry)], bundle: true, minify: true, write: false, format: 'iife', target: ['es2022'], legalComments: 'none', charset: 'utf8',
  })
  if (!output) throw new RangeError(`nothing was bundled of ${entry}`)
  // What would end the element that it stands in.
  return output.text.trim().replaceAll('</', '<\\/')
}

function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

function file(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}
