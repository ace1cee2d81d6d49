'use strict';
// Cells as they come down a worker's channel, and what goes up it: rpc/wire/cell_frames.h and
// worker_frames.h. Read by the event loop, which goes on between cells.
const net = require('node:net');

const CHANNEL = 3;
const HEADER_BYTES = 40;
const FRAME_BYTES = 64;
const CELL_MAGIC = 0x6c6c6543;
const FRAME_MAGIC = 0x64726257;
const KIND_RESULT = 5;
const KIND_CELL_DONE = 6;

function doneFrame(number, exitCode) {
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.writeUInt32LE(FRAME_MAGIC, 0);
  frame.writeUInt16LE(KIND_CELL_DONE, 4);
  frame.writeInt32LE(exitCode, 8);
  frame.writeBigUInt64LE(BigInt(number), 16);
  return frame;
}

function resultFrame(object, mime, data) {
  const header = Buffer.alloc(FRAME_BYTES);
  header.writeUInt32LE(FRAME_MAGIC, 0);
  header.writeUInt16LE(KIND_RESULT, 4);
  header.writeUInt16LE(mime.length, 6);
  header.writeUInt32LE(object, 8);
  header.writeBigUInt64LE(BigInt(data.length), 16);
  return Buffer.concat([header, Buffer.from(mime), data]);
}

class CellChannel {
  // `begun` is what has been read of it already.
  constructor(begun, acknowledged) {
    this.acknowledged = acknowledged;
    this.pending = begun;
    this.wanted = null;
    this.socket = new net.Socket({ fd: CHANNEL, readable: true, writable: true });
    this.socket.on('data', (bytes) => {
      this.pending = this.pending.length > 0 ? Buffer.concat([this.pending, bytes]) : bytes;
      this.serve();
    });
    for (const end of ['end', 'error']) this.socket.on(end, () => process.reallyExit(0));
  }

  serve() {
    if (this.wanted === null || this.pending.length < this.wanted.size) return;
    const { size, resolve } = this.wanted;
    const bytes = this.pending.subarray(0, size);
    this.pending = this.pending.subarray(size);
    this.wanted = null;
    resolve(bytes);
  }

  read(size) {
    return new Promise((resolve) => {
      this.wanted = { size, resolve };
      this.serve();
    });
  }

  send(bytes) {
    return new Promise((resolve) => { this.socket.write(bytes, resolve); });
  }

  // Nothing may follow before it has been acknowledged.
  async sendResult(object, mime, data) {
    await this.send(resultFrame(object, mime, data));
    if (this.acknowledged) await this.read(1);
  }

  sendDone(number, exitCode) {
    return this.send(doneFrame(number, exitCode & 0xff));
  }

  async takeCell() {
    const header = await this.read(HEADER_BYTES);
    if (header.readUInt32LE(0) !== CELL_MAGIC) process.reallyExit(1);
    const codeEnd = header.readUInt32LE(8);
    const inputEnd = codeEnd + header.readUInt32LE(12);
    const number = header.readUInt32LE(4);
    const resultCount = header.readUInt32LE(20);
    const resultBytes = Math.min(Number(header.readBigUInt64LE(24)),
      Number(header.readBigUInt64LE(32)));
    const payload = await this.read(inputEnd + header.readUInt32LE(16));
    return {
      number, resultCount, resultBytes,
      code: payload.toString('utf8', 0, codeEnd),
      input: payload.subarray(codeEnd, inputEnd),
      variables: payload.toString('utf8', inputEnd).split('\0').slice(0, -1),
    };
  }
}

module.exports = { CellChannel };
