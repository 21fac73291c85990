import { accountOf, Client, NeedNotMet } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { judgeRefused } from './refused.ts';

/** D1's LIKE pattern holds 50 bytes, the closing % among them (developers.cloudflare.com/d1/platform/limits). */
const D1_PREFIX_MAX_BYTES = 49;

export const prefixLength: Check = {
  id: 'limits/prefix-length',
  title:
    'A prefix of the largest stated length finds exactly what begins with it; a longer or an empty one is refused.',
  requirements: ['B9'],
  severity: 'medium',
  environment: 'real-time',
  needs: ['put', 'list'],
  method:
    'Surnames that differ only around the limit, in one-byte and in two-byte characters, are looked for by prefixes of ' +
    'exactly the limit and of one byte more. Whatever is answered must hold exactly the surnames with that prefix.',
  async run({ target, evidence, unique }) {
    const client = new Client(target, accountOf(target, 'subject'));
    const { prefixMaxBytes } = target.system.limits;
    if (prefixMaxBytes === undefined)
      evidence.remark('No longest prefix is stated, so one of any length may be answered or refused.');
    const maxBytes = prefixMaxBytes ?? D1_PREFIX_MAX_BYTES;
    for (const character of ['x', 'é']) {
      const width = Buffer.byteLength(character);
      const start = unique(String(width));
      const many = character.repeat(Math.floor((maxBytes - start.length) / width));
      const longest = (start + many).padEnd(
        start.length + many.length + ((maxBytes - start.length) % width),
        'y',
      );
      const over = `${longest}${character}`;
      const surnames = [`${longest}`, `${longest}z`, `${longest.slice(0, -1)}q`, `${over}1`, `${over}2`];
      for (const [index, surname] of surnames.entries())
        await client.ask({
          kind: 'put',
          resource: 'clients',
          id: `${start}-${index}`,
          body: { surname },
        });
      const find = (prefix: string) =>
        client.ask({ kind: 'list', resource: 'clients', filter: { field: 'surname', prefix } });
      const shownBy = (asked: Awaited<ReturnType<typeof find>>) =>
        asked.answer.documents.map(({ body }) => String(body?.surname)).sort();
      const expected = (prefix: string) => surnames.filter((surname) => surname.startsWith(prefix)).sort();

      const short = await find(start + character);
      const all = new Set(shownBy(short));
      const isByPrefix = surnames.every((surname) => all.has(surname));
      if (!isByPrefix && all.size === 0 && prefixMaxBytes === undefined)
        throw new NeedNotMet('needs lists by the prefix of a field');
      evidence.control('a short prefix finds them all', isByPrefix, [short]);

      const within = await find(longest);
      const mayRefuse = (asked: typeof within): boolean =>
        prefixMaxBytes === undefined && asked.answer.outcome === 'refused';
      evidence.claim(
        `a prefix of ${maxBytes} bytes (${width} a character) finds exactly what begins with it`,
        mayRefuse(within) || String(shownBy(within)) === String(expected(longest)),
        [within],
      );
      const beyond = await find(over);
      if (prefixMaxBytes !== undefined)
        judgeRefused(evidence, `a prefix of ${Buffer.byteLength(over)} bytes (${width} a character)`, beyond);
      const isRight = beyond.answer.outcome !== 'ok' || String(shownBy(beyond)) === String(expected(over));
      evidence.claim('a longer prefix finds exactly what begins with it, or is refused', isRight, [beyond]);
    }
    if (prefixMaxBytes !== undefined)
      judgeRefused(
        evidence,
        'an empty prefix',
        await client.ask({ kind: 'list', resource: 'clients', filter: { field: 'surname', prefix: '' } }),
      );
  },
};
