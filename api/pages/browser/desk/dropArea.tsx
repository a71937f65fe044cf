import { useState } from 'preact/hooks'

type Given = { label: string; hint?: string; name: string; accept: string; isMany?: boolean; isBusy?: boolean; onFiles: (files: readonly [File, ...File[]]) => void }

/** Where files are dropped, or chosen: by a click, by the keyboard, and on a phone by taking a photo. */
export function DropArea({ label, hint, name, accept, isMany = false, isBusy = false, onFiles }: Given) {
  const [isOver, setOver] = useState(false)
  const take = (files: FileList | null | undefined): void => {
    const [first, ...others] = files ?? []
    if (first && !isBusy) onFiles(isMany ? [first, ...others] : [first])
  }
  return (
    <label class={`drop ${isOver ? 'drop-over' : ''}`} onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)}
      onDrop={(event) => { event.preventDefault(); setOver(false); take(event.dataTransfer?.files) }}>
      <span>{label}</span>
      <input type="file" name={name} accept={accept} multiple={isMany} disabled={isBusy} onChange={(event) => { take(event.currentTarget.files); event.currentTarget.value = '' }} />
      {hint !== undefined && <small>{hint}</small>}
    </label>
  )
}

/** A file that misses its area stays where it was: the browser would leave the desk and show it. */
export function keepDropsOut(): void {
  for (const name of ['dragover', 'drop'] as const)
    addEventListener(name, (event) => {
      if (event.target instanceof HTMLInputElement && event.target.type === 'file') return
      event.preventDefault()
    })
}
