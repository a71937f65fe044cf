import type { ComponentChildren } from 'preact'
import { render } from 'preact-render-to-string'
import { fillStencil } from './stencil.ts'
import type { Visit } from './visit.ts'

/** What one page puts into the shell. */
export type Page = {
  readonly title: string
  /** What the page's script reads from `data-…` attributes of main. */
  readonly mainAttributes?: Readonly<Record<string, string>>
  readonly body: ComponentChildren
  readonly scripts?: ComponentChildren
}

/** A whole page as HTML: head, header, ribbon, body, footer. */
export function renderPage(visit: Visit, { title, body, scripts, mainAttributes = {} }: Page): string {
  const { language, path, site } = visit
  const here = NAVIGATION.some(({ to }) => to === path) ? path : ''
  const names = Object.keys(mainAttributes)
  const key = `frame ${site.id} ${language} ${here} ${names.join(' ')}`
  const frame = fillStencil(key, (marks) => <Frame visit={visit} here={here} marks={marks} names={names} />, {
    texts: { title, path, ...mainAttributes },
    html: { body: render(<>{body}</>), scripts: scripts ? render(<>{scripts}</>) : '' },
  })
  return `<!doctype html>${frame}`
}

type FrameOf = { visit: Visit; here: string; marks: Record<string, string>; names: readonly string[] }

function Frame({ visit, here, marks, names }: FrameOf) {
  const { say, word, site } = visit
  const attributes = Object.fromEntries(names.map((name) => [`data-${name}`, marks[name]]))
  return (
    <html lang={say('zh-Hans', 'en')}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta name="format-detection" content="telephone=no" />
        <title>{`${marks['title']} · ${say('明账', 'Mingzhang')}`}</title>
        <link rel="icon" href={ICON} />
        <link rel="stylesheet" href={site.assets.style.path} integrity={site.assets.style.integrity} />
        {marks['scripts']}
      </head>
      <body>
        <a class="skip-link" href="#main">{say('跳到正文', 'Skip to content')}</a>
        {site.demo && <Ribbon visit={visit} />}
        <Header visit={visit} here={here} path={marks['path'] ?? ''} />
        <main id="main" {...attributes}>{marks['body']}</main>
        <footer class="footer">
          <p>
            {say(
              `${word(site.book)}的公开账本。本站只展示，不持有任何签名密钥；账目由会计、审批人、出纳和验收人各自签名登记。`,
              `The open book of ${word(site.book)}. This site only shows: it holds no signing key. Every entry is signed by the person who made it.`,
            )}
          </p>
          <p>
            <a href={visit.href('/check')}>{say('怎样自己核对', 'How to check it yourself')}</a>
            <a href={visit.href('/rights')}>{say('权责清单', 'Who may do what')}</a>
            <a href={visit.href('/audit')}>{say('审计', 'Audit')}</a>
            <a href={visit.href('/complaints')}>{say('投诉', 'Complaints')}</a>
            <a href={visit.href('/notice')}>{say('公示', 'Public notice')}</a>
            {here !== '' && <a href={visit.href('/desk')}>{say('办公台', 'Desk')}</a>}
            <a href="/docs/">{say('数据接口', 'API')}</a>
          </p>
        </footer>
      </body>
    </html>
  )
}

const NAVIGATION = [
  { to: '/', zh: '总览', en: 'Overview' },
  { to: '/rights', zh: '权责', en: 'Rights' },
  { to: '/check', zh: '核对', en: 'Check' },
]

/** Said on every page, since a page may be the only one that somebody sees. */
function Ribbon({ visit: { say } }: { visit: Visit }) {
  return (
    <aside class="ribbon" aria-label={say('说明', 'Notice')}>
      <strong>{say('示范数据', 'Demonstration')}</strong>
      {say(
        '捐赠来自公开发表的名单，拨付和银行流水为示范而虚构。',
        'The donations are from published lists; the rest was invented.',
      )}
    </aside>
  )
}

function Header({ visit, here, path }: { visit: Visit; here: string; path: string }) {
  const { say, word, site, href } = visit
  return (
    <header class="header">
      <a class="brand" href={href('/')}>
        <Mark />
        <span class="brand-name">{say('明账', 'Mingzhang')}</span>
        <span class="brand-community">{word(site.community)}</span>
      </a>
      <nav aria-label={say('主导航', 'Main')}>
        {NAVIGATION.map((place) => (
          <a href={href(place.to)} aria-current={here === place.to ? 'page' : undefined}>{word(place)}</a>
        ))}
        <a lang={say('en', 'zh-Hans')} hreflang={say('en', 'zh-Hans')} href={say(`${path}?lang=en`, path)}>{say('English', '中文')}</a>
      </nav>
    </header>
  )
}

/** 明: the sun and the moon, as two plain shapes. */
function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect x="1" y="1" width="30" height="30" rx="7" class="mark-ground" />
      <circle cx="12" cy="16" r="5" class="mark-shape" />
      <path d="M21 9a8 8 0 1 1-2 14 9 9 0 0 0 2-14z" class="mark-shape" />
    </svg>
  )
}

const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#155e56"/>' +
      '<circle cx="12" cy="16" r="5" fill="#fff"/><path d="M21 9a8 8 0 1 1-2 14 9 9 0 0 0 2-14z" fill="#fff"/></svg>',
  )
