import { type Asked, accountOf, Client, resourceWith } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody, isSameVersion, needAnyMember } from '../kit/index.ts';
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
    'Bodies of exactly the limit and of one byte more are written, in characters of one, two and three bytes, and stored ' +
    'bodies are patched beyond the limit and far beyond it. The local platform refuses rows of more than 2,000,000 bytes as D1 does.',
  async run(context) {
    const { target, evidence, unique } = context;
    const client = new Client(target, accountOf(target, 'subject'));
    const { bodyMaxBytes } = target.system.limits;
    if (bodyMaxBytes === undefined)
      evidence.remark('No largest size is stated, so any may be stored or refused.');
    const maxBytes = bodyMaxBytes ?? D1_ROW_MAX_BYTES;
    const resource = resourceWith(target.system, { ids: 'client', routes: ['put', 'patch', 'read'] });
    await needAnyMember(context, resource);
    const { name } = resource;
    const withText = (text: string) => documentBody(resource, 'word', { text });
    /** A text with which the body has this many bytes, as JSON in UTF-8. */
    const textOf = (bodyBytes: number, character: string): string => {
      const bytes = bodyBytes - Buffer.byteLength(JSON.stringify(withText('')));
      const width = Buffer.byteLength(character);
      return character.repeat(Math.floor(bytes / width)) + 'x'.repeat(bytes % width);
    };
    const put = (id: string, text: string) =>
      client.ask({ kind: 'put', resource: name, id, body: withText(text) });
    const readBack = async (asked: Asked, id: string, text: string, what: string) => {
      const read = await client.ask({ kind: 'read', resource: name, id });
      const isWhole = read.answer.documents[0]?.body?.text === text;
      if (asked.answer.outcome === 'ok') evidence.claim(`${what} is read back whole`, isWhole, [read]);
      else {
        const isRight = read.answer.outcome === 'absent' || (isWhole && asked.answer.outcome === 'unknown');
        evidence.claim(`${what} is not there after its refusal`, isRight, [asked, read]);
      }
    };

    const small = await put(unique('small'), 'small');
    evidence.served('a small document is stored', small.answer.outcome === 'ok', [small]);
    for (const [width, character] of Object.entries({ one: 'x', three: '€' })) {
      const full = textOf(maxBytes, character);
      const what = `a body of the largest size, of ${width}-byte characters,`;
      const largest = await put(unique(`largest-${width}`), full);
      if (bodyMaxBytes !== undefined)
        evidence.claim(
          `${what} which is ${bodyMaxBytes.toLocaleString('en-GB')} bytes, is stored`,
          largest.answer.outcome === 'ok',
          [largest],
        );
      await readBack(largest, unique(`largest-${width}`), full, what);
    }

    const over = { one: textOf(maxBytes + 1, 'x'), two: textOf(maxBytes + 1, 'é') };
    for (const [width, text] of Object.entries(over)) {
      const asked = await put(unique(width), text);
      const what = `a body one byte larger, of ${width}-byte characters,`;
      if (bodyMaxBytes !== undefined) judgeRefused(context, what, asked);
      await readBack(asked, unique(width), text, what);
    }
    if (bodyMaxBytes === undefined) return;
    const patches = {
      'a document too large': ['small', 'small', textOf(maxBytes - 10, 'x')],
      // Beyond what the database takes at all, and not only beyond what is promised.
      'the largest document twice as large': ['largest-one', textOf(maxBytes, 'x'), textOf(maxBytes, 'x')],
    } as const;
    for (const [what, [key, text, more]] of Object.entries(patches)) {
      const id = unique(key);
      const before = await client.ask({ kind: 'read', resource: name, id });
      const grown = await client.ask({ kind: 'patch', resource: name, id, body: { more } });
      judgeRefused(context, `a patch that would make ${what}`, grown);
      const after = await client.ask({ kind: 'read', resource: name, id });
      const isSame = isSameVersion(before, after) && after.answer.documents[0]?.body?.text === text;
      evidence.claim(`a patch that would make ${what} leaves it as it was`, isSame, [grown, after]);
    }
  },
};
