const c = require('crypto');
console.log(c.createHash('sha256').update('abc').digest('hex'), c.createHmac('md5', 'k').update('d').digest('base64'));
const key = c.scryptSync('pw', 'salt', 32, { N: 1024 }), iv = Buffer.alloc(12);
const e = c.createCipheriv('aes-256-gcm', key, iv); const box = Buffer.concat([e.update('secret'), e.final()]);
const d = c.createDecipheriv('aes-256-gcm', key, iv); d.setAuthTag(e.getAuthTag()); console.log(d.update(box, null, 'utf8') + d.final('utf8'));
const { publicKey, privateKey } = c.generateKeyPairSync('ed25519'); console.log(c.verify(null, Buffer.from('m'), publicKey, c.sign(null, Buffer.from('m'), privateKey)));
console.log(c.randomBytes(8).length, c.randomUUID().length, c.timingSafeEqual(Buffer.from('a'), Buffer.from('a')), c.pbkdf2Sync('p', 's', 1, 8, 'sha1').toString('hex'));
globalThis.crypto ??= c.webcrypto; crypto.subtle.digest('SHA-1', new Uint8Array()).then((h) => console.log(Buffer.from(h).toString('hex')));
