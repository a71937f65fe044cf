import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect } from 'chai'

/** DESIGN of the house: which room may lean on which. A type-only import is marked with `type:`. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  ledger: ['type:types'],
  'proof/check': ['ledger'],
  'proof/prove': ['ledger', 'type:proof/check', 'proof/check', 'type:chain'],
  chain: ['ledger'],
  intake: ['ledger'],
  vault: ['ledger'],
  indexer: ['ledger', 'type:chain'],
  'api/pages/browser': ['ledger', 'proof/check', 'intake'],
  api: ['ledger', 'proof/check', 'proof/prove', 'indexer', 'vault', 'intake', 'type:chain', 'api/pages/browser'],
}

/** The longest room that holds the file. */
function roomOf(file: string): string | undefined {
  const rooms = [...Object.keys(MAY_IMPORT), 'scripts', 'demo', 'bench', 'test', 'types', 'contracts', 'artifacts']
  return rooms.filter((room) => file.startsWith(`${room}/`)).sort((a, b) => b.length - a.length)[0]
}

/** Every import of our own files: from which file, to which path, and whether only types cross. */
function importsOf(file: string) {
  const text = readFileSync(file, 'utf8')
  const pattern = /^\s*(?:import|export)\s+(type\s+)?[^'";]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/gm
  return [...text.matchAll(pattern)].map(([, type, path, dynamic]) => ({
    onlyTypes: type !== undefined,
    target: normalize(join(dirname(file), path ?? dynamic ?? '')),
  }))
}

describe('The house', () => {
  for (const [room, allowed] of Object.entries(MAY_IMPORT))
    it(`lets ${room} lean only on ${allowed.join(', ') || 'nothing'}`, () => {
      const files = globSync(`${room}/**/*.{ts,tsx}`).filter((file) => roomOf(file) === room && !file.includes('/client/'))
      const breaches = files.flatMap((file) =>
        importsOf(file).flatMap(({ onlyTypes, target }) => {
          const to = roomOf(target)
          const fine = to === room || (to && allowed.includes(to)) || (to && onlyTypes && allowed.includes(`type:${to}`))
          return fine ? [] : [`${file} → ${target}`]
        }),
      )

      expect(files).not.to.be.empty
      expect(breaches).to.deep.equal([])
    })

  it('keeps ethers out of what the donor’s page and the checker load', () => {
    const seen = new Set<string>()
    const visit = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      expect(readFileSync(file, 'utf8'), file).not.to.match(/from 'ethers'/)
      for (const { onlyTypes, target } of importsOf(file)) if (!onlyTypes) visit(target)
    }

    for (const file of [...globSync('proof/check/*.ts'), ...globSync('api/pages/browser/*.ts')]) visit(file)

    expect(seen.size).to.be.greaterThan(10)
  })
})
