const fs = require('fs'), fsp = require('fs/promises');
(async () => {
  await fsp.writeFile('f', 'x'.repeat(1000)); const h = await fsp.open('f', 'r+');
  await h.write('abc', 10); console.log((await h.read(Buffer.alloc(5), 0, 5, 9)).buffer.toString(), (await h.stat()).size); await h.close();
  fs.readFile('f', (e, d) => { console.log(e, d.length);
    fs.createReadStream('f', { highWaterMark: 300 }).on('data', (c) => console.log('chunk', c.length)).on('end', () => fs.unlink('f', console.log)); });
})();
