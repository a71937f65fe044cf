import { Command } from 'commander'
import { contextOf, type Context } from './context.ts'
import { complain } from './output.ts'

/** Makes an action of a command: gives it its context, and ends with 0, 1 (refused) or 2 (could not run). */
export type Run = <Args extends unknown[]>(
  action: (context: Context, ...args: Args) => Promise<void>,
) => (...args: [...Args, Command]) => Promise<void>

/** Runs actions in this process. */
export const run: Run = (action) => async (...given) => {
  const command = given.pop()
  if (!(command instanceof Command)) throw new RangeError('commander hands the command in last')
  let context: Context | undefined
  try {
    context = contextOf(command)
    await action(context, ...(given as never))
  } catch (error) {
    process.exitCode = complain(error, Boolean(command.optsWithGlobals().json))
  } finally {
    context?.close()
  }
}
