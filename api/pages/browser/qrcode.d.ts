declare module 'qrcode/lib/core/qrcode.js' {
  /** The matrix of a QR code. @types/qrcode describes the package's front door only, which brings canvas and PNG along. */
  export function create(
    text: string,
    options: { errorCorrectionLevel: 'L' | 'M' | 'Q' | 'H' },
  ): { modules: { size: number; get(row: number, column: number): number } }
}
