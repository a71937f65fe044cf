import type { Anchor } from '../../ledger/anchor.ts'
import type { Page } from './shell.tsx'
import type { Visit } from './visit.ts'

/** `/desk` and every place below it: what the book's people see is drawn by their browser, after they have signed in. */
export function deskPage(visit: Visit, { chainId, contracts }: Pick<Anchor, 'chainId' | 'contracts'>): Page {
  const { say, site: { assets, book } } = visit
  return {
    title: say('办公台', 'Desk'),
    mainAttributes: {
      chain: String(chainId), contracts: JSON.stringify(contracts), worker: assets.deskWorker.path, book: JSON.stringify(book), ...(visit.site.demo && { demo: 'yes' }),
    },
    scripts: (
      <>
        <link rel="stylesheet" href={assets.deskStyle.path} integrity={assets.deskStyle.integrity} />
        <script type="module" src={assets.desk.path} integrity={assets.desk.integrity} />
      </>
    ),
    body: (
      <div id="desk">
        <noscript><p>{say('办公台需要 JavaScript：签名在您自己的浏览器里完成。', 'The desk needs JavaScript: your own browser signs.')}</p></noscript>
      </div>
    ),
  }
}
