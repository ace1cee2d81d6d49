const { AsyncLocalStorage, executionAsyncId } = require('async_hooks'); const als = new AsyncLocalStorage();
als.run({ id: 1 }, () => setTimeout(() => Promise.resolve().then(() => console.log(als.getStore())), 1)); als.run({ id: 2 }, () => process.nextTick(() => console.log(als.getStore())));
console.log(als.getStore(), executionAsyncId() > 0); const { performance, PerformanceObserver } = require('perf_hooks');
performance.mark('a'); performance.mark('b'); console.log(performance.measure('m', 'a', 'b').duration >= 0, performance.getEntriesByType('mark').map((m) => m.name));
