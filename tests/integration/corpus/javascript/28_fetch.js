const server = require('http').createServer((q, r) => r.end(JSON.stringify({ path: q.url, agent: typeof q.headers['user-agent'] })));
server.listen(0, '127.0.0.1', async () => {
  const r = await fetch(`http://localhost:${server.address().port}/f`); console.log(r.ok, r.status, await r.json());
  try { await fetch('http://127.0.0.1:9/'); } catch (e) { console.log(e.name, e.cause.code); }
  const h = new Headers({ A: '1' }); h.append('a', '2'); console.log(h.get('A'), new URLSearchParams('a=1&a=2').getAll('a'), new FormData().has('x')); server.close(); server.closeAllConnections?.(); });
