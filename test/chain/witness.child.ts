import { openRpcClient } from '../../chain/client.ts'
import { runWitness } from '../../chain/witness.ts'
import { Wallet } from 'ethers'
import { Address, Hash } from '../../ledger/hex.ts'

// A witness in a process of its own, for the test to kill.
const [url = '', folder = '', privateKey = ''] = process.argv.slice(2)
const wallet = { address: Address(new Wallet(privateKey).address), privateKey: Hash(privateKey) }
const servers = [{ name: url, chain: openRpcClient(url), post: async () => {} }]
await runWitness({ servers, folder, wallet, pauseMs: 20 })
