const rl = require('readline').createInterface({ input: require('stream').Readable.from(['first\nsecond\n', 'third']) });
let n = 0; rl.on('line', (l) => console.log(++n, l)).on('close', () => console.log('end'));
const { StringDecoder } = require('string_decoder'); const d = new StringDecoder('utf8'); console.log(d.write(Buffer.from([0xe2, 0x82])) + d.write(Buffer.from([0xac])));
