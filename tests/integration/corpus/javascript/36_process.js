console.log(process.argv.length, process.execArgv, process.env.HOME, process.cwd(), typeof process.pid, process.platform, process.exitCode);
process.on('exit', (c) => console.log('exit', c)); process.on('beforeExit', () => console.log('before'));
process.emitWarning('careful'); process.once('warning', (w) => console.log(w.message));
console.log(process.hrtime.bigint() > 0n, process.memoryUsage().rss > 1e6, process.uptime() > 0, process.getuid(), process.listenerCount('SIGINT'), process.title.endsWith('node'));
process.kill(process.pid, 0); const awake = setInterval(() => {}, 1000); process.on('SIGUSR2', () => { console.log('signal'); clearInterval(awake); }); process.kill(process.pid, 'SIGUSR2');
