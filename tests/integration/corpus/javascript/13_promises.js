const wait = (ms, v) => new Promise((r) => setTimeout(r, ms, v));
(async () => {
  console.log(await Promise.all([wait(3, 'a'), 'b', Promise.resolve('c')]));
  console.log(await Promise.race([wait(500, 'slow'), wait(1, 'fast')]));
  console.log((await Promise.allSettled([Promise.reject(new Error('no')), 1])).map((r) => r.status));
  console.log(await Promise.any([Promise.reject(1), wait(1, 'any')]));
  try { await Promise.any([Promise.reject(1)]); } catch (e) { console.log(e instanceof AggregateError, e.errors); }
  process.exit(0);
})();
