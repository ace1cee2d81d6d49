import fs, { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
fs.writeFileSync('/workspace/other.mjs', 'export let n = 1; export const inc = () => n++; export default class {}; export * as ns from "node:path";');
const { n, inc, default: D, ns } = await import('./other.mjs');
const live = await import('./other.mjs'); inc();
console.log(n, live.n, D.name, ns.sep, existsSync('/workspace/other.mjs'), createRequire(import.meta.url)('os').EOL === '\n');
console.log(typeof require, typeof module, this, fileURLToPath(import.meta.url).startsWith('/workspace/main.'));
