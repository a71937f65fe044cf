import type { Visit } from './visit.ts'

/**
 * Asks for a donor's code, or for the whole link. With a script the browser itself goes to the gift's page; without one the
 * form's `pattern` refuses what has a key in it, so that a key reaches the server in no case.
 */
export function CodeForm({ visit: { say, language } }: { visit: Visit }) {
  return (
    <form class="code-form no-print" action="/t" method="get">
      <label>
        {say('捐过款？输入收据上的查询码，或粘贴整条链接', 'Did you give? Type the code on your receipt, or paste the whole link')}
        <input
          name="code" required maxLength={400} pattern={CODE_WITHOUT_KEY} autocomplete="off" autocapitalize="characters" spellcheck={false}
          placeholder="XXXX-XXXX-XXXX-XXXX"
          title={say('只填 16 位查询码，不要带上 # 和它后面的密钥', 'only the code of 16 symbols, without # and the key after it')}
        />
      </label>
      {language === 'en' && <input type="hidden" name="lang" value="en" />}
      <button type="submit">{say('查我的捐款', 'Find my gift')}</button>
      <noscript>
        <small>{say('您的浏览器不运行脚本：请只填查询码，不要粘贴 # 后面的密钥。', 'Your browser runs no script: type only the code, and do not paste the key after #.')}</small>
      </noscript>
    </form>
  )
}

/** What a page with the form loads. */
export function CodeScript({ visit: { site: { assets } } }: { visit: Visit }) {
  return <script type="module" src={assets.code.path} integrity={assets.code.integrity} />
}

// A code has 16 symbols, a key 28: what has more than 24 is no mistyped code.
const SYMBOL = 'A-Za-z0-9\uff10-\uff19\uff21-\uff3a\uff41-\uff5a'
const SHARP = '#\uff03'
const CODE_WITHOUT_KEY = String.raw`(?:[^${SHARP}]*/t/)?(?:[^${SHARP}${SYMBOL}]*[${SYMBOL}]){1,24}[^${SHARP}${SYMBOL}]*(?:\?[^${SHARP}]*)?`
