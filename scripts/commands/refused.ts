import type { Words } from '../../ledger/words.ts'

/** Somebody's input or the contract said no: exit code 1. Nothing was recorded by the step that ends with it. */
export class Refused extends Error {
  override name = 'Refused'
  readonly code: string
  readonly words: Words
  readonly facts: Readonly<Record<string, string>>

  constructor(code: string, words: Words, facts: Readonly<Record<string, string>> = {}) {
    super(`${words.zh} ${words.en}`)
    this.code = code
    this.words = words
    this.facts = facts
  }
}

/** Somebody stopped it (Ctrl-C): exit code 130, as shells have it. What was recorded before stays. */
export class Interrupted extends Error {
  override name = 'Interrupted'
  readonly code = 'INTERRUPTED'
  readonly words: Words
  readonly facts: Readonly<Record<string, string>>

  constructor(words: Words, facts: Readonly<Record<string, string>>) {
    super(`${words.zh} ${words.en}`)
    this.words = words
    this.facts = facts
  }
}

/** The command is not well formed, or what it needs is not there (server, key, file): exit code 2. */
export class CannotRun extends Error {
  override name = 'CannotRun'
  readonly code: string
  readonly words: Words

  constructor(code: string, words: Words) {
    super(`${words.zh} ${words.en}`)
    this.code = code
    this.words = words
  }
}

/** What the operating system says when it does not do what it was asked. */
type SystemError = Error & { readonly code: string; readonly syscall: string; readonly path?: string; readonly dest?: string }

/** Whether an error is the operating system's, which says in English what is wrong, and not always with what. */
export function isOfSystem(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
}

/** The operating system's error in words, about the file that was given, or else the one that it names itself. */
export function unusable(error: SystemError, way: keyof typeof WAYS = 'used', given = error.dest ?? error.path): CannotRun {
  const { zh, en } = SYSTEM[error.code] ?? { zh: `操作系统报错 ${error.syscall}`, en: `the system's ${error.syscall} failed` }
  return new CannotRun(`FILE_UN${WAYS[way].code}`, given === undefined
    ? { zh: `未能完成：${zh}（${error.code}）。`, en: `It failed: ${en} (${error.code}).` }
    : { zh: `无法${WAYS[way].zh} ${given}：${zh}（${error.code}）。`, en: `${given} cannot be ${way}: ${en} (${error.code}).` })
}

const WAYS = {
  read: { code: 'READABLE', zh: '读取' }, written: { code: 'WRITABLE', zh: '写入' }, used: { code: 'USABLE', zh: '使用' },
} as const

const SYSTEM: Readonly<Record<string, Words>> = {
  ENOENT: { zh: '没有这个文件，或没有它所在的文件夹', en: 'there is no such file, or no folder for it' },
  EISDIR: { zh: '这是文件夹，不是文件', en: 'it is a folder and no file' },
  ENOTDIR: { zh: '这一路径里有一段不是文件夹', en: 'a part of its path is no folder' },
  EACCES: { zh: '没有权限', en: 'permission is denied' },
  EPERM: { zh: '没有权限', en: 'permission is denied' },
  EROFS: { zh: '那里只能读取', en: 'it lies where nothing can be written' },
  ENOSPC: { zh: '磁盘已满', en: 'the disk is full' },
  EEXIST: { zh: '已经存在', en: 'it exists already' },
  ENAMETOOLONG: { zh: '名称太长', en: 'its name is too long' },
  EMFILE: { zh: '打开的文件太多', en: 'too many files are open' },
  EBUSY: { zh: '正被别的程序使用', en: 'another program uses it' },
  EADDRINUSE: { zh: '端口已被别的程序占用', en: 'another program has the port' },
  ECONNREFUSED: { zh: '那里没有程序回应', en: 'nothing answers there' },
}
