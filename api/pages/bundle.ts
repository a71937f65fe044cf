import { createHash } from 'node:crypto'
import { basename, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build, type BuildOptions } from 'esbuild'

/** A file that pages load: named after its hash, so that browsers may keep it for ever. */
export type Asset = {
  readonly path: string
  readonly type: string
  readonly integrity: string
  readonly body: Buffer
  readonly brotli: Buffer
  readonly gzip: Buffer
}

/** What the pages load. `preloads` are the scripts that the donor's script will ask for in any case. */
export type Assets = {
  readonly style: Asset
  readonly code: Asset
  readonly donor: Asset
  readonly complain: Asset
  readonly desk: Asset
  readonly deskStyle: Asset
  readonly deskWorker: Asset
  readonly noticeStyle: Asset
  readonly preloads: readonly Asset[]
  readonly all: readonly Asset[]
}

/** Bundles what runs in the browser: half a second, once in a process, so that no built file can be stale. */
export function bundleAssets(): Promise<Assets> {
  bundled ??= bundleAll()
  return bundled
}

let bundled: Promise<Assets> | undefined

async function bundleAll(): Promise<Assets> {
  const [styles, notices, forms, complaints, desks, deskStyles, deskWorkers, scripts] = await Promise.all([
    bundle({ entryPoints: [file('style.css')] }),
    bundle({ entryPoints: [file('notice.css')] }),
    bundle({ entryPoints: [file('browser/code.ts')], format: 'esm' }),
    bundle({ entryPoints: [file('browser/complain.ts')], format: 'esm' }),
    bundle({ entryPoints: { desk: file('browser/desk/main.tsx') }, splitting: true, format: 'esm', jsx: 'automatic', jsxImportSource: 'preact' }),
    bundle({ entryPoints: [file('desk.css')] }),
    bundle({ entryPoints: { deskWorker: file('browser/desk/worker.ts') }, format: 'iife' }),
    bundle({ entryPoints: [file('browser/donor.ts')], splitting: true, format: 'esm' }),
  ])
  const named = (assets: readonly Asset[], name: string) => {
    const found = assets.find(({ path }) => basename(path).startsWith(`${name}-`))
    if (!found) throw new RangeError(`nothing was bundled for ${name}`)
    return found
  }
  const donor = named(scripts, 'donor')
  return {
    style: named(styles, 'style'),
    code: named(forms, 'code'),
    donor,
    complain: named(complaints, 'complain'),
    desk: named(desks, 'desk'),
    deskStyle: named(deskStyles, 'desk'),
    deskWorker: named(deskWorkers, 'deskWorker'),
    noticeStyle: named(notices, 'notice'),
    preloads: [named(scripts, 'checker'), ...scripts.filter(({ path }) => path.includes('/chunk-'))],
    all: [...styles, ...notices, ...forms, ...complaints, ...desks, ...deskStyles, ...deskWorkers, ...scripts],
  }
}

// What phones of the last five years run; bigint is the newest thing that the checker needs.
const TARGET = ['es2020', 'chrome90', 'safari14.1']

async function bundle(options: BuildOptions): Promise<Asset[]> {
  const { outputFiles = [] } = await build({
    ...options, bundle: true, minify: true, write: false, outdir: '/assets', target: TARGET, legalComments: 'none',
    entryNames: '[name]-[hash]', chunkNames: '[name]-[hash]',
    // What it is in Node takes Node's Buffer, which no browser has.
    alias: { 'csv-parse/sync': 'csv-parse/browser/esm/sync' },
  })
  return outputFiles.map(({ path, contents }) => assetOf(basename(path), Buffer.from(contents)))
}

function file(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}

function assetOf(name: string, body: Buffer): Asset {
  return {
    path: `/assets/${name}`,
    type: extname(name) === '.css' ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
    integrity: `sha384-${createHash('sha384').update(body).digest('base64')}`,
    body,
    brotli: brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    gzip: gzipSync(body, { level: 9 }),
  }
}
