import { createRequire } from 'node:module'
import toolbox from '@nomicfoundation/hardhat-toolbox-mocha-ethers'
import { defineConfig } from 'hardhat/config'

const require = createRequire(import.meta.url)

export default defineConfig({
  plugins: [toolbox],
  solidity: {
    version: '0.8.36',
    // The compiler comes from the package registry like everything else: nothing is downloaded while compiling.
    path: require.resolve('solc/soljson.js'),
    settings: {
      evmVersion: 'cancun',
      viaIR: true,
      optimizer: { enabled: true, runs: 10_000 },
      outputSelection: { '*': { '*': ['storageLayout'] } },
    },
  },
  paths: { tests: { mocha: 'test/contracts', solidity: 'test/solidity' } },
  typechain: { outDir: 'types/ethers-contracts' },
  networks: {
    default: {
      type: 'edr-simulated',
      chainType: 'l1',
      hardfork: 'cancun',
      initialBaseFeePerGas: 0,
      gasPrice: 0,
      allowBlocksWithSameTimestamp: true,
    },
  },
})
