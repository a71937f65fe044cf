/** A stretch of a fund's line. Places in fen. */
export type Stretch = { readonly start: bigint; readonly end: bigint }

/** A fund's line as the rules of DESIGN have it: pieces tile it up to the cursor, above lie only cuts. */
export type Line = ReturnType<typeof openLine>

/** An empty line. What a method gives is wrong is told as a text: what the line would have had. */
export function openLine() {
  let received = 0n
  let cursor = 0n
  let uncrossed = 0n
  let cuts: Stretch[] = []

  return {
    standing: () => ({ received, cursor, uncrossed }),
    append(amount: bigint): void {
      received += amount
    },
    /** What the next piece of at most `left` fen must be. */
    take(left: bigint): Stretch {
      while (cuts[0]?.start === cursor) cross()
      const start = cursor
      const next = cuts[0]?.start
      cursor = next !== undefined && next < start + left ? next : start + left
      return { start, end: cursor }
    },
    /** Cuts the end of a live interval off. Gives whether all of it was unspent. */
    cut(gone: Stretch): boolean {
      const free = gone.start >= cursor && gone.end <= received && !cuts.some(({ start, end }) => start < gone.end && gone.start < end)
      uncrossed += gone.end - gone.start
      cuts = [...cuts, gone].toSorted((a, b) => (a.start < b.start ? -1 : 1))
      return free
    },
    /** Crosses `count` cuts at the cursor. Gives how many there were. */
    skip(count: number): number {
      let crossed = 0
      while (crossed < count && cuts[0]?.start === cursor) {
        cross()
        crossed++
      }
      return crossed
    },
  }

  function cross(): void {
    const [first, ...rest] = cuts
    if (!first) return
    cursor = first.end
    uncrossed -= first.end - first.start
    cuts = rest
  }
}
