const net = require('net');
const s = net.createServer((c) => c.on('data', (d) => c.end(String(d).split('').reverse().join('')))).listen('/tmp/s.sock', () => {
  const c = net.connect('/tmp/s.sock', () => c.write('olleh')); c.on('data', (d) => console.log(String(d))); c.on('close', () => s.close(() => console.log('closed'))); });
console.log(net.isIP('::1'), net.isIPv4('1.2.3.4'));
