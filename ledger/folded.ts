/** A text as people mean it when they look for it: capitals, widths (ＩＮＶ) and blanks make no difference. */
export function folded(text: string): string {
  return text.normalize('NFKC').replace(/\s/gu, '').toLowerCase()
}
