import { catchUp } from '../../indexer/follow.ts'
import { openMirror } from '../../indexer/mirror.ts'
import { openReader, type Reader } from '../../indexer/read.ts'
import { CONTRACTS, writeChain, type Said } from './chain.ts'
import { tempFolder } from './files.ts'

/** Reads the mirror of a chain on which all this was said; it is gone when it is closed. */
export async function readBook(...said: Said[]): Promise<Reader> {
  const { file, remove } = tempFolder()
  const { client, write } = writeChain()
  write(...said)
  const mirror = await openMirror(file)
  await catchUp({ client, contracts: CONTRACTS, mirror })
  await mirror.close()
  const reader = openReader(file)
  return { ...reader, close: () => { reader.close(); remove() } }
}
