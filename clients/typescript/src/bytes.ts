// Bytes and text, with what Node and browsers both have.

interface WithBase64 {
  fromBase64?: (text: string) => Uint8Array;
}
interface WithBuffer {
  Buffer?: { from(text: string, encoding: "base64"): Uint8Array };
}

/** The bytes of a string of an answer. */
export function decoded(text: string, encoding: string | undefined): Uint8Array {
  return encoding === "base64" ? fromBase64(text) : new TextEncoder().encode(text);
}

export function asText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** The text whose UTF-8 these bytes are; null if they are no UTF-8. */
export function asExactText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function fromBase64(text: string): Uint8Array {
  const native = (Uint8Array as WithBase64).fromBase64;
  if (native) return native.call(Uint8Array, text);
  const buffer = (globalThis as WithBuffer).Buffer;
  if (buffer) return new Uint8Array(buffer.from(text, "base64"));
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  // fromCharCode takes its bytes as arguments, of which there may not be too many.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
