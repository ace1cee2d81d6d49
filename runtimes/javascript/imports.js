'use strict';
// The words of ES modules in a cell, which is a script: `import` becomes what a script may say. On
// the same line, so that all keep their numbers.

const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
// After these a slash begins a regular expression.
const BEFORE_EXPRESSION = /^$|^[([{},;=:?!&|+\-*/%<>~^]$|^(?:return|typeof|case|in|of|delete|void|throw|new|await|yield|do|else)$/;
const STATEMENT = /import\s*(?:(["'])(?<bare>[^"'\n]+)\1|(?<what>[^"'();]+?)\s*from\s*(["'])(?<from>[^"'\n]+)\4)\s*(?:(?:with|assert)\s*\{[^}]*\})?\s*;?/y;

function endOfQuoted(code, start) {
  let at = start + 1;
  while (at < code.length && code[at] !== code[start] && code[at] !== '\n') {
    at += code[at] === '\\' ? 2 : 1;
  }
  return at + 1;
}

function endOfPattern(code, start) {
  let inClass = false;
  for (let at = start + 1; at < code.length && code[at] !== '\n'; at += 1) {
    if (code[at] === '\\') at += 1;
    else if (code[at] === '[') inClass = true;
    else if (code[at] === ']') inClass = false;
    else if (code[at] === '/' && !inClass) return at + 1;
  }
  return start + 1;
}

// Where the word `import` stands as such: not in text, comments or patterns, nor as a property.
function placesOfImport(code) {
  const places = [];
  const templates = [];  // For each that is open: how deep in braces its expression is.
  let depth = 0;
  let at = 0;
  let before = '';  // The last word or sign.
  const skipTemplate = () => {
    while (at < code.length) {
      if (code[at] === '\\') at += 2;
      else if (code[at] === '`') { at += 1; return; }
      else if (code.startsWith('${', at)) { templates.push(depth); depth += 1; at += 2; return; }
      else at += 1;
    }
  };
  while (at < code.length) {
    const character = code[at];
    const start = at;
    if (character === '"' || character === "'") at = endOfQuoted(code, at);
    else if (character === '`') { at += 1; skipTemplate(); }
    else if (code.startsWith('//', at) || code.startsWith('/*', at)) {
      const end = code[at + 1] === '/' ? '\n' : '*/';
      const found = code.indexOf(end, at + 2);
      at = found < 0 ? code.length : found + end.length;
      continue;
    } else if (character === '/' && BEFORE_EXPRESSION.test(before)) {
      at = endOfPattern(code, at);
    } else if (character === '{') { depth += 1; at += 1; }
    else if (character === '}') {
      depth -= 1;
      at += 1;
      if (templates.at(-1) === depth) { templates.pop(); skipTemplate(); }
    } else {
      WORD.lastIndex = at;
      const word = WORD.exec(code)?.[0];
      if (word === 'import' && before !== '.' && before !== '#') places.push({ at, depth });
      at += word?.length ?? 1;
    }
    const text = code.slice(start, at);
    if (text.trim() !== '') before = text.length > 1 && !/^\w/.test(text) ? ')' : text;
  }
  return places;
}

// { a, b as c } as a pattern.
const patternOf = (names) => names.replace(/\btype\s+(?=\w)/g, '')
  .replace(/([\w$]+|"[^"]*")\s+as\s+([\w$]+)/g, '$1: $2');

function declarationOf(what, from, importer) {
  const module = `await ${importer}(${JSON.stringify(from)})`;
  const parts = /^(?:(?<main>[\w$]+)\s*,?)?\s*(?:\*\s*as\s+(?<all>[\w$]+)|(?<names>\{[^}]*\}))?$/s
    .exec(what.trim())?.groups;
  if (parts === undefined || what.trim() === '') return null;
  const { main, all, names } = parts;
  if (all !== undefined) {
    return `const ${all} = ${module};${main ? ` const ${main} = ${all}.default;` : ''}`;
  }
  const pattern = names === undefined ? '' : patternOf(names.trim().slice(1, -1));
  const own = main === undefined ? '' : `default: ${main}`;
  return `const {${[own, pattern].filter((part) => part.trim() !== '').join(', ')}} = ${module};`;
}

// `importer` is the name of a function that does what import() does.
function withoutImports(code, importer) {
  if (!code.includes('import')) return code;
  let result = '';
  let done = 0;
  for (const { at, depth } of placesOfImport(code)) {
    if (at < done) continue;
    let text = null;
    let end = at + 'import'.length;
    STATEMENT.lastIndex = at;
    const statement = depth === 0 ? STATEMENT.exec(code)?.groups : undefined;
    if (/^\s*\(/.test(code.slice(end))) {
      text = importer;
    } else if (statement !== undefined) {
      end = STATEMENT.lastIndex;
      STATEMENT.lastIndex = 0;
      text = statement.bare !== undefined ? `await ${importer}(${JSON.stringify(statement.bare)});`
        : declarationOf(statement.what, statement.from, importer);
      // As many lines as there were.
      text &&= text + '\n'.repeat(code.slice(at, end).split('\n').length - text.split('\n').length);
    }
    if (text === null) continue;
    result += code.slice(done, at) + text;
    done = end;
  }
  return result + code.slice(done);
}

module.exports = { withoutImports };
