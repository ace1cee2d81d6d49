'use strict';
// `node run.js main.ts args`: a program in TypeScript; `node run.js --version`: with which
// compiler.
const typescript = require('./typescript.js');

if (!typescript.isAvailable()) {
  process.stderr.write(`${typescript.WHY_UNAVAILABLE}\n`);
  process.exit(1);
} else if (process.argv[2] === '--version') {
  process.stdout.write(`TypeScript ${typescript.version()} on Node ${process.versions.node}\n`);
} else {
  process.argv.splice(1, 1);
  for (const name of Object.keys(require.cache)) delete require.cache[name];
  typescript.install();
  setImmediate(require('node:module').runMain, process.argv[1]);
}
