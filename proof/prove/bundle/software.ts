import { readFileSync } from 'node:fs'

const { name, version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { name: string; version: string }

/** What made a bundle, as the bundle names it. */
export const SOFTWARE = `${name} ${version}`
