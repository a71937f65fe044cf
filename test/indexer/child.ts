import { openRpcClient } from '../../chain/client.ts'
import { follow } from '../../indexer/follow.ts'
import { openMirror } from '../../indexer/mirror.ts'
import { CONTRACTS } from './chain.ts'

// Follows the chain at the given URL until it is killed.
const [, , url = '', file = ''] = process.argv
// The first blocks are there: now it may be killed.
const onProgress = () => void process.send?.('begun')
const mirror = await openMirror(file)
await follow({ client: openRpcClient(url), contracts: CONTRACTS, mirror, signal: new AbortController().signal, pauseMs: 1, onProgress })
