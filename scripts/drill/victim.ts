import { openEmbedded } from '../../chain/embedded.ts'
import { openRpcServer } from '../../chain/rpc.ts'

// The process that the drill kills: a chain and its RPC, and one line that says where.
const [file = ''] = process.argv.slice(2)
const chain = await openEmbedded({ file })
const { url } = await openRpcServer(chain.client, 0)
process.stdout.write(`${url}\n`)

// Nobody is left to kill it when the drill itself is stopped.
process.stdin.resume().on('end', () => process.exit(0))
