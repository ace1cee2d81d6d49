const vm = require('vm');
const ctx = vm.createContext({ x: 2 }); console.log(vm.runInContext('x *= 21; x', ctx), ctx.x, new vm.Script('1+1').runInThisContext(), eval('3*3'), new Function('a', 'return a+1')(1));
try { vm.runInNewContext('while(true);', {}, { timeout: 20 }); } catch (e) { console.log(e.code); }
try { eval('var 1'); } catch (e) { console.log(e.name); }
