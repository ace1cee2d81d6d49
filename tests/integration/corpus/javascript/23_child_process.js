const { execFileSync, spawn, spawnSync, exec } = require('child_process');
console.log(execFileSync('echo', ['hi']).toString().trim(), spawnSync('sh', ['-c', 'cat; exit 3'], { input: 'in' }).status);
const s = spawn('cat'); let out = ''; s.stdout.on('data', (d) => { out += d; });
s.on('close', (code, signal) => { console.log(out, code, signal);
  exec('echo err >&2; kill -9 $$', (e, o, err) => console.log(e.killed, e.signal, err.trim())); });
s.stdin.end('through cat');
