import type { Output } from './output.ts'
import { Interrupted } from './refused.ts'

/** Ctrl-C ends an import after its batch. It may come twice, since npm passes it on as well. */
export function stopOnCtrlC({ note }: Pick<Output, 'note'>) {
  const stop = new AbortController()
  const ask = () => {
    if (!stop.signal.aborted) note('正在停止：这一批登记完就停。 / Stopping after this batch.')
    stop.abort()
  }
  process.on('SIGINT', ask)
  return { signal: stop.signal, end: () => void process.off('SIGINT', ask) }
}

/** How far an import came that somebody stopped. */
export function interrupted(recorded: number, left: number): Interrupted {
  return new Interrupted({
    zh: `已中断：登记了 ${recorded} 笔，还有 ${left} 笔没有登记；再次运行同一命令即可接着登记，不会重复。`,
    en: `Stopped: ${recorded} recorded, ${left} left; run the same command again to go on, nothing is doubled.`,
  }, { recorded: String(recorded), left: String(left) })
}
