import { formatAnchor, type Anchor } from '../../ledger/anchor.ts'
import { CodeForm, CodeScript } from './code.tsx'
import type { Page } from './shell.tsx'
import type { Visit } from './visit.ts'

/** `/check`: how to check without believing this site. */
export function guidePage(visit: Visit, anchor: Anchor): Page {
  const { say } = visit
  return {
    title: say('怎样自己核对', 'How to check it yourself'),
    scripts: <CodeScript visit={visit} />,
    body: (
      <>
        <section class="stack narrow">
          <h1>{say('怎样自己核对', 'How to check it yourself')}</h1>
          <p class="lead">
            {say(
              '这本账不需要您相信任何一个人。每一步都可以自己验算，也可以请懂电脑的朋友帮忙。',
              'This book asks you to believe nobody. Each step can be worked out by yourself, or by a friend who knows computers.',
            )}
          </p>
          <CodeForm visit={visit} />
        </section>
        <Ways visit={visit} />
        <SealAndAnchor visit={visit} />
        <Compare visit={visit} />
        <Limits visit={visit} />
        <section class="stack narrow" aria-labelledby="anchor">
          <h2 id="anchor">{say('本服务器给出的信任锚', 'The anchor that this server gives')}</h2>
          <p class="note">
            {say('请与公告栏、监督机构或别人手里的一份逐字比较。', 'Compare it, letter by letter, with one from a notice board, a supervisor or a friend.')}
          </p>
          <div class="sheet table-scroll" tabindex={0} role="region" aria-label={say('信任锚文件', 'the anchor file')}><pre class="file">{formatAnchor(anchor)}</pre></div>
          <p><a href="/v1/anchor" download="anchor.json">{say('下载信任锚', 'Download the anchor')}</a></p>
        </section>
      </>
    ),
  }
}

function Ways({ visit: { say } }: { visit: Visit }) {
  return (
    <section class="stack narrow">
      <h2>{say('四种办法，一种比一种可靠', 'Four ways, each surer than the one before')}</h2>
      <ol class="stack">
        <li class="sheet stack-tight">
          <h3>{say('一、打开收据上的链接', '1. Open the link on your receipt')}</h3>
          <p>{say('您的浏览器会下载证明，当场验算：每一分钱在哪里，是谁签封的。网页上的话若与证明不符，会用红字告诉您。', 'Your browser fetches the proof and works it out: where every fen is, and who sealed it. If the page says something else than the proof, it tells you in red.')}</p>
        </li>
        <li class="sheet stack-tight">
          <h3>{say('二、换上从别处取得的信任锚', '2. Put in an anchor from elsewhere')}</h3>
          <p>{say('信任锚写明由谁签封。从公告栏、监督机构那里取一份，在捐款页面的“信任锚”一栏换上。这样即使服务器想骗您，也拿不出别人的签封。', 'The anchor says who seals. Get one from a notice board or a supervisor and put it in on your gift’s page. Then this server cannot deceive you: it cannot make the others’ seals.')}</p>
        </li>
        <li class="sheet stack-tight">
          <h3>{say('三、把证明带走', '3. Take the proof away')}</h3>
          <p>{say('在捐款页面下载证明，在自己的电脑上断网核对：', 'Download the proof on your gift’s page and check it on your own computer, without a network:')}</p>
          <p class="table-scroll" tabindex={0} role="region" aria-label={say('命令', 'command')}><code>npm run ledger -- verify {say('证明', 'proof')}.mzproof --anchor anchor.json</code></p>
        </li>
        <li class="sheet stack-tight">
          <h3>{say('四、把整本账带走', '4. Take the whole book away')}</h3>
          <p>{say('账册是一个文件，里面是全部账目和凭证（不含个人信息）。把它和离线核验网页一起存进 U 盘，在任何一台电脑上断网打开，就能逐笔重算：有没有缺的、多的、改过的。核验网页最好向监督机构要，而不是从这里下载。', 'A bundle is one file with every entry and paper (and nobody’s personal data). Put it on a USB stick with the page that verifies offline, and any computer without a network keeps the whole book again: whether anything is missing, doubled or changed. Better get that page from a supervisor than from here.')}</p>
          <p class="eyebrow"><a href="/v1/bundles" download>{say('下载账册', 'Download the bundle')}</a><a href="/verify.html" download>{say('下载离线核验网页', 'Download the page that verifies offline')}</a></p>
        </li>
      </ol>
    </section>
  )
}

function SealAndAnchor({ visit: { say } }: { visit: Visit }) {
  return (
    <section class="stack narrow" id="words">
      <h2>{say('签封和信任锚是什么', 'What seals and anchors are')}</h2>
      <dl class="stack">
        <div>
          <dt><strong>{say('签封', 'A seal')}</strong></dt>
          <dd>{say('见证人把账本从头重算一遍，确认无误，再用自己的密钥签下它此刻的指纹。签过之后，改动任何一笔都会对不上。', 'A witness works out the whole book again, finds it right, and signs its fingerprint of that moment with a key of their own. Whatever is changed after that no longer fits.')}</dd>
        </div>
        <div>
          <dt><strong>{say('信任锚', 'An anchor')}</strong></dt>
          <dd>{say('一份小文件，写明这是哪一本账、哪些人可以签封、至少要几个人签封才算数。您的浏览器只认它：它从哪里来，您就信任哪里。', 'A small file that says which book this is, who may seal it, and how many seals it takes. It is all that your browser believes: you trust whoever you got it from.')}</dd>
        </div>
      </dl>
    </section>
  )
}

function Compare({ visit: { say, href } }: { visit: Visit }) {
  return (
    <section class="stack narrow" id="compare" aria-labelledby="neighbours">
      <h2 id="neighbours">{say('和邻居比一比校验词', 'Compare the words with a neighbour')}</h2>
      <p>{say('校验词是六个词，由区块的指纹算出；账本里任何一笔改了，六个词就全变了。它防的是这样一件事：有人给您看一本账，给邻居看另一本。', 'Six words, worked out from a block’s fingerprint: change any entry and all six are others. They are against this: somebody shows you one book, and your neighbour another.')}</p>
      <ol class="stack-tight numbered">
        <li>{say('看首页的“签封”一行，或在自己捐款页面的核对结果里打开“校验词”。后一种由您的浏览器算出，更可靠。', 'Look at the line “Sealed by” on the home page, or open “Words” under the check of your gift. Your own browser works out the latter, so it is surer.')}</li>
        <li>{say('记下区块的编号和六个词，打电话念给邻居听，或与公告栏上的公示比较。', 'Note the number of the block and the six words; read them to a neighbour on the phone, or compare them with the notice board.')}</li>
        <li>{say('编号相同，六个词应当一字不差。编号不同不要紧：账本往前走了，刷新以后再比。', 'For the same number all six must be the same. Other numbers are no matter: the book went on; reload and compare again.')}</li>
        <li>{say('编号相同而词不同，请两边都截屏保存，告诉监督机构或任何一位见证人。', 'The same number with other words: keep both screens, and tell a supervisor or any witness.')}</li>
      </ol>
      <p class="note">{say('词是给人比的，所以短。程序比较的是整个指纹，并且要有足够的见证人签封。', 'The words are short because they are for people. Programs compare the whole fingerprint, and want enough seals under it.')}</p>
      <p class="eyebrow"><a href={href('/notice')}>{say('打印公示', 'The notice to print')}</a><a href="/v1/head">{say('数据：/v1/head', 'Data: /v1/head')}</a></p>
    </section>
  )
}

function Limits({ visit: { say } }: { visit: Visit }) {
  return (
    <section class="stack narrow">
      <h2>{say('核对证明了什么，没有证明什么', 'What the check proves, and what it does not')}</h2>
      <div class="two">
        <div class="sheet stack-tight">
          <h3>{say('证明了', 'It proves')}</h3>
          <ul class="stack-tight">
            <li>{say('您的每一分钱现在在哪一笔账里，没有遗漏，没有重复；', 'in which entry every fen of yours is now, nothing missing, nothing twice;')}</li>
            <li>{say('这本账就是见证人签封的那一本；', 'that this is the book which the witnesses sealed;')}</li>
            <li>{say('凭证没有被换过。', 'that no paper was exchanged.')}</li>
          </ul>
        </div>
        <div class="sheet stack-tight">
          <h3>{say('没有证明', 'It does not prove')}</h3>
          <ul class="stack-tight">
            <li>{say('银行里的钱与账本一致：由审计核对；', 'that the bank agrees with the book: auditors check that;')}</li>
            <li>{say('凭证所写属实：由验收人和监督人负责；', 'that the papers tell the truth: accepters and supervisors answer for that;')}</li>
            <li>{say('这个网页本身没有被换成假的：为此请用第二到第四种办法。', 'that this page itself is not a false one: use the second, third or fourth way.')}</li>
          </ul>
        </div>
      </div>
    </section>
  )
}
