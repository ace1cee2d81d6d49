'use strict';
// A parked Node runs this before it has a job: it makes ready what every program uses, says so,
// blocks until its job comes, and leaves nothing of itself to be seen by it.
//
// node loader.js [DIALECT]: a module that teaches Node another language, with rehearse() and
// install().
const path = require('node:path');
const Module = require('node:module');

const WORKSPACE = process.cwd();

function loadAddon() {
  const addon = { exports: {} };
  process.dlopen(addon, path.join(__dirname, 'brood_node.node'));
  return addon.exports;
}

// A program that prints a lot and then calls process.exit() is to lose nothing: pipes are written
// to as process.stdout is documented to do it on Linux.
function makeSynchronous(stream) {
  stream._handle?.setBlocking?.(true);
}

// Goes once through what most programs go through: code is compiled, and memory written to, before
// the job's time counts.
async function rehearse(dialect) {
  const { Console } = require('node:console');
  const { Writable } = require('node:stream');
  for (const name of ['assert', 'async_hooks', 'buffer', 'child_process', 'crypto', 'events', 'fs',
    'fs/promises', 'http', 'net', 'os', 'perf_hooks', 'readline', 'stream', 'string_decoder',
    'timers', 'timers/promises', 'tty', 'url', 'util', 'vm', 'worker_threads', 'zlib']) {
    require(`node:${name}`);
  }
  for (const stream of [process.stdout, process.stderr]) {
    makeSynchronous(stream);
    stream.write('');
  }
  const sink = new Writable({ write(chunk, encoding, done) { done(); } });
  const rehearsed = new Console(sink, sink);
  rehearsed.log('%s', 1, { a: [1, 'b'], c: new Map([[1, 2]]) }, [1.5, null], new Error('none').stack);
  rehearsed.error('text', 1);
  process.env.PATH;
  JSON.parse(JSON.stringify({ a: 1, b: ['c'] }));
  Math.random();
  await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => setImmediate(resolve));
  dialect?.rehearse();
  require('./session.js');
  require('./rehearsal.cjs');
  await import('./rehearsal.mjs');
}

function collectGarbage() {
  const v8 = require('node:v8');
  v8.setFlagsFromString('--expose-gc');
  const gc = require('node:vm').runInNewContext('gc');
  v8.setFlagsFromString('--no-expose-gc');
  gc();
}

// The job's program is to find what it would find in `node main.js args`.
function forget() {
  for (const name of Object.keys(require.cache)) delete require.cache[name];
  Module._pathCache = Object.create(null);
  process.execArgv.length = 0;
  process.exitCode = undefined;
}

// Whether `node main.js` takes a program in the syntax of ES modules for one (20.19, 22.7).
const [major, minor] = process.versions.node.split('.').map(Number);
const nodeDetectsModules = major > 22 || (major === 22 && minor >= 7) ||
  (major === 20 && minor >= 19);

function isModuleSyntax(source) {
  const vm = require('node:vm');
  try {
    vm.compileFunction(source, ['exports', 'require', 'module', '__filename', '__dirname']);
    return false;
  } catch (error) {
    return /^Cannot use ('import.meta'|import statement) outside|^Unexpected token 'export'|^await is only valid in/
      .test(error.message);
  }
}

function placeSource({ sourcePath, source }) {
  const isModule = !nodeDetectsModules && sourcePath.endsWith('.js') &&
    isModuleSyntax(source.toString());
  const mainPath = isModule ? sourcePath.replace(/js$/, 'mjs') : sourcePath;
  require('node:fs').writeFileSync(mainPath, source);
  return mainPath;
}

// The process is no program's, but a context's.
function serveCells(job, addon, dialect, session) {
  process.chdir(job.folder || WORKSPACE);
  for (const [name, value] of job.env) process.env[name] = value;
  if (process.env.NODE_USE_ENV_PROXY === '1') require('./proxy.js').useProxies();
  process.argv = [process.execPath];
  Module._initPaths();
  new session.Context(job, addon, dialect).serve();
}

function become(job) {
  process.chdir(WORKSPACE);
  for (const [name, value] of job.env) process.env[name] = value;
  // What Node reads of its environment when it starts, it has read.
  if (process.env.NODE_USE_ENV_PROXY === '1') require('./proxy.js').useProxies();
  const mainPath = placeSource(job);
  process.argv = [process.execPath, mainPath, ...job.args];
  Module._initPaths();
  return mainPath;
}

async function park() {
  const addon = loadAddon();
  const runMain = Module.runMain;
  const dialect = process.argv[2] && require(process.argv[2]);
  dialect?.install();
  await rehearse(dialect);
  const session = require('./session.js');
  forget();
  collectGarbage();
  const job = addon.takeJob();
  if (job === null) process.exit(0);
  if (job.begun !== undefined) {
    serveCells(job, addon, dialect, session);
    return;
  }
  const mainPath = become(job);
  // From the loop and not from here, so that no frame of this file is below the program's.
  setImmediate(runMain, mainPath);
}

park();
