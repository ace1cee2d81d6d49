import { readFile, writeFile } from 'node:fs/promises';
await writeFile('/workspace/a.json', '{"k":[1]}');
console.log(JSON.parse(await readFile(new URL('./a.json', import.meta.url), 'utf8')));
try { await import('./missing.mjs'); } catch (e) { console.log(e.code); }
try { await import('data:text/javascript,syntax error'); } catch (e) { console.log(e.name); }
console.log((await import('data:text/javascript,export default 42')).default, (await import('node:util')).inspect({ a: new Map([[1, { b: { c: {} } }]]) }));
