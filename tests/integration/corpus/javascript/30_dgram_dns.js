const u = require('dgram').createSocket('udp4');
u.on('message', (m) => { console.log(String(m)); u.close();
  require('dns').lookup('localhost', { family: 4 }, (e, a) => console.log(e, a)); });
u.bind(0, '127.0.0.1', () => u.send('datagram', u.address().port, '127.0.0.1'));
