import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

const DECOMPRESS = {
  gzip: gunzipSync,
  deflate: inflateSync,
  'raw deflate': inflateRawSync,
  brotli: brotliDecompressSync,
};

/**
 * How bytes that should tell nothing hold a text: as it is, in UTF-16, in hex, in base64, or compressed.
 *
 * @param text at least eight characters, or base64 may hold it by chance
 * @returns undefined when they do not
 */
export function traceOfText(bytes: Buffer, text: string): string | undefined {
  const encoded = encodedTrace(bytes, text);
  if (encoded !== undefined) return encoded;
  for (const [name, decompress] of Object.entries(DECOMPRESS)) {
    const plain = decompressed(bytes, decompress);
    if (plain && encodedTrace(plain, text) !== undefined) return name;
  }
  return undefined;
}

function encodedTrace(bytes: Buffer, text: string): string | undefined {
  const plain = Buffer.from(text);
  if (bytes.includes(plain)) return 'plain text';
  if (bytes.includes(Buffer.from(text, 'utf16le'))) return 'UTF-16';
  const letters = bytes.toString('latin1');
  if (letters.toLowerCase().includes(plain.toString('hex'))) return 'hex';
  const base64 = letters.replaceAll('-', '+').replaceAll('_', '/');
  return [0, 1, 2].some((offset) => base64.includes(base64At(plain, offset))) ? 'base64' : undefined;
}

/** What base64 makes of bytes that begin anywhere in a group of three, without the characters shared with others. */
function base64At(bytes: Buffer, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const isWhole = (offset + bytes.length) % 3 === 0;
  return encoded.slice(offset === 0 ? 0 : offset + 1, isWhole ? undefined : -1);
}

function decompressed(bytes: Buffer, decompress: (bytes: Buffer) => Buffer): Buffer | undefined {
  try {
    return decompress(bytes);
  } catch {
    // What is not compressed in this way cannot be read, which is what is asked.
    return undefined;
  }
}

/** Whether two values share as many bytes in a row somewhere as chance does not give them. */
export function shareARun(one: Buffer, other: Buffer, bytes: number): boolean {
  const runs = new Set<string>();
  for (let at = 0; at + bytes <= one.length; at++) runs.add(one.toString('latin1', at, at + bytes));
  for (let at = 0; at + bytes <= other.length; at++)
    if (runs.has(other.toString('latin1', at, at + bytes))) return true;
  return false;
}
