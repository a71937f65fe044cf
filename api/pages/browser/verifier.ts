import { readAnchor, type Anchor } from '../../../ledger/anchor.ts'
import { readHead } from '../../../ledger/headWords.ts'
import { toHex } from '../../../ledger/hex.ts'
import type { Words } from '../../../ledger/words.ts'
import { BundleError } from '../../../proof/check/bundle/fault.ts'
import { factSentences, faultSentence, gapSentences, refusalSentence, verdictOf, verdictSentence, type Told, type Verdict } from '../../../proof/check/bundle/sentences.ts'
import { MAGIC as BUNDLE_MAGIC } from '../../../proof/check/bundle/stream.ts'
import { headDiffers, verifyBundle, type BundleFacts } from '../../../proof/check/bundle/verify.ts'
import { ProofError } from '../../../proof/check/error.ts'
import { joinTraces } from '../../../proof/check/join.ts'
import { sentencesOf } from '../../../proof/check/sentences.ts'
import { verifyTrace } from '../../../proof/check/trace.ts'
import { byId, element } from './element.ts'
import { piecesOf } from './filePieces.ts'
import { VERDICT_LOOKS } from './verdictLooks.ts'

/**
 * `verify.html`: an anchor and a bundle (or a proof) are dropped here, and the answer is read aloud. Nothing is sent
 * anywhere.
 */
const given: { anchor?: File | undefined; file?: File | undefined } = {}
const anchorInput = byId('anchor') as HTMLInputElement
const fileInput = byId('file') as HTMLInputElement
const headInput = byId('head') as HTMLInputElement
const start = byId('start') as HTMLButtonElement
const progress = byId('progress') as HTMLProgressElement

anchorInput.addEventListener('change', () => {
  given.anchor = anchorInput.files?.[0]
  tellReady()
})
fileInput.addEventListener('change', () => {
  given.file = fileInput.files?.[0]
  tellReady()
})
addEventListener('dragover', (event) => event.preventDefault())
addEventListener('drop', (event) => {
  event.preventDefault()
  void takeDropped([...(event.dataTransfer?.files ?? [])])
})
byId('form').addEventListener('submit', (event) => {
  event.preventDefault()
  void verify()
})

/** Which of the two a dropped file is, its content says: names change on the way. */
async function takeDropped(files: readonly File[]): Promise<void> {
  for (const file of files) {
    if (await isAnchor(file)) given.anchor = file
    else given.file = file
  }
  tellReady()
}

/** No anchor is longer: a hundred sealers at most. A bundle need not be read through to see that it is none. */
const MAX_ANCHOR_BYTES = 1 << 20

async function isAnchor(file: File): Promise<boolean> {
  if (file.size > MAX_ANCHOR_BYTES) return false
  try {
    return Object(JSON.parse(await file.text())).format === 'mingzhang/anchor/1'
  } catch {
    return false
  }
}

function tellReady(): void {
  const missing = [
    ...(given.anchor ? [] : [{ zh: '信任锚', en: 'the anchor' }]), ...(given.file ? [] : [{ zh: '账册', en: 'the file' }]),
  ]
  start.disabled = missing.length > 0
  byId('ready').textContent = missing.length > 0
    ? `还缺：${missing.map(({ zh }) => zh).join('、')} / missing: ${missing.map(({ en }) => en).join(', ')}`
    : `已选 / chosen: 信任锚 the anchor ${given.anchor?.name}、账册 the file ${given.file?.name}`
}

async function verify(): Promise<void> {
  const { anchor: anchorFile, file } = given
  if (!anchorFile || !file) return
  start.disabled = true
  byId('busy').hidden = false
  byId('result').replaceChildren()
  const began = performance.now()
  try {
    const anchor = readAnchor(await anchorFile.text())
    const magic = toHex(new Uint8Array(await file.slice(0, 4).arrayBuffer()))
    if (magic === BUNDLE_MAGIC) showFacts(await verifyFile(file, anchor), anchor, (performance.now() - began) / 1000)
    else await showProof(file, anchor)
  } catch (error) {
    showError(error)
  } finally {
    start.disabled = false
    byId('busy').hidden = true
    byId('result').focus()
  }
}

async function verifyFile(file: File, anchor: Anchor): Promise<BundleFacts> {
  const head = typedHead()
  return await verifyBundle(piecesOf(file), anchor, {
    onRead: (bytes) => (progress.value = bytes / file.size), ...(head !== undefined && { head }),
  })
}

/** What somebody typed of the block, if anything. @throws {InputRefused} */
function typedHead(): string | undefined {
  const typed = headInput.value.trim()
  return typed === '' ? undefined : readHead(typed)
}

function showFacts(facts: BundleFacts, anchor: Anchor, seconds: number): void {
  show(
    verdictOf(facts), verdictSentence(facts),
    element('ol', { class: 'stack' }, ...facts.faults.map((fault) => faultItem(faultSentence(fault)))),
    element('ul', { class: 'stack-tight' }, ...gapSentences(facts).map((words) => element('li', {}, ...both(words)))),
    element('ul', { class: 'stack' }, ...factSentences(facts, anchor).map((words) => element('li', {}, ...both(words)))),
    element('p', { class: 'hash' }, `${facts.head.hash} · ${facts.about.software} · ${seconds.toFixed(1)} s`),
  )
}

async function showProof(file: File, anchor: Anchor): Promise<void> {
  const facts = joinTraces([verifyTrace(new Uint8Array(await file.arrayBuffer()), anchor)])
  const head = typedHead()
  const other = head === undefined ? undefined : headDiffers(anchor, head, facts.block)
  if (other) {
    const { zh, en } = { zh: `应为 ${other.expected}，实为 ${other.found}。`, en: `Expected ${other.expected}, found ${other.found}.` }
    return show('failed', { zh: `证明所在的第 ${facts.block.number} 个区块不是您从别处得知的那一个。`, en: `The proof is as of block ${facts.block.number}, which is not the one you heard of.` }, ...both({ zh, en }))
  }
  show('passed', { zh: '证明成立。', en: 'The proof holds.' }, element('ul', { class: 'stack' }, ...sentencesOf(facts).map((words) => element('li', {}, ...both(words)))))
}

function showError(error: unknown): void {
  const refused = { zh: '不通过。', en: 'Not passed.' }
  if (error instanceof BundleError || error instanceof ProofError) return show('failed', refused, element('ol', {}, faultItem(refusalSentence(error))))
  const text = error instanceof Error ? error.message : String(error)
  show('failed', { zh: '不能核验：信任锚或填写的校验词读不懂。', en: 'It cannot be verified: the anchor or the words that you entered cannot be read.' }, element('p', { class: 'hash' }, text))
}

function faultItem({ where, what, expected, found }: Told): HTMLElement {
  return element('li', { class: 'stack-tight' },
    element('strong', {}, where.zh), element('p', {}, what.zh), element('p', {}, `应为 ${expected}，实为 ${found}。`),
    element('p', { class: 'note', lang: 'en' }, `${where.en}: ${what.en} Expected ${expected}, found ${found}.`))
}

function show(verdict: Verdict, { zh, en }: Words, ...children: HTMLElement[]): void {
  byId('result').replaceChildren(element('section', { class: `sheet check ${VERDICT_LOOKS[verdict].look} stack` },
    element('h2', {}, `${VERDICT_LOOKS[verdict].mark} ${zh}`), element('p', { class: 'note', lang: 'en' }, en), ...children))
}

function both({ zh, en }: Words): HTMLElement[] {
  return [element('p', {}, zh), element('p', { class: 'note', lang: 'en' }, en)]
}
