const { EventEmitter, once, on } = require('events');
const e = new EventEmitter();
e.once('a', (...args) => console.log('once', args)); e.prependListener('a', () => console.log('first'));
console.log(e.emit('a', 1, 2), e.emit('a'), e.listenerCount('a'), e.emit('none'));
once(e, 'b').then(([v]) => console.log('awaited', v)); e.emit('b', 7);
const target = new EventTarget(); target.addEventListener('x', (event) => console.log(event.type, event.cancelable)); target.dispatchEvent(new Event('x', { cancelable: true }));
try { e.emit('error', new Error('unheard')); } catch (error) { console.log(error.message); }
const c = new AbortController(); c.signal.onabort = () => console.log('aborted', c.signal.reason.name); c.abort();
