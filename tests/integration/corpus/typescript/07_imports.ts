import fs, { readFileSync, type Stats } from 'node:fs'; import * as path from 'path'; import type { Server } from 'http'; import os = require('os');
fs.writeFileSync('/workspace/helper.ts', 'export interface Options { n: number }\nexport const double = (o: Options): number => o.n * 2;\nexport default class Helper<T> { constructor(public value: T) {} }\n');
fs.writeFileSync('/workspace/names.ts', 'export * from "./helper.js"; export enum Level { low, high }');
const main = async (): Promise<void> => { const { default: Helper, double } = await import('./helper.ts'); const { Level } = await import('./names'); const s: Stats = fs.statSync('/workspace/helper.ts');
  console.log(double({ n: 4 }), new Helper<string>('v').value, Level.high, s.isFile(), path.sep, readFileSync('/workspace/names.ts', 'utf8').length > 0, os.EOL === '\n'); };
main().finally(() => console.log('end')); let server: Server | undefined; console.log(server);
