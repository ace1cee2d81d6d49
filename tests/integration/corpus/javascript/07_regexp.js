const text = '2024-01-15 and 2025-12-31';
for (const { groups: { y, m } } of text.matchAll(/(?<y>\d{4})-(?<m>\d\d)-\d\d/g)) console.log(y, m);
console.log(text.replace(/(\d+)-(\d+)-(\d+)/g, '$3.$2.$1'), /(?<=\$)\d+/.exec('cost $42')[0], /\p{Lu}/u.test('É'));
console.log('aBc'.replace(/[A-Z]/g, (l) => `_${l.toLowerCase()}`), /a.c/s.test('a\nc'), 'x1y2'.search(/\d/));
