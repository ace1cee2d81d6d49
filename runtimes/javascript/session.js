'use strict';
// A context of a session: takes one cell after the other, while timers and servers of those before
// live on. The loader hands over to it.
const Module = require('node:module');
const net = require('node:net');
const path = require('node:path');
const util = require('node:util');
const { CellChannel } = require('./cell_channel.js');
const { Evaluator, Interruption } = require('./evaluator.js');
const { withoutImports } = require('./imports.js');

const ERROR_MIME = 'application/vnd.brood.error+json';
const ERROR_OBJECT = 0xffffffff;
const MOST_OF_VALUE = 16 << 10;
const MOST_OF_STACK = 256 << 10;
const TOLD = new Set(['stack', 'name', 'message', 'cause']);
const OUR_FRAME = /^\s+at .*(node:inspector|\/javascript\/(session|evaluator)\.js):/;
const IMPORTER = '__importModule';

// The frames below a cell's are ours and the inspector's.
function stackOf(error) {
  const lines = String(error.stack).split('\n');
  const first = lines.findIndex((line) => OUR_FRAME.test(line));
  return first < 0 ? lines : lines.slice(0, first);
}

// The text, and what the error is called.
function describe({ error, details }, name) {
  if (!util.types.isNativeError(error) && !(error instanceof Error)) {
    const text = util.inspect(error);
    return { name: 'Error', value: text, lines: [`Uncaught ${text}`] };
  }
  const lines = stackOf(error);
  if (details?.isEarly) lines.unshift(`${name}:${details.lineNumber + 1}`);
  const own = Object.fromEntries(Object.entries(error).filter(([key]) => !TOLD.has(key)));
  if (Object.keys(own).length > 0) lines.push(...util.inspect(own).split('\n'));
  if (error.cause !== undefined) lines.push(`[cause]: ${util.inspect(error.cause)}`);
  return { name: String(error.name), value: String(error.message), lines };
}

// As if cells were in a file there: require() and import() find what they would find from it.
function moduleIn(workspace) {
  const cells = new Module(path.join(workspace, 'cell.js'));
  cells.filename = cells.id;
  cells.paths = Module._nodeModulePaths(workspace);
  cells._compile('module.exports = (request, options) => import(request, options);',
    cells.filename);
  cells.loaded = true;
  return cells;
}

// The names that Node's own REPL has beside a program's; and `_`, the last value.
function furnish(workspace) {
  const cells = moduleIn(workspace);
  const require = cells.require.bind(cells);
  Object.assign(require, { resolve: Module.createRequire(cells.filename).resolve, main: undefined,
    cache: Module._cache, extensions: Module._extensions });
  const define = (name, value) => Object.defineProperty(globalThis, name,
    { value, writable: true, configurable: true, enumerable: false });
  define('require', require);
  define(IMPORTER, cells.exports);
  cells.exports = {};
  define('module', cells);
  define('exports', cells.exports);
  for (const name of Module.builtinModules) {
    if (/^_|[/:]/.test(name) || name in globalThis) continue;
    Object.defineProperty(globalThis, name, {
      configurable: true, enumerable: false,
      get: () => require(name),
      set: (value) => define(name, value),
    });
  }
  let last;
  Object.defineProperty(globalThis, '_', {
    configurable: true, enumerable: false,
    get: () => last,
    set: (value) => define('_', value),
  });
  return (value) => { last = value; };
}

// Each cell has its own, which is descriptor 0.
function renewStandardInput() {
  let stream;
  Object.defineProperty(process, 'stdin', {
    configurable: true, enumerable: true,
    get() {
      stream ??= new (require('node:fs').ReadStream)(null, { fd: 0, autoClose: false });
      return stream;
    },
  });
}

// An interrupt may have ended a write halfway: its stream would take everything and write nothing.
const abandoned = [];
function renewStandardOutput() {
  for (const [name, fd] of [['stdout', 1], ['stderr', 2]]) {
    if (!(process[name] instanceof net.Socket)) continue;
    // Given up, it would close the descriptor.
    abandoned.push(process[name]);
    const stream = new net.Socket({ fd, readable: false, writable: true });
    stream._handle?.setBlocking?.(true);
    stream.unref();
    Object.defineProperty(process, name,
      { configurable: true, enumerable: true, get: () => stream });
    console[`_${name}`] = stream;
  }
}

class Context {
  constructor(job, addon, dialect) {
    this.channel = new CellChannel(job.begun, job.acknowledged);
    this.evaluator = new Evaluator(addon);
    this.placeInput = addon.placeInput;
    this.dialect = dialect;
    this.remember = furnish(process.cwd());
    this.inputIsEmpty = false;
    process.setUncaughtExceptionCaptureCallback((error) => this.complain(error));
  }

  // A timer's error ends nothing.
  complain(error) {
    if (process.listenerCount('uncaughtException') > 0) {
      process.emit('uncaughtException', error, 'uncaughtException');
    } else {
      process.stderr.write(`Uncaught ${describe({ error }, '').lines.join('\n')}\n`);
    }
  }

  prepare(cell) {
    for (const variable of cell.variables) {
      const equals = variable.indexOf('=');
      process.env[variable.slice(0, equals)] = variable.slice(equals + 1);
    }
    if (cell.input.length === 0 && this.inputIsEmpty) return;
    this.inputIsEmpty = cell.input.length === 0;
    this.placeInput(cell.input);
    renewStandardInput();
  }

  async evaluate(cell, name) {
    try {
      const code = this.dialect?.transpileCell?.(cell.code, name) ?? cell.code;
      return await this.evaluator.evaluate(withoutImports(code, IMPORTER), name);
    } catch (error) {
      return { error };
    }
  }

  async show(cell, value) {
    this.remember(value);
    if (value === undefined) return;
    const text = util.inspect(value);
    if (cell.resultCount < 2) {
      process.stdout.write(`${text}\n`);
    } else if (Buffer.byteLength(text) <= cell.resultBytes) {
      await this.channel.sendResult(0, 'text/plain', Buffer.from(text));
    }
  }

  async tellError(cell, name, outcome) {
    const said = describe(outcome, name);
    const text = said.lines.join('\n');
    process.stderr.write(`${text}\n`);
    if (cell.resultCount === 0) return;
    const traceback = text.slice(0, MOST_OF_STACK).split('\n');
    const value = said.value.slice(0, MOST_OF_VALUE);
    const data = Buffer.from(JSON.stringify({ name: said.name, value, traceback }));
    if (data.length > cell.resultBytes) return;
    await this.channel.sendResult(ERROR_OBJECT, ERROR_MIME, data);
  }

  async serve() {
    for (;;) {
      const cell = await this.channel.takeCell();
      const name = `cell${cell.number}.js`;
      this.prepare(cell);
      const outcome = await this.evaluate(cell, name);
      const failed = 'error' in outcome;
      if (outcome.error instanceof Interruption) renewStandardOutput();
      if (failed) {
        await this.tellError(cell, name, outcome);
      } else {
        await this.show(cell, outcome.value);
      }
      this.evaluator.forget();
      await this.channel.sendDone(cell.number, failed ? 1 : 0);
    }
  }
}

module.exports = { Context };
