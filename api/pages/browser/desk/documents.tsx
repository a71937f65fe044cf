import { useEffect, useRef, useState } from 'preact/hooks'
import type { KeptDocument, UsedBy } from '../../../../ledger/documents.ts'
import type { Hex } from '../../../../ledger/hex.ts'
import { useDesk } from './desk.ts'
import { DropArea } from './dropArea.tsx'
import { useFault } from './faults.tsx'
import { say, word } from './language.ts'
import { DeskLink, Fault, useDoing } from './pieces.tsx'
import { documentOf, DOCUMENT_OTHER, uploadDocument } from './picture.ts'
import { Refused, SentenceOnly } from './server.ts'

/** A document of a form that is being filled in, as `useTyping` keeps it: one JSON text. */
type Picked = Pick<KeptDocument, 'sha256' | 'used'>

// Telephones then turn their own pictures into one of these; nothing here reads HEIC.
const ACCEPTED = 'image/jpeg,image/png,image/webp,application/pdf'

/** What a browser may show within a page. */
const SHOWN: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp'])

/** The hashes in the text that a form keeps. */
export function hashesIn(text: string): Hex[] {
  return read(text).map(({ sha256 }) => sha256)
}

/** The payments that have one of a form's pictures already. */
export function usedIn(text: string): UsedBy[] {
  return read(text).flatMap(({ used }) => used)
}

/** @throws {SentenceOnly} while a form's picker has something that did not arrive: nobody signs for less than they picked. */
export function checkSent(isUnsent: boolean): void {
  if (isUnsent) throw new SentenceOnly(say('还有照片或文件没有传上：请等它传完，再传一次，或点“不要了”。', 'A photo or file has not arrived: wait for it, send it again, or leave it out.'), { at: 'documents' })
}

/**
 * Takes photos and files: each is sent at once, and what is kept of it is shown. A picture that another payment than `of` has already
 * is said to be so before anything is signed. `onUnsent` hears whether something that was picked did not arrive.
 */
export function DocumentPicker({ label, text, of, onText, onUnsent }: PickerOf) {
  const picked = read(text)
  const [part, setPart] = useState<number>()
  // Those that were not sent yet: what goes wrong with the line leaves it and the rest here, to be sent again.
  const waiting = useRef<readonly File[]>([])
  // Those that will never do, which keeps no other from being sent.
  const [refused, setRefused] = useState<readonly { readonly name: string; readonly error: Refused }[]>([])
  const place = useRef<HTMLDivElement>(null)
  const { sentence, onMend } = useFault('documents', place)
  const keep = (documents: readonly Picked[]) => onText(JSON.stringify(documents))
  const send = useDoing(async () => {
    let all = picked
    for (const file of waiting.current) {
      setPart(0)
      const arrived = await uploadDocument(file, { onProgress: setPart }).catch(refuseAlone).finally(() => setPart(undefined))
      waiting.current = waiting.current.filter((one) => one !== file)
      if (arrived instanceof Refused) {
        setRefused((before) => [...before, { name: file.name, error: arrived }])
        continue
      }
      const { sha256, used } = arrived
      all = [...all.filter((one) => one.sha256 !== sha256), { sha256, used: used.filter(({ fund, number }) => fund !== of?.fund || number !== of.number) }]
      keep(all)
    }
  })
  const leaveOut = () => {
    waiting.current = []
    setRefused([])
    void send.run()
  }
  const isStuck = send.error !== undefined && waiting.current.length > 0
  const isUnsent = send.isBusy || isStuck || refused.length > 0
  useEffect(() => {
    onUnsent(isUnsent)
    if (!isUnsent) onMend()
  }, [isUnsent])
  return (
    <div class="stack-tight" ref={place} tabIndex={-1}>
      <DropArea label={label} hint={say('拖到这里，或点此选择、拍照', 'Drop them here, choose them, or take a photo')} name="documents" accept={ACCEPTED} isMany isBusy={send.isBusy} onFiles={(files) => {
        waiting.current = [...waiting.current, ...files]
        void send.run()
      }} />
      {part !== undefined && <p role="status">{say(`正在上传 ${Math.floor(part * 100)}%`, `Sending ${Math.floor(part * 100)}%`)}</p>}
      {refused.map(({ name, error }) => <p class="field-error" role="alert">{say(`“${name}”没有采用：`, `“${name}” is not taken: `)}{error.message}</p>)}
      {isStuck && <Fault error={send.error} />}
      {isStuck && <p class="note">{say(`还没有传上：${waiting.current.map(({ name }) => name).join('、')}`, `Not sent yet: ${waiting.current.map(({ name }) => name).join(', ')}`)}</p>}
      {isUnsent && !send.isBusy && (
        <p class="buttons">
          {isStuck && <button type="button" class="button-quiet" onClick={() => void send.run()}>{say('再传一次', 'Send it again')}</button>}
          <button type="button" class="button-quiet" onClick={leaveOut}>{say('不要了', 'Leave it out')}</button>
        </p>
      )}
      {sentence !== undefined && isUnsent && <small class="field-error">{sentence}</small>}
      <ul class="pictures">
        {picked.map((document) => (
          <li>
            <Picture key={document.sha256} hash={document.sha256} />
            <button type="button" class="button-quiet button-small" onClick={() => keep(picked.filter(({ sha256 }) => sha256 !== document.sha256))}>{say('去掉', 'Take it out')}</button>
            <UsedAlready used={document.used} what={say('同一张图片已用于', 'The same picture stands behind')} />
          </li>
        ))}
      </ul>
    </div>
  )
}

type PickerOf = {
  label: string; text: string; of?: { readonly fund: number; readonly number: number }
  onText: (text: string) => void; onUnsent: (isUnsent: boolean) => void
}

/** What the server says of a file itself, which sending it again does not change. */
const HOPELESS: ReadonlySet<string> = new Set(['DOCUMENT_KIND', 'DOCUMENT_HEIC', 'IMAGE_BROKEN', 'IMAGE_TOO_LARGE', 'DOCUMENT_TOO_LARGE', 'FILE_UNREADABLE'])

/** The refusal of a file that will never do; anything else is thrown on. */
function refuseAlone(error: unknown): Refused {
  if (error instanceof Refused && HOPELESS.has(error.code)) return error
  throw error
}

/** A warning where something was used before: most often the same invoice, handed in twice. */
export function UsedAlready({ used, what }: { used: readonly UsedBy[]; what: string }) {
  if (used.length === 0) return null
  return (
    <p class="overdue" role="alert">
      {what}{' '}
      {used.map(({ fund, number, title }) => <DeskLink to={`/desk/payments/${fund}/${number}`}>{title ? word(title) : say(`基金 ${fund} 第 ${number} 笔支出`, `outflow ${number} of fund ${fund}`)}{' '}</DeskLink>)}
    </p>
  )
}

/**
 * A document that a paper names, once its bytes were held against that name: small here, whole in a tab of its own. A PDF, which may
 * have scripts in it, is saved and opened elsewhere. `onOther` hears of bytes that are of another name.
 */
export function Picture({ hash, onOther }: { hash: string; onOther?: () => void }) {
  const { opened, error } = useDocument(hash)
  const isOther = error instanceof Refused && error.code === DOCUMENT_OTHER
  useEffect(() => {
    if (isOther) onOther?.()
  }, [isOther])
  if (!opened) return error === undefined ? <span class="picture" role="status">{say('正在打开……', 'Opening …')}</span> : <Fault error={error} />
  const { address, isPicture } = opened
  if (!isPicture) return <a class="picture" href={address} download={`${hash.slice(2, 14)}.pdf`}>PDF</a>
  return <a class="picture" href={address} target="_blank" rel="noreferrer"><img src={address} alt={say('单据', 'document')} /></a>
}

type OpenedDocument = { readonly address: string; readonly isPicture: boolean }

/** The address in this page of a document's checked bytes, as long as it is shown. */
function useDocument(hash: string): { opened: OpenedDocument | undefined; error: unknown } {
  const { inSession } = useDesk()
  const [opened, setOpened] = useState<OpenedDocument>()
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    let isOver = false
    let address = ''
    inSession(async () => await documentOf(hash)).then((file) => {
      if (isOver) return
      address = URL.createObjectURL(file)
      setOpened({ address, isPicture: SHOWN.has(file.type) })
    }, (caught: unknown) => isOver || setError(caught))
    return () => {
      isOver = true
      URL.revokeObjectURL(address)
    }
  }, [hash])
  return { opened, error }
}

function read(text: string): Picked[] {
  try {
    const found: unknown = JSON.parse(text === '' ? '[]' : text)
    return Array.isArray(found) ? (found as Picked[]) : []
  } catch {
    return []
  }
}
