const PIECE = 1 << 20
const PAUSE_MS = 100

/** A file, piece by piece; now and then the browser may paint how far it is. */
export async function* piecesOf(file: File): AsyncGenerator<Uint8Array> {
  let paused = performance.now()
  for (let at = 0; at < file.size; at += PIECE) {
    yield new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer())
    if (performance.now() - paused < PAUSE_MS) continue
    await new Promise((resolve) => setTimeout(resolve))
    paused = performance.now()
  }
}
