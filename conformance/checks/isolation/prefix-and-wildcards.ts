import { COLLECTIONS, system as sharedShards } from '../../../reference-worker/shared-shards/system.ts';
import {
  type Asked,
  accountOf,
  Client,
  type List,
  NeedNotMet,
  type Role,
  resourceNamed,
} from '../../../reference-worker/target/index.ts';
import { type Cell, routesExcept } from './cells.ts';
import { leaksIn } from './scene.ts';
import { type Bench, vector } from './vector.ts';

/** What LIKE, GLOB, regular expressions and SQL read as more than themselves. */
const METACHARACTERS = ['%', '_', '*', '?', '[', ']', '\\', '^', "'", '"', '.', '-', '%25', '_%'] as const;

/** Documents whose values begin with, or hold, a metacharacter, and one that only a wildcard matches. */
async function layDocuments(bench: Bench, role: Role, place: Place): Promise<Client> {
  const client = new Client(bench.target, accountOf(bench.target, role));
  const values = METACHARACTERS.flatMap((mark) => [`${mark}${place.tag}`, `${place.tag}${mark}z`]);
  for (const [index, value] of [...values, `${place.tag}xz`].entries()) {
    const id = `${bench.unique(`${place.resource}-${place.field}`)}-${index}`;
    const body = { [place.field]: value, secret: bench.scene.secretOf(role) };
    await client.ask({ kind: 'put', resource: place.resource, id, body });
  }
  return client;
}

interface Place {
  readonly resource: string;
  readonly field: string;
  /** Short: D1 takes a LIKE pattern of 50 bytes. */
  readonly tag: string;
}

async function judgePlace(bench: Bench, cells: readonly Cell[], place: Place): Promise<void> {
  const { resource, field, tag } = place;
  const others = cells.map(({ placement }) => placement);
  const [me] = await Promise.all(
    (['subject', ...others] as const).map((role) => layDocuments(bench, role, place)),
  );
  if (!me) throw new Error('the subject has no client');
  const plain = await me.ask({ kind: 'list', resource, filter: { field, prefix: `${tag}x` } });
  if (!plain.answer.documents.some(({ body }) => body?.[field] === `${tag}xz`))
    throw new NeedNotMet('needs lists by the prefix of a field');
  for (const mark of METACHARACTERS) {
    const filters: readonly (readonly [List['filter'], (value: string) => boolean, expected?: string])[] = [
      [{ field, prefix: mark }, (value) => value.startsWith(mark)],
      [{ field, prefix: `${tag}${mark}` }, (value) => value.startsWith(`${tag}${mark}`), `${tag}${mark}z`],
      [{ field, is: `${tag}${mark}z` }, (value) => value === `${tag}${mark}z`, `${tag}${mark}z`],
      [{ field, is: `${tag}${mark}` }, () => false],
    ];
    for (const [filter, matches, expected] of filters) {
      const asked = await me.ask({ kind: 'list', resource, ...(filter && { filter }) });
      for (const cell of cells) judgeAnswer(bench, cell, place, asked, { matches, expected });
    }
  }
}

function judgeAnswer(
  bench: Bench,
  cell: Cell,
  { field }: Place,
  asked: Asked,
  {
    matches,
    expected,
  }: { readonly matches: (value: string) => boolean; readonly expected?: string | undefined },
): void {
  const { scene, target } = bench;
  const values = asked.answer.documents.map(({ body }) => String(body?.[field]));
  const stray = values.find((value) => !matches(value));
  const isOwn = leaksIn(asked, scene, [accountOf(target, cell.placement)]).length === 0;
  bench.claim(cell, 'no character of a filter reaches documents of another account', isOwn, [asked]);
  bench.claim(cell, 'characters that are wildcards elsewhere match only themselves', stray === undefined, {
    sentences: [
      `Because ${asked.request.path} asks for a text that is meant as it stands, only that may match.`,
      `However, a document whose ${field} is ${stray} was listed.`,
    ],
    exchanges: [asked],
  });
  if (expected !== undefined)
    bench.control(cell, 'the own document is found by them', values.includes(expected), [asked]);
}

export const prefixAndWildcards = vector({
  name: 'prefix-and-wildcards',
  title: 'What a wildcard would match, in the own account or another, is not found by a filter.',
  severity: 'high',
  requirements: ['B9'],
  needs: ['another-account', 'list', 'put'],
  leavesOut: [{ routes: routesExcept('list'), because: 'they take no filter' }],
  method: `All accounts have documents whose indexed fields begin with or hold the metacharacters of LIKE, GLOB, regular
expressions and SQL. Filters by them, as prefixes and as whole values, show the own documents that hold them literally.`,
  async judge(bench) {
    const places = COLLECTIONS.flatMap((resource) =>
      resourceNamed(sharedShards, resource).indexed.map((field) => ({
        resource,
        field,
        tag: `w${bench.seed}`,
      })),
    );
    const first = bench.seed % places.length;
    const chosen = bench.effort === 'full' ? places : places.slice(first, first + 1);
    await Promise.all(chosen.map((place) => judgePlace(bench, bench.cells, place)));
  },
});
