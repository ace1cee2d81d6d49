const { fork } = require('child_process');
if (process.argv[2] === 'child') { process.on('message', (m) => { process.send({ twice: m * 2 }); process.disconnect(); }); } else {
  const child = fork(__filename, ['child']); child.send(21);
  child.on('message', (m) => console.log(m)); child.on('exit', (c) => console.log('exit', c)); }
