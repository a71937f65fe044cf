import { Mistyped, readCode, splitLink } from '../../../ledger/code.ts'

/** Takes whoever typed a code, or pasted a link, to the gift's page. The key in a link stays in the browser. */
const language = document.documentElement.lang === 'en' ? 'en' : 'zh'

for (const form of document.querySelectorAll<HTMLFormElement>('form.code-form')) {
  const field = form.elements.namedItem('code') as HTMLInputElement
  field.addEventListener('input', () => field.setCustomValidity(''))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const { code, key } = splitLink(field.value)
    try {
      location.assign(`/t/${readCode(code)}${language === 'en' ? '?lang=en' : ''}${key && `#${key}`}`)
    } catch (error) {
      if (!(error instanceof Mistyped)) throw error
      field.setCustomValidity(error.words[language])
      field.reportValidity()
    }
  })
  // From here on nothing is sent, so a whole link may be pasted.
  field.removeAttribute('pattern')
}
