import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg, totalmem, type } from 'node:os'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'

/** The machine, how busy others kept it in the last minute, and the versions, in one line. */
export function machineOf(): string {
  const [cpu] = cpus()
  const database = new Database(':memory:')
  const sqlite = database.prepare<[], { version: string }>('SELECT sqlite_version() AS version').get()?.version
  database.close()
  const versions = ['hardhat', '@nomicfoundation/edr', 'prisma', 'better-sqlite3', 'fastify', 'ethers', '@noble/curves', 'tsx']
  return [
    `${type()}, ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `load ${loadavg()[0]?.toFixed(1)} before`,
    `node ${process.versions.node}`,
    ...versions.map((name) => `${name} ${versionOf(name)}`),
    `sqlite ${sqlite}`,
  ].join(' · ')
}

function versionOf(name: string): string {
  const paths = createRequire(import.meta.url).resolve.paths(name) ?? []
  for (const path of paths)
    try {
      return String(JSON.parse(readFileSync(join(path, name, 'package.json'), 'utf8')).version)
    } catch {
      continue
    }
  return `not found from ${dirname(import.meta.filename)}`
}
