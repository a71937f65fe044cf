import {start,txt,pass} from './h.mjs';
const {b,p}=await start();await p.goto('http://localhost:4101/desk');await p.waitForTimeout(3000);
console.log(await txt(p));console.log(await p.evaluate(()=>[...document.querySelectorAll('input,button,select,textarea,a')].map(e=>e.outerHTML.slice(0,200)).join('\n')));
await p.screenshot({path:'a.png'});await b.close();
