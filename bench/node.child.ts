import { openEmbedded } from '../chain/embedded.ts'
import { openRpcServer } from '../chain/rpc.ts'
import type { Disk } from '../chain/disk.ts'
import { CHAIN_ID } from './book.ts'

// A chain and its RPC in a process of their own: node.child.ts <journal> <port> [nodisk].
const [file = '', port = '0', nodisk] = process.argv.slice(2)
const nowhere = async () => {}
const NO_DISK: Disk = { open: async () => ({ appendFile: nowhere, sync: nowhere, close: nowhere }) }

const chain = await openEmbedded({ file, chainId: CHAIN_ID })
await chain.close()
const reopened = await openEmbedded({ file, ...(nodisk && { disk: NO_DISK }) })
const { url } = await openRpcServer(reopened.client, Number(port))
process.send?.(url)
