import { type Asked, accountOf, Client } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { isSameVersion } from '../kit/unchanged.ts';
import { judgeRefused } from './refused.ts';

/** What a D1 row holds; where no limit is stated, bodies around it are tried. */
const D1_ROW_MAX_BYTES = 2_000_000;

export const documentSize: Check = {
  id: 'limits/document-size',
  title:
    'A document of the largest stated size is stored whole; a larger one is refused and leaves all as it was.',
  requirements: ['A9', 'B1', 'B3'],
  severity: 'medium',
  environment: 'real-time',
  needs: ['put', 'patch', 'read'],
  method:
    'Bodies of exactly the limit and of one byte more are written, in one-byte and in two-byte characters, and a stored ' +
    'body is patched beyond the limit. The local platform refuses rows of more than 2,000,000 bytes as D1 does.',
  async run({ target, evidence, unique }) {
    const client = new Client(target, accountOf(target, 'subject'));
    const { bodyMaxBytes } = target.system.limits;
    if (bodyMaxBytes === undefined)
      evidence.remark('No largest size is stated, so any may be stored or refused.');
    const maxBytes = bodyMaxBytes ?? D1_ROW_MAX_BYTES;
    const put = (id: string, text: string) =>
      client.ask({ kind: 'put', resource: 'notes', id, body: { text } });
    const readBack = async (asked: Asked, id: string, text: string, what: string) => {
      const read = await client.ask({ kind: 'read', resource: 'notes', id });
      const isWhole = read.answer.documents[0]?.body?.text === text;
      if (asked.answer.outcome === 'ok') evidence.claim(`${what} is read back whole`, isWhole, [read]);
      else {
        const isRight = read.answer.outcome === 'absent' || (isWhole && asked.answer.outcome === 'unknown');
        evidence.claim(`${what} is not there after its refusal`, isRight, [asked, read]);
      }
    };

    const small = await put(unique('small'), 'small');
    evidence.control('a small document is stored', small.answer.outcome === 'ok', [small]);
    const full = textOf(maxBytes);
    const largest = await put(unique('largest'), full);
    if (bodyMaxBytes !== undefined)
      evidence.claim(
        `a body of ${bodyMaxBytes.toLocaleString('en-GB')} bytes is stored`,
        largest.answer.outcome === 'ok',
        [largest],
      );
    await readBack(largest, unique('largest'), full, 'a body of the largest size');

    const over = { one: textOf(maxBytes + 1), two: textOf(maxBytes + 1, 'é') };
    for (const [width, text] of Object.entries(over)) {
      const asked = await put(unique(width), text);
      const what = `a body one byte larger, of ${width}-byte characters,`;
      if (bodyMaxBytes !== undefined) judgeRefused(evidence, what, asked);
      await readBack(asked, unique(width), text, what);
    }
    if (bodyMaxBytes === undefined) return;
    const grown = await client.ask({
      kind: 'patch',
      resource: 'notes',
      id: unique('small'),
      body: { more: textOf(maxBytes - 10) },
    });
    judgeRefused(evidence, 'a patch that would make a document too large', grown);
    const read = await client.ask({ kind: 'read', resource: 'notes', id: unique('small') });
    const isSame = isSameVersion(small, read) && read.answer.documents[0]?.body?.text === 'small';
    evidence.claim('the patched document is as it was', isSame, [read]);
  },
};

const ENVELOPE_BYTES = Buffer.byteLength(JSON.stringify({ text: '' }));

/** A text with which the body `{ text }` has this many bytes, as JSON in UTF-8. */
function textOf(bodyBytes: number, character: 'x' | 'é' = 'x'): string {
  const bytes = bodyBytes - ENVELOPE_BYTES;
  const width = Buffer.byteLength(character);
  return character.repeat(Math.floor(bytes / width)) + 'x'.repeat(bytes % width);
}
