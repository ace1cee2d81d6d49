const view = new DataView(new ArrayBuffer(16));
view.setFloat64(0, Math.E); view.setInt32(8, -2, true); view.setBigUint64(8, 2n ** 63n);
console.log(view.getFloat64(0).toFixed(6), view.getUint8(8), new Uint8Array(view.buffer, 0, 4));
console.log(Float32Array.of(1.1, 2.2).map((n) => n * 2), new Uint8ClampedArray([300, -5, 1.5]));
