'use strict';
// Lets fetch(), http and https use the proxy that the environment names, which Node does by itself
// from version 24 on when NODE_USE_ENV_PROXY is set before it starts.
//
// node --require proxy.js, or useProxies() in a Node that has started without the variables.
const [major, minor] = process.versions.node.split('.').map(Number);
const knowsProxies = major >= 24 || (major === 22 && minor >= 21);

function noProxyFor(host) {
  const list = process.env.no_proxy ?? process.env.NO_PROXY ?? '';
  return list.split(',').map((entry) => entry.trim()).filter(Boolean)
    .some((entry) => host === entry || host.endsWith(`.${entry.replace(/^\./, '')}`));
}

// The tunnel's socket, or an error with the proxy's own words.
function connectThrough(proxy, host, port, done) {
  const net = require('node:net');
  const socket = net.connect(Number(proxy.port), proxy.hostname);
  let answer = '';
  const fail = (error) => {
    socket.destroy();
    done(error);
  };
  const onData = (bytes) => {
    answer += bytes.toString('latin1');
    const end = answer.indexOf('\r\n\r\n');
    if (end < 0) return;
    const isRefusal = !/^HTTP\/1\.[01] 200 /.test(answer);
    // The text of a refusal comes until the proxy closes.
    if (isRefusal) return;
    socket.off('data', onData);
    socket.off('end', onEnd);
    socket.off('error', fail);
    socket.pause();
    done(null, socket);
  };
  const onEnd = () => {
    const [head, text = ''] = answer.split('\r\n\r\n', 2);
    fail(new Error(`${head.split('\r\n')[0] || 'the proxy has closed'}: ${text.trim()}`));
  };
  socket.on('data', onData);
  socket.on('end', onEnd);
  socket.on('error', fail);
  socket.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n` +
    'Connection: close\r\n\r\n');
}

// As net.connect() and tls.connect() do it, by way of the proxy.
function connector(proxy) {
  return ({ isTls, host, port, options }, done) => {
    if (noProxyFor(host)) {
      const direct = isTls
        ? require('node:tls').connect({ ...options, host, port })
        : require('node:net').connect({ ...options, host, port });
      direct.once(isTls ? 'secureConnect' : 'connect', () => done(null, direct));
      direct.once('error', done);
      return;
    }
    connectThrough(proxy, host, port, (error, socket) => {
      if (error || !isTls) return done(error, socket);
      const secure = require('node:tls').connect({ ...options, host: undefined, port: undefined,
        path: undefined, socket, servername: options.servername || host });
      secure.once('secureConnect', () => done(null, secure));
      secure.once('error', done);
    });
  };
}

function agentClass(Base, isTls, connect) {
  return class extends Base {
    createConnection(options, done) {
      const host = options.host ?? options.hostname ?? 'localhost';
      // Sockets of the file system are nobody's to proxy.
      if (options.socketPath) return super.createConnection(options, done);
      connect({ isTls, host, port: options.port, options }, done);
      return undefined;
    }
  };
}

// fetch() has a dispatcher that undici, Node's own copy of it, makes when it is loaded, which is at
// the first call. Its class is all that there is to be had of it.
function wrapFetch(connect) {
  const real = globalThis.fetch;
  const connectFor = ({ hostname, protocol, port, servername }, done) => {
    const isTls = protocol === 'https:';
    connect({ isTls, host: hostname, port: port || (isTls ? 443 : 80),
      options: { servername, ALPNProtocols: ['http/1.1'] } }, done);
  };
  globalThis.fetch = function fetch(input, init) {
    globalThis.fetch = real;
    const key = Symbol.for('undici.globalDispatcher.1');
    if (globalThis[key] === undefined) real('data:,').catch(() => {});
    const Agent = globalThis[key].constructor;
    // One of the program's own choice stays.
    if (Agent.name === 'Agent') globalThis[key] = new Agent({ connect: connectFor });
    return real(input, init);
  };
}

function useProxies() {
  const address = process.env.https_proxy ?? process.env.HTTPS_PROXY;
  if (!address?.startsWith('http://')) return;
  const connect = connector(new URL(address));
  const http = require('node:http');
  const https = require('node:https');
  http.globalAgent = new (agentClass(http.Agent, false, connect))({ keepAlive: true });
  https.globalAgent = new (agentClass(https.Agent, true, connect))({ keepAlive: true });
  wrapFetch(connect);
}

exports.useProxies = useProxies;
const isPreloaded = module.parent?.id === 'internal/preload';
if (isPreloaded && !knowsProxies && process.env.NODE_USE_ENV_PROXY === '1') useProxies();
