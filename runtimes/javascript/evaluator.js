'use strict';
// Evaluates code as the inspector's console does, in V8's own REPL mode: what has been declared can
// be declared anew, and `await` stands anywhere.
const inspector = require('node:inspector');

const GROUP = 'cell';

// As Python names it, since that is what callers look for.
class Interruption extends Error {
  constructor() {
    super('the cell was interrupted');
    this.name = 'KeyboardInterrupt';
    this.stack = `${this.name}: ${this.message}`;
  }
}

class Evaluator {
  // The addon ends what runs, and tells of interrupts while nothing does.
  constructor(addon) {
    this.runInterruptibly = addon.runInterruptibly;
    addon.onInterrupt(() => this.interrupt?.());
    this.session = new inspector.Session();
    this.session.connect();
    this.interrupt = null;
    // The inspector gives names of objects; what is called on this one has the objects themselves.
    const name = 'takerOfValues';
    globalThis[name] = { take: (value) => { this.taken = value; } };
    this.session.post('Runtime.evaluate', { expression: name }, (error, answer) => {
      this.takerId = answer.result.objectId;
    });
    delete globalThis[name];
  }

  objectOf(remote) {
    const { objectId, unserializableValue, value } = remote;
    this.session.post('Runtime.callFunctionOn', {
      objectId: this.takerId,
      functionDeclaration: 'function (value) { this.take(value); }',
      arguments: [objectId !== undefined ? { objectId }
        : unserializableValue !== undefined ? { unserializableValue } : { value }],
    });
    const { taken } = this;
    this.taken = undefined;
    return taken;
  }

  // Resolves to {value} or {error}, where `isSyntax` says that nothing has run.
  evaluate(code, name) {
    return new Promise((resolve) => {
      const settle = (failure, answer) => {
        if (failure) return resolve({ error: new Interruption() });
        const { result, exceptionDetails: details } = answer;
        if (details === undefined) return resolve({ value: this.objectOf(result) });
        // Where nothing of the cell has run, no frame tells its line.
        const isEarly = details.exception.className === 'SyntaxError' && !details.stackTrace;
        const lineNumber = Math.min(details.lineNumber, code.split('\n').length - 1);
        return resolve({
          error: this.objectOf(details.exception), details: { isEarly, lineNumber },
        });
      };
      this.interrupt = () => resolve({ error: new Interruption() });
      const isInterrupted = this.runInterruptibly(() => this.session.post('Runtime.evaluate', {
        expression: `${code}\n//# sourceURL=${name}`,
        objectGroup: GROUP, replMode: true, awaitPromise: true,
      }, settle));
      if (isInterrupted) resolve({ error: new Interruption() });
    }).finally(() => { this.interrupt = null; });
  }

  forget() {
    this.session.post('Runtime.releaseObjectGroup', { objectGroup: GROUP });
    this.session.post('Runtime.discardConsoleEntries');
  }
}

module.exports = { Evaluator, Interruption };
