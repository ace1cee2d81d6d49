const { Readable, Transform, pipeline, PassThrough } = require('stream');
const { pipeline: p } = require('stream/promises');
const upper = new Transform({ transform(c, _, done) { done(null, String(c).toUpperCase()); } });
let text = '';
(async () => {
  await p(Readable.from(['a', 'b', 'c']), upper, async function* (s) { for await (const c of s) { text += c; yield c; } }, new PassThrough().resume());
  console.log(text, await Readable.from([1, 2, 3, 4]).filter((n) => n % 2).map((n) => n * 10).toArray());
  pipeline(Readable.from(['x']), new Transform({ transform(c, e, d) { d(new Error('broken')); } }), (e) => console.log(e.message));
  console.log(await new Response(new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode('web')); c.close(); } })).text());
})();
