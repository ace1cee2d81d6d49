const fs = require('fs');
fs.writeFileSync('lib.js', 'exports.n = 1; exports.main = require.main === module; exports.self = __filename;'); fs.mkdirSync('node_modules/pkg', { recursive: true });
fs.writeFileSync('node_modules/pkg/package.json', '{"main":"m.js"}'); fs.writeFileSync('node_modules/pkg/m.js', 'module.exports = () => "pkg"'); fs.writeFileSync('d.json', '{"j":1}');
console.log(require('./lib'), require('pkg')(), require('./d'), require('./lib') === require('./lib'), require.main === module, __filename, __dirname, module.id);
try { require('./none'); } catch (e) { console.log(e.code); }
import('./lib.js').then((m) => console.log(m.default.n, Object.keys(require.cache).length, require.resolve('pkg')));
