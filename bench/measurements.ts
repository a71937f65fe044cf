import type { Figure } from './figures.ts'
import { measureBundle } from './measure/bundle.ts'
import { measureHttp } from './measure/http.ts'
import { mirrorMeasurement } from './measure/mirror.ts'
import { measureProof } from './measure/proof.ts'
import { measureRecord, measureRecordHttp } from './measure/record.ts'
import { measureStart } from './measure/start.ts'

type Measurement = {
  readonly title: string
  /** What its memory is made of. */
  readonly limit: string
  /** `folder` is shared by the measurements of one run: who comes later finds the books of those before. */
  readonly measure: (folder: string) => Promise<Figure[]>
}

const CHAIN_AND_MIRROR = 'the embedded chain; the mirror adds ranges of 5,000 logs and 64 MB of cache'

/** Everything that `npm run bench` can measure, in its order. */
export const MEASUREMENTS = {
  record: { title: 'record 200,360 credits', limit: 'two chains, the list of credits, and what signing leaves to be collected; the chain alone: see start-up', measure: measureRecord },
  recordHttp: { title: 'record over HTTP: the client', limit: 'the list of credits', measure: measureRecordHttp },
  start: { title: 'start-up: the measuring process', limit: 'the list of credits, where it writes the journal first', measure: measureStart },
  mirrorCredits: {
    title: 'mirror of the credits', limit: CHAIN_AND_MIRROR,
    measure: mirrorMeasurement({ book: 'credits', count: 'rows', leastRatio: 0.8 }),
  },
  mirrorDense: {
    title: 'mirror of the dense book', limit: CHAIN_AND_MIRROR,
    measure: mirrorMeasurement({ book: 'dense', count: 'events', least: 40_000, leastRatio: 0.8 }),
  },
  mirrorSparse: {
    title: 'mirror of the sparse book', limit: CHAIN_AND_MIRROR,
    measure: mirrorMeasurement({ book: 'sparse', count: 'events', least: 20_000, leastRatio: 0.8 }),
  },
  proof: { title: 'proofs of the credits', limit: 'the embedded chain and the mirror of 200,360 inflows', measure: measureProof },
  bundle: { title: 'the audit bundle', limit: 'the embedded chain and the mirror of 200,360 inflows', measure: measureBundle },
  http: { title: 'the API', limit: 'the embedded chain, the mirror, 20,000 gifts and 4,000 kept answers', measure: measureHttp },
} as const satisfies Record<string, Measurement>

/** The name of a measurement. */
export type MeasurementName = keyof typeof MEASUREMENTS
