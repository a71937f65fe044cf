import type { BrowserContext, Request } from 'playwright-core'

/**
 * A request as it left the browser: `text` has its address, every header and its body, a letter for each byte. It is whole when the
 * body that was read is as long as the browser told the server.
 */
export type Sent = { readonly what: string; readonly text: string; readonly isWhole: boolean }

/** Listens to everything that a browser profile sends from now on, whoever in it sends: pages, their workers, service workers. */
export function listen(context: BrowserContext): { sent: () => Promise<Sent[]> } {
  const heard: Promise<Sent>[] = []
  context.on('request', (request) => void heard.push(readRequest(request)))
  return { sent: async () => await Promise.all(heard) }
}

async function readRequest(request: Request): Promise<Sent> {
  const headers = await request.allHeaders()
  const body = request.postDataBuffer() ?? Buffer.alloc(0)
  const head = `${request.url()}\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`).join('')}`
  return {
    what: `${request.method()} ${new URL(request.url()).pathname}`,
    text: Buffer.concat([Buffer.from(head), body]).toString('latin1'),
    isWhole: body.length === Number(headers['content-length'] ?? (request.method() === 'POST' ? Number.NaN : 0)),
  }
}

/** The ways in which bytes are written where only letters may stand. */
export function writingsOf(secret: Buffer): Record<string, string> {
  const hex = secret.toString('hex')
  return {
    'as they are': secret.toString('latin1'),
    hex, '0x hex': `0x${hex}`, HEX: hex.toUpperCase(), '0x HEX': `0x${hex.toUpperCase()}`,
    base64: secret.toString('base64'), 'base64 behind a byte': behind(secret, 1), 'base64 behind two': behind(secret, 2), base64url: secret.toString('base64url'),
    'URL-encoded': hex.replace(/../g, (byte) => `%${byte.toUpperCase()}`), 'url-encoded': hex.replace(/../g, '%$&'),
    'URL-encoded base64': encodeURIComponent(secret.toString('base64')),
  }
}

/** Whether a secret stands in what was sent, in any of its writings and amid whatever else. */
export function has({ text }: Pick<Sent, 'text'>, secret: Buffer): boolean {
  const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)))
  return [text, decoded].some((letters) => {
    const base64 = letters.replaceAll('-', '+').replaceAll('_', '/')
    return letters.includes(secret.toString('latin1')) || letters.toLowerCase().includes(secret.toString('hex')) || [0, 1, 2].some((before) => base64.includes(coreOf(secret, before)))
  })
}

function behind(secret: Buffer, count: number): string {
  return Buffer.concat([Buffer.alloc(count, 1), secret]).toString('base64')
}

/** The letters of base64 that a secret alone decides, when so many bytes stand before it. */
function coreOf(secret: Buffer, before: number): string {
  const letters = behind(secret, before).replaceAll('=', '')
  return letters.slice(Math.ceil((before * 8) / 6), (before + secret.length) % 3 === 0 ? undefined : -1)
}
