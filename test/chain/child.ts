import { DISK, type Disk } from '../../chain/disk.ts'
import { openEmbedded } from '../../chain/embedded.ts'
import { send, signed } from './book.ts'

// A process that holds a journal, or one (`fail`) whose disk fails when it writes. It says what it has come to.
const [file = '', how = 'hold'] = process.argv.slice(2)
const failing: Disk = {
  async open(name) {
    const { close } = await DISK.open(name)
    return { close, appendFile: async () => {}, sync: () => Promise.reject(new Error('EIO')) }
  },
}
const chain = await openEmbedded({ file, ...(how === 'fail' && { disk: failing }) })
process.stdout.write('open\n')
if (how === 'fail') process.stdout.write(`answered ${await send(chain, await signed(0))}\n`)
process.stdin.resume().on('end', () => process.exit(0))
