import pino from 'pino'
import { buildApp } from '../../api/app.ts'
import type { Limits } from '../../api/security.ts'
import type { World } from './world.ts'
import { Address } from '../../ledger/hex.ts'

/** No test comes near these. */
export const GENEROUS: Limits = { reads: 100_000, proofs: 100_000, writes: 100_000, complaints: 100_000 }

/** A server of a world, and what it wrote into its log. */
export async function serveWorld(world: World, { limits = GENEROUS, publicUrl = 'http://localhost:18801', now = () => Date.now() / 1000, trustProxy = [] as readonly string[] } = {}) {
  const lines: string[] = []
  const { reader, vault, chain, anchor, seals, prover, witnesses } = world
  const app = await buildApp({
    reader, vault, client: chain.client, anchor, seals, prover, now,
    settings: {
      publicUrl, limits, trustProxy, demo: true,
      book: { zh: '示范慈善会', en: 'Demonstration Charity' }, community: { zh: '示范社区', en: 'Demonstration Community' },
      ownSealers: [Address(witnesses[2]?.address ?? '')],
    },
    log: pino({ level: 'trace', base: null }, { write: (line: string) => void lines.push(line) }),
  })
  return { app, log: () => lines.join('') }
}
