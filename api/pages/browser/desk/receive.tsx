import { useEffect, useState } from 'preact/hooks'
import { DropArea } from './dropArea.tsx'
import { say } from './language.ts'
import { ReceiveList } from './receiveList.tsx'
import { ReceiveOne } from './receiveOne.tsx'
import { Receipt, type Received } from './receiveReceipt.tsx'
import { focusPlace } from './router.ts'
import { UnfinishedLists } from './receiveUnfinished.tsx'

/** What came in: one gift by a form, or a list of them from a file. */
export function Receive() {
  const [received, setReceived] = useState<Received>()
  const [file, setFile] = useState<File>()
  useEffect(focusPlace, [received])
  if (received) return <Receipt received={received} onNext={() => setReceived(undefined)} />
  if (file) return <ReceiveList key={`${file.name} ${file.lastModified} ${file.size}`} file={file} onOther={() => setFile(undefined)} />
  return (
    <div class="stack receive">
      <h1>{say('收款', 'Receive')}</h1>
      <UnfinishedLists isHere />
      <div class="receive-ways">
        <ReceiveOne onReceived={setReceived} />
        <Drop onFile={setFile} />
      </div>
    </div>
  )
}

/** A file, dropped or chosen. */
function Drop({ onFile }: { onFile: (file: File) => void }) {
  return (
    <section class="sheet stack" aria-labelledby="receive-list">
      <h2 id="receive-list">{say('一份名单', 'A list')}</h2>
      <DropArea label={say('把文件拖到这里，或点此选择', 'Drop a file here, or choose one')} hint=".csv .xls .xlsx" name="list" accept=".csv,.txt,.xls,.xlsx" onFiles={([file]) => onFile(file)} />
      <p class="note">{say(
        '银行、微信、支付宝导出的名单，或红十字会格式的名单。先给您看读到了什么，确认一次，登记全部。',
        'As banks and wallets export them. You see what was read first; confirmed once, all of it is recorded.',
      )}</p>
      <p class="note">{say(
        '同一名单读两次不会登记两次。名单要含整天的捐款，或有流水号列：不同名单里同日、同人、同额、同备注的两行会被当作同一笔。',
        'The same list twice records nothing twice. A list must hold whole days, or references: equal lines of one day in two lists are taken for one gift.',
      )}</p>
    </section>
  )
}
