import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shareARun, traceOfText } from './traces.ts';

const TEXT = 'Confidential-diagnosis';
const WAYS: Readonly<Record<string, (plain: Buffer) => Buffer>> = {
  'plain text': (plain) => plain,
  'UTF-16': (plain) => Buffer.from(plain.toString('latin1'), 'utf16le'),
  hex: (plain) => Buffer.from(plain.toString('hex')),
  base64: (plain) => Buffer.from(plain.toString('base64')),
  gzip: (plain) => gzipSync(plain),
  deflate: (plain) => deflateSync(plain),
  'raw deflate': (plain) => deflateRawSync(plain),
  brotli: (plain) => brotliCompressSync(plain),
};

describe('a text', () => {
  test.each(Object.entries(WAYS))('is found in %s, wherever it stands', (way, encode) => {
    const around = fc.uint8Array({ maxLength: 20 });
    fc.assert(
      fc.property(around, around, (before, after) => {
        const bytes = encode(Buffer.concat([before, Buffer.from(TEXT), after]));
        return traceOfText(bytes, TEXT) !== undefined;
      }),
    );

    expect(traceOfText(encode(Buffer.from(`{"text":"${TEXT.repeat(4)}"}`)), TEXT)).toBe(way);
  });

  test('is found in base64url, which has other letters', () => {
    const bytes = Buffer.from(Buffer.from('~~~???~~~???').toString('base64url'));

    expect(traceOfText(bytes, '~~???~~~')).toBe('base64');
  });

  test('is not found in noise', () => {
    const noise = fc.uint8Array({ maxLength: 200 });
    fc.assert(fc.property(noise, (bytes) => traceOfText(Buffer.from(bytes), TEXT) === undefined));
    expect(traceOfText(gzipSync('another text'), TEXT)).toBeUndefined();
  });
});

test('a run of bytes that two values share is found at any place, and a shorter one is none', () => {
  const run = Buffer.from('0123456789abcdef');
  const one = Buffer.concat([Buffer.from('x'), run]);
  const other = Buffer.concat([Buffer.from('other'), run, Buffer.from('end')]);

  expect(shareARun(one, other, run.length)).toBe(true);
  expect(shareARun(one, other.subarray(0, -4), run.length)).toBe(false);
  expect(shareARun(Buffer.alloc(3), Buffer.alloc(3), run.length)).toBe(false);
});
