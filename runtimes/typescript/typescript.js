'use strict';
// Teaches Node TypeScript with the compiler that is installed: types are taken away file by file,
// and stack traces name the lines of the source. Nothing is checked unless the job asks for it.
const Module = require('node:module');
const path = require('node:path');

// One that the operator has installed, the one that ./dev fetched, and the distribution's.
const PLACES = ['/usr/local/lib/node_modules/typescript', '/usr/lib/node_modules/typescript',
  path.join(__dirname, 'compiler.js'), '/usr/share/nodejs/typescript'];
const ENDINGS = ['.ts', '.mts', '.cts'];

function findCompiler() {
  for (const place of PLACES) {
    try {
      return require(place);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return null;
}

const ts = findCompiler();
// Node 22.18 and later run what can be erased by themselves, which excludes enums and the like.
const nodeErasesTypes = Boolean(process.features.typescript);

const isAvailable = () => ts !== null || nodeErasesTypes;
const version = () => (ts !== null ? ts.version : process.versions.amaro ?? process.versions.node);
const WHY_UNAVAILABLE = 'no TypeScript compiler: install the package node-typescript, or run ' +
  '`npm install --global typescript`, or use Node 22.18 or later';

// The words of ES modules that have no counterpart in CommonJS, which is what all becomes.
function adaptation(found) {
  const describeModule = (factory) => factory.createCallExpression(
    factory.createIdentifier('__moduleDescription'), undefined,
    [factory.createIdentifier('__filename')]);
  return (context) => {
    const visitor = (inFunction) => (node) => {
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
        found.describesModule = true;
        return describeModule(context.factory);
      }
      const awaits = ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier);
      if (awaits && !inFunction) found.awaits = true;
      return ts.visitEachChild(node, visitor(inFunction || ts.isFunctionLike(node)), context);
    };
    return (sourceFile) => ts.visitNode(sourceFile, visitor(false));
  };
}

function options() {
  return {
    module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true,
    inlineSourceMap: true, inlineSources: true,
    // Before version 5 there were no others.
    experimentalDecorators: Number.parseInt(ts.version, 10) < 5,
  };
}

// As Node shows a syntax error.
function syntaxError(diagnostic) {
  const { file, start, messageText } = diagnostic;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  const message = ts.flattenDiagnosticMessageText(messageText, '\n');
  const error = new SyntaxError(message);
  error.stack = `${file.fileName}:${line + 1}\n${file.text.split(/\r?\n/)[line]}\n` +
    `${' '.repeat(character)}^\n\nSyntaxError: ${message}`;
  return error;
}

function transpile(source, fileName) {
  const found = {};
  const { outputText, diagnostics } = ts.transpileModule(source, {
    fileName, reportDiagnostics: true, compilerOptions: options(),
    transformers: { before: [adaptation(found)] },
  });
  const wrong = diagnostics.find((one) => one.category === ts.DiagnosticCategory.Error && one.file);
  if (wrong !== undefined) throw syntaxError(wrong);
  let code = outputText;
  // On the first line, so that all keep their numbers.
  if (found.awaits) code = `(async () => { ${code}\n})();`;
  if (found.describesModule) {
    code = `const __moduleDescription = (f) => ({ __proto__: null, filename: f, dirname: __dirname, ` +
      `url: require('node:url').pathToFileURL(f).href }); ${code}`;
  }
  return code;
}

// Imports stay, whether this cell uses them or not: the next one may.
function transpileCell(source, fileName) {
  if (ts === null) return require('node:module').stripTypeScriptTypes(source);
  const keepsImports = Number.parseInt(ts.version, 10) < 5
    ? { preserveValueImports: true, isolatedModules: true } : { verbatimModuleSyntax: true };
  const { outputText, diagnostics } = ts.transpileModule(source, {
    fileName: fileName.replace(/js$/, 'ts'), reportDiagnostics: true,
    compilerOptions: { ...options(), ...keepsImports, module: ts.ModuleKind.ESNext,
      inlineSourceMap: false, inlineSources: false },
  });
  const wrong = diagnostics.find((one) => one.category === ts.DiagnosticCategory.Error && one.file);
  if (wrong !== undefined) throw syntaxError(wrong);
  return outputText.replace(/^export \{\};\n?/m, '');
}

function load(module, fileName) {
  const source = require('node:fs').readFileSync(fileName, 'utf8');
  if (process.mainModule === module && process.env.TYPESCRIPT_CHECK) {
    require('./check.js').checkOrExit(ts, fileName);
  }
  let code;
  try {
    code = transpile(source, fileName);
  } catch (error) {
    if (process.mainModule !== module || !(error instanceof SyntaxError)) throw error;
    // Thrown, it would be shown with this line of this file.
    process.stderr.write(`${error.stack}\n\nNode.js ${process.version}\n`);
    process.exit(1);
  }
  module._compile(code, fileName);
}

// './other.js' is how TypeScript's own ES modules name other.ts.
function resolveToSource() {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, ...rest) {
    try {
      return resolve.call(this, request, ...rest);
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND' || !/^\.{0,2}\/.*\.[cm]?js$/.test(request)) throw error;
      return resolve.call(this, request.replace(/js$/, 'ts'), ...rest);
    }
  };
}

function install() {
  if (ts === null) return;
  for (const ending of ENDINGS) Module._extensions[ending] = load;
  resolveToSource();
  process.setSourceMapsEnabled(true);
}

// The compiler, too, is slower the first time.
function rehearse() {
  if (ts === null) return;
  const fileName = path.join(__dirname, 'rehearsal.ts');
  transpile(require('node:fs').readFileSync(fileName, 'utf8'), fileName);
  require(fileName);
}

module.exports = { install, isAvailable, rehearse, transpileCell, version, WHY_UNAVAILABLE };
