import { getAddress } from 'ethers'
import { useState } from 'preact/hooks'
import { hasWallet, keepKey, keptKeys, newKey, openKey, openWallet, readKeystore, type KeptKey, type Signer } from './keys.ts'
import { say } from './language.ts'
import { Fault, Field, useDoing } from './pieces.tsx'
import { Refused, SentenceOnly } from './server.ts'

const LEAST_LETTERS = 10

const isDemonstration = document.getElementById('main')?.dataset['demo'] === 'yes'

/** Why a desk that was open is locked: it was locked or left alone, or its page was opened anew in the other language. */
export type Locked = 'here' | 'language'

/** The door: a key of this browser, a key from a file, a wallet; or a new key. */
export function SignIn({ onOpen, locked }: { onOpen: (signer: Signer) => Promise<void>; locked: Locked | undefined }) {
  const [keys, setKeys] = useState(keptKeys)
  const [chosen, setChosen] = useState<KeptKey | undefined>(keys[0])
  const [isNew, setNew] = useState(false)
  const adopt = (key: KeptKey): void => {
    keepKey(key)
    setKeys(keptKeys())
    setChosen(key)
  }
  const open = async (signer: Signer): Promise<void> => await onOpen(signer).catch((error: unknown) => { throw nextStepOf(error, signer) })
  return (
    <section class="stack narrow">
      <h1>{say('办公台', 'Desk')}</h1>
      <p class="lead">{leadOf(locked)}</p>
      {isDemonstration && <p class="note">{say('示范账本的密钥在数据文件夹的 keys 里，每个岗位一把，口令写在其中的 passphrase.txt。', 'The demonstration’s keys lie in its data folder under keys, one for each role; their passphrase is in passphrase.txt.')}</p>}
      {chosen && !isNew && <Unlock key={chosen.address} chosen={chosen} keys={keys} onChoose={setChosen} onOpen={open} />}
      {isNew && <NewKey onMade={(key) => { adopt(key); setNew(false) }} onBack={() => setNew(false)} />}
      {!isNew && <Others onKey={adopt} onOpen={open} onNew={() => setNew(true)} isFirst={!chosen} />}
    </section>
  )
}

function leadOf(locked: Locked | undefined): string {
  if (locked === 'here') return say('已锁定。请再次输入口令；您填写的内容都还在。', 'Locked. Type your passphrase again; what you typed is still here.')
  if (locked === 'language')
    return say('换语言要重新打开这一页，密钥只在页面里，所以锁定了。请再次输入口令；您填写的内容都还在。', 'Another language opens the page anew, and your key lives in the page alone: so it is locked. Type your passphrase again; what you typed is still here.')
  return say('会计、审批人、出纳、验收人、基金管理人、接诉人、审计人员、人事登记员和理事会在这里办事。密钥和口令只在您自己的设备上，不会发给服务器。', 'For the book’s own people. Keys and passphrases stay on your device; the server never sees them.')
}

/** Of a key that the book does not know or has retired, what its owner does next; any other error as it is. */
function nextStepOf(error: unknown, { address }: Signer): unknown {
  if (!(error instanceof Refused) || error.code !== 'KEY_UNKNOWN') return error
  const shown = getAddress(address)
  return new SentenceOnly(say(`密钥 ${shown} 不代表任何在册人员，或已停用。新密钥：请把这个地址交给人事登记员登记，登记以后再登录。已停用的：请改用您的新密钥，没有的话在这里新建一把。`, `The key ${shown} speaks for nobody in this book, or was retired. If it is new, give this address to the registrar, who enrols it; then sign in. If it was retired, use your new key, or make one here.`), { cause: error })
}

function Unlock({ chosen, keys, onChoose, onOpen }: { chosen: KeptKey; keys: readonly KeptKey[]; onChoose: (key: KeptKey) => void; onOpen: (signer: Signer) => Promise<void> }) {
  const [passphrase, setPassphrase] = useState('')
  const [share, setShare] = useState(0)
  const { isBusy, error, run } = useDoing(async () => {
    setShare(0)
    await onOpen(await openKey(chosen, passphrase, setShare))
  })
  return (
    <form class="letter sheet" onSubmit={(event) => { event.preventDefault(); void run() }}>
      <label>
        <span>{say('密钥', 'Key')}</span>
        <select name="key" value={chosen.address} onInput={(event) => onChoose(keys.find(({ address }) => address === event.currentTarget.value) ?? chosen)}>
          {keys.map(({ name, address }) => <option value={address} selected={address === chosen.address}>{name}（{address.slice(0, 8)}…{address.slice(-4)}）</option>)}
        </select>
      </label>
      <Field label={say('口令', 'Passphrase')} name="passphrase" type="password" autocomplete="current-password" autofocus value={passphrase} onInput={setPassphrase} required />
      <button type="submit" disabled={isBusy}>{isBusy ? say(`正在解锁 ${Math.floor(share * 100)}%`, `Opening ${Math.floor(share * 100)}%`) : say('登录', 'Sign in')}</button>
      <Fault error={error} />
    </form>
  )
}

function Others({ onKey, onOpen, onNew, isFirst }: { onKey: (key: KeptKey) => void; onOpen: (signer: Signer) => Promise<void>; onNew: () => void; isFirst: boolean }) {
  const [error, setError] = useState<unknown>()
  const wallet = useDoing(async () => await onOpen(await openWallet()))
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return
    try {
      onKey(readKeystore(await file.text(), file.name.replace(/\.json$/i, '').slice(0, 40)))
      setError(undefined)
    } catch (caught) {
      setError(caught)
    }
  }
  return (
    <div class="sheet stack">
      <h2>{isFirst ? say('先选一把密钥', 'First choose a key') : say('别的密钥', 'Another key')}</h2>
      <label>
        <span>{say('密钥文件（.json）', 'Key file (.json)')}</span>
        <input type="file" name="keystore" accept=".json,application/json" onInput={(event) => void take(event.currentTarget.files?.[0])} />
      </label>
      <Fault error={error} />
      <p class="buttons">
        <button type="button" class="button-quiet" onClick={onNew}>{say('新建密钥', 'Make a new key')}</button>
        {hasWallet() && <button type="button" class="button-quiet" onClick={() => void wallet.run()}>{say('用浏览器钱包', 'Use this browser’s wallet')}</button>}
      </p>
      {hasWallet() && <p class="note">{say('钱包必须能够只签名、不发送（eth_signTransaction）；很多常见的钱包做不到，那就请用密钥文件。', 'A wallet must be able to sign without sending (eth_signTransaction). Many common wallets cannot: use a key file then.')}</p>}
      <Fault error={wallet.error} />
    </div>
  )
}

function NewKey({ onMade, onBack }: { onMade: (key: KeptKey) => void; onBack: () => void }) {
  const [name, setName] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [made, setMade] = useState<KeptKey>()
  const [share, setShare] = useState(0)
  const isShort = passphrase.length < LEAST_LETTERS
  const { isBusy, error, run } = useDoing(async () => {
    const { kept } = await newKey(name.trim() || say('我的密钥', 'My key'), passphrase, setShare)
    setMade(kept)
  })
  if (made) return <Made made={made} onDone={() => onMade(made)} />
  return (
    <form class="letter sheet" onSubmit={(event) => { event.preventDefault(); if (!isShort && again === passphrase) void run() }}>
      <h2>{say('新建密钥', 'A new key')}</h2>
      <Field label={say('名称（只有您自己看到）', 'A name, for you alone')} name="name" value={name} onInput={setName} maxLength={40} />
      <Field label={say(`口令（至少 ${LEAST_LETTERS} 个字符；忘了谁也找不回来）`, `Passphrase (at least ${LEAST_LETTERS} letters; nobody can recover it)`)} name="passphrase" type="password" autocomplete="new-password"
        value={passphrase} onInput={setPassphrase} error={passphrase !== '' && isShort ? say('太短了。', 'Too short.') : undefined} required />
      <Field label={say('再输一次', 'Once more')} name="again" type="password" autocomplete="new-password" value={again} onInput={setAgain}
        error={again !== '' && again !== passphrase ? say('两次输入不一样。', 'Not the same.') : undefined} required />
      <p class="buttons">
        <button type="submit" disabled={isBusy || isShort || again !== passphrase}>{isBusy ? say(`正在生成 ${Math.floor(share * 100)}%`, `Making it ${Math.floor(share * 100)}%`) : say('生成', 'Make it')}</button>
        <button type="button" class="button-quiet" onClick={onBack}>{say('返回', 'Back')}</button>
      </p>
      <Fault error={error} />
    </form>
  )
}

function Made({ made: { name, address, json }, onDone }: { made: KeptKey; onDone: () => void }) {
  const [isSaved, setSaved] = useState(false)
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    const shown = document.getElementById('new-address')
    await navigator.clipboard.writeText(getAddress(address)).then(() => setCopied(true), () => { if (shown) getSelection()?.selectAllChildren(shown) })
  }
  return (
    <div class="sheet stack">
      <h2>{say('密钥已生成', 'Your key is made')}</h2>
      <p>{say('第一步：把密钥文件存到您自己的地方：电脑、U 盘，手机上存到“文件”里再备一份。浏览器清除数据后，只有这个文件能救回它。', 'First save the key file in a place of your own: a computer, a disk, or the files of your phone and a copy elsewhere. When this browser’s data are cleared, only that file has it.')}</p>
      <p><a class="button" download={`${name}.json`} href={`data:application/json,${encodeURIComponent(json)}`} onClick={() => setSaved(true)}>{say('保存密钥文件', 'Save the key file')}</a></p>
      <p>{say('第二步：把下面的地址交给人事登记员登记，再由理事会任命岗位。登记后即可登录，任命生效后才能办理。', 'Then give this address to the registrar, who enrols it; then you can sign in, and once the council’s appointment counts, do the work of your role.')}</p>
      <p class="hash" id="new-address">{getAddress(address)}</p>
      <p><button type="button" class="button-quiet" onClick={() => void copy()}>{isCopied ? say('已复制', 'Copied') : say('复制地址', 'Copy the address')}</button></p>
      <p><button type="button" disabled={!isSaved} onClick={onDone}>{say('好了', 'Done')}</button>{!isSaved && <small> {say('先保存密钥文件', 'save the key file first')}</small>}</p>
    </div>
  )
}
