/** Rows as a file for spreadsheets: UTF-8 with the mark that Excel looks for, every field in quotes. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return '\uFEFF' + rows.map((row) => row.map(fieldOf).join(',')).join('\r\n') + '\r\n'
}

// A spreadsheet would take what begins so for a formula, and run it; a bare number it only adds up.
function fieldOf(text: string): string {
  const safe = !/^-?\d+(\.\d+)?$/.test(text) && /^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}
