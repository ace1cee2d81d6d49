const http = require('http');
const server = http.createServer((q, r) => { let body = ''; q.on('data', (d) => { body += d; }); q.on('end', () => { r.setHeader('X-Echo', q.method); r.writeHead(201, { 'Content-Type': 'text/plain' }); r.end(`${q.url} ${body}`); }); });
server.listen(0, '127.0.0.1', () => { const q = http.request({ port: server.address().port, method: 'POST', path: '/p?q=1' }, async (r) => {
  let t = ''; for await (const d of r) t += d; console.log(r.statusCode, r.headers['x-echo'], t); server.close(() => console.log('closed')); server.closeAllConnections?.(); }); q.end('body'); });
