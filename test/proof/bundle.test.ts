import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { build } from 'esbuild'

async function bundleOf(entry: string) {
  const entryPoints = [new URL(`../../${entry}`, import.meta.url).pathname]
  const { outputFiles, metafile } = await build({
    entryPoints,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
  })
  return { bytes: gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length, inputs: Object.keys(metafile.inputs) }
}

describe("The checker that a donor's phone loads", () => {
  it('has at most 20,000 bytes compressed, and nothing in it but ledger/, proof/check/ and noble', async () => {
    const { bytes, inputs } = await bundleOf('proof/check/trace.ts')

    expect(bytes).to.be.at.most(20_000)
    for (const input of inputs) expect(input).to.match(/^(ledger|proof\/check|node_modules\/@noble\/(curves|hashes))\//)
  })
})
