'use strict';
// Reports what `tsc --noEmit --strict` says of a program, for a job that asks for it. Node's own
// modules and globals are known by name only: their types are no part of the compiler.
const { builtinModules } = require('node:module');

const NODE = '/node.d.ts';
const GLOBALS = ['process', 'require', 'module', 'exports', 'global', '__dirname', '__filename',
  'setImmediate', 'clearImmediate'];

function describeNode() {
  const modules = builtinModules.flatMap((name) => [name, `node:${name}`]);
  return modules.map((name) => `declare module '${name}';\n`).join('') +
    GLOBALS.map((name) => `declare var ${name}: any;\n`).join('') +
    'declare var Buffer: any;\ndeclare type Buffer = any;\n' +
    'declare namespace NodeJS { type Timeout = any; type ErrnoException = any; }\n' +
    'interface ImportMeta { [name: string]: any }\n';
}

function optionsOf(ts) {
  return {
    noEmit: true, strict: true, skipLibCheck: true, esModuleInterop: true, resolveJsonModule: true,
    target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022,
    moduleResolution: ts.ModuleResolutionKind.NodeJs, types: [],
    moduleDetection: ts.ModuleDetectionKind?.Force,
    experimentalDecorators: Number.parseInt(ts.version, 10) < 5,
  };
}

function hostOf(ts, options) {
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => name === NODE || fileExists(name);
  host.getSourceFile = (name, version, ...rest) => (name === NODE
    ? ts.createSourceFile(name, describeNode(), version)
    : getSourceFile(name, version, ...rest));
  return host;
}

// Returns if there is nothing to object to.
function checkOrExit(ts, fileName) {
  const options = optionsOf(ts);
  const host = hostOf(ts, options);
  const program = ts.createProgram([fileName, NODE], options, host);
  const wrong = ts.getPreEmitDiagnostics(program)
    .filter((one) => one.category === ts.DiagnosticCategory.Error);
  if (wrong.length === 0) return;
  process.stderr.write(ts.formatDiagnostics(wrong, host));
  // As tsc ends.
  process.exit(2);
}

module.exports = { checkOrExit };
