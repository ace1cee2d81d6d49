console.log('naïve café'.normalize('NFD').length, [...'👩‍🚀é'].length, 'ß'.toUpperCase());
console.log('a-b-c'.replaceAll('-', '+'), 'x'.padStart(3, '.'), ' trim '.trim(), 'abc'.at(-1), 'ab'.repeat(2));
console.log(`tagged ${String.raw`\n`} ${'z'.codePointAt(0)}`, 'a,b;c'.split(/[,;]/), 'b' > 'a', 'ä'.localeCompare('z', 'de'));
