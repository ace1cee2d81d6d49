const b = Buffer.from('héllo');
console.log(b, b.length, b.toString('base64'), b.toString('hex'), Buffer.from('aGk=', 'base64').toString());
console.log(Buffer.concat([Buffer.alloc(2, 'a'), Buffer.from([98])]).toString(), b.indexOf('l'), b.readUInt16BE(0), Buffer.compare(b, b), b.subarray(0, 1).equals(Buffer.from('h')));
console.log(new TextDecoder('utf-16le').decode(new Uint8Array([104, 0, 105, 0])), new TextEncoder().encode('€'), btoa('x'), atob('eA=='));
