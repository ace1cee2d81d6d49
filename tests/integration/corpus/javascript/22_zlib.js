const z = require('zlib'), text = 'repeat '.repeat(100);
const g = z.gzipSync(text); console.log(g.length < 60, z.gunzipSync(g).toString() === text, z.inflateRawSync(z.deflateRawSync('q')).toString());
z.brotliCompress(text, (e, b) => z.brotliDecompress(b, (e2, t) => console.log(e, e2, t.toString() === text)));
try { z.inflateSync(Buffer.from('garbage')); } catch (e) { console.log(e.code); }
