const u = new URL('https://user:pw@exämple.org:8080/a/../b?x=1&y=%20#h'); u.searchParams.append('z', 'ü');
console.log(u.href, u.hostname, u.pathname, [...u.searchParams].length, require('url').parse('http://a/b?c').query, require('querystring').stringify({ a: [1, 2] }));
console.log(new Intl.PluralRules('en').select(1), new Intl.ListFormat('en').format(['a', 'b', 'c']), (1234567.891).toLocaleString('en-US'), ['z', 'ä', 'a'].sort(new Intl.Collator('de').compare));
