import {
  type Asked,
  accountOf,
  Client,
  NeedNotMet,
  resourceWith,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody, indexedFieldOf, store } from '../kit/index.ts';
import { judgeRefused } from './refused.ts';

/** D1's LIKE pattern holds 50 bytes, the closing % among them (developers.cloudflare.com/d1/platform/limits). */
const D1_PREFIX_MAX_BYTES = 49;
/** Of one to four bytes in UTF-8. */
const CHARACTERS = ['x', 'é', '€', '😀'];

export const prefixLength: Check = {
  id: 'limits/prefix-length',
  title:
    'A prefix of the largest stated length finds exactly what begins with it; a longer or an empty one is refused.',
  requirements: ['B9'],
  severity: 'medium',
  environment: 'real-time',
  needs: ['put', 'list'],
  method:
    'Values that differ only around the limit, in characters of one to four bytes, are looked for by prefixes of ' +
    'exactly the limit and of one byte more. Whatever is answered must hold exactly the values with that prefix.',
  async run(context) {
    const { target, evidence, unique } = context;
    const client = new Client(target, accountOf(target, 'subject'));
    const { prefixMaxBytes } = target.system.limits;
    if (prefixMaxBytes === undefined)
      evidence.remark('No longest prefix is stated, so one of any length may be answered or refused.');
    const maxBytes = prefixMaxBytes ?? D1_PREFIX_MAX_BYTES;
    const resource = resourceWith(target.system, { routes: ['list'], indexed: 1 });
    const field = indexedFieldOf(resource);
    const find = (prefix: string) =>
      client.ask({ kind: 'list', resource: resource.name, filter: { field, prefix } });
    for (const character of CHARACTERS) {
      const width = Buffer.byteLength(character);
      const start = unique(String(width));
      const room = maxBytes - start.length;
      const characters = [
        ...Array<string>(Math.floor(room / width)).fill(character),
        ...'y'.repeat(room % width),
      ];
      const longest = start + characters.join('');
      const other = `${start}${characters.slice(0, -1).join('')}q`;
      const over = `${longest}${character}`;
      const values = [longest, `${longest}z`, other, `${over}1`, `${over}2`];
      // By their ids: a list need not show what its documents hold.
      const valueById = new Map<string, string>();
      for (const [index, value] of values.entries()) {
        const body = documentBody(resource, start, { [field]: value });
        const { handle } = await store(context, client, resource, { id: `${start}-${index}`, body });
        valueById.set(handle.id, value);
      }
      const shownBy = (asked: Asked) =>
        asked.answer.documents.map(({ id }) => valueById.get(id) ?? `another document, ${id}`).sort();
      const expected = (prefix: string) => values.filter((value) => value.startsWith(prefix)).sort();

      const short = await find(start + character);
      const all = new Set(shownBy(short));
      const isByPrefix = values.every((value) => all.has(value));
      if (!isByPrefix && all.size === 0 && prefixMaxBytes === undefined)
        throw new NeedNotMet('needs lists by the prefix of a field');
      evidence.served('a short prefix finds them all', isByPrefix, [short]);

      const within = await find(longest);
      const mayRefuse = (asked: Asked): boolean =>
        prefixMaxBytes === undefined && asked.answer.outcome === 'refused';
      evidence.claim(
        `a prefix of ${maxBytes} bytes (${width} a character) finds exactly what begins with it`,
        mayRefuse(within) || String(shownBy(within)) === String(expected(longest)),
        [within],
      );
      const beyond = await find(over);
      if (prefixMaxBytes !== undefined)
        judgeRefused(context, `a prefix of ${Buffer.byteLength(over)} bytes (${width} a character)`, beyond);
      const isRight = beyond.answer.outcome !== 'ok' || String(shownBy(beyond)) === String(expected(over));
      evidence.claim('a longer prefix finds exactly what begins with it, or is refused', isRight, [beyond]);
    }
    if (prefixMaxBytes !== undefined) judgeRefused(context, 'an empty prefix', await find(''));
  },
};
