const fs = require('fs'), path = require('path');
fs.mkdirSync('deep/er', { recursive: true }); fs.writeFileSync('deep/er/a.txt', 'one\n'); fs.appendFileSync('deep/er/a.txt', 'two\n');
fs.renameSync('deep/er/a.txt', 'deep/b.txt'); fs.symlinkSync('b.txt', 'deep/link'); fs.copyFileSync('deep/b.txt', 'deep/c.txt');
console.log(fs.readdirSync('deep').sort(), fs.readFileSync('deep/link', 'utf8').trim().split('\n'), fs.statSync('deep/b.txt').size, fs.lstatSync('deep/link').isSymbolicLink());
console.log(path.join('/a', '../b', './c'), path.extname('x.tar.gz'), path.parse('/home/u/f.txt').name, path.relative('/a/b', '/a/c/d'));
fs.rmSync('deep', { recursive: true }); console.log(fs.existsSync('deep'));
try { fs.readFileSync('nope'); } catch (e) { console.log(e.code, e.syscall); }
try { fs.writeFileSync('/etc/x', ''); } catch (e) { console.log(['EROFS', 'EACCES'].includes(e.code)); }
