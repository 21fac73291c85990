import { expect, test } from 'vitest';
import { randomKey, unit } from '../../fixtures/generator/random.ts';
import { canaryOf } from '../../fixtures/index.ts';
import type { Expected } from '../k6/shapes.ts';
import { joinOf, paths } from '../k6/testing/answers.ts';
import { type Violation, verifyBody } from '../k6/verify.ts';
import { VersionMemory } from '../k6/versions.ts';
import { received } from '../testing/received.ts';

/**
 * A Worker that shows another account's document in 1 of 100,000 responses, and 100 runs of 500,000 responses. The
 * checker judges each body by itself, so it reads all that leak and every five-hundredth of the others. A run holds no leak with probability exp(-5), so 99.3 in 100 can find one.
 */
const RUNS = 100;
const RESPONSES = 500_000;
const LEAK_SHARE = 1e-5;
const SAMPLED = 500;
const AT_LEAST_FOUND = 95;
const SEED = 20_261_122;
const PAGE = 10;

/** Where a foreign document may hide. */
const places = ['document', 'list', 'finances', 'problem'] as const;
type Place = (typeof places)[number];

function response(place: Place, number: number, leaks: boolean): { text: string; expected: Expected } {
  const foreignAt = leaks ? number % PAGE : -1;
  const document = (at: number, collection: 'clients' | 'finances', more: object = {}): object => {
    const id = `${collection.slice(0, 2)}-${String(number + at).padStart(7, '0')}`;
    const account = at === foreignAt ? 'birch' : 'acme';
    return { id, _version: 1, body: { canary: canaryOf({ account, collection, id, version: 1 }), ...more } };
  };
  const clientId = `cl-${String(number).padStart(7, '0')}`;
  const account = 'acme';
  const items = (collection: 'clients' | 'finances', more: object): object[] =>
    Array.from({ length: PAGE }, (_, at) => document(at, collection, more));
  switch (place) {
    case 'document':
      return {
        text: JSON.stringify(document(leaks ? foreignAt : 0, 'clients')),
        expected: {
          account,
          shape: 'document',
          resource: 'clients',
          select: paths.document(),
          id: `cl-${String(number + Math.max(0, foreignAt)).padStart(7, '0')}`,
        },
      };
    case 'list':
      return {
        text: JSON.stringify({ items: items('clients', { surname: 'Okafor' }) }),
        expected: {
          ...{ account, shape: 'list', resource: 'clients', limit: PAGE, select: paths.items('surname') },
          filter: { field: 'surname', match: 'prefix', value: 'oka' },
        },
      };
    case 'finances':
      return {
        text: JSON.stringify({
          client: { id: clientId, _version: 1 },
          items: items('finances', { clientId }),
        }),
        expected: joinOf(clientId),
      };
    case 'problem':
      return {
        text: JSON.stringify({
          code: 'internal',
          detail: leaks
            ? `constraint on ${canaryOf({ account: 'birch', collection: 'clients', id: clientId, version: 1 })}`
            : 'Something happened.',
        }),
        expected: { account, shape: 'problem' },
      };
  }
}

/** The numbers of the responses that leak: the gaps between independent events are geometric. */
function drawLeaks(seed: number): number[] {
  const key = randomKey(seed, 'leak');
  const gap = (draw: number): number =>
    Math.floor(Math.log(1 - unit(key, draw)) / Math.log1p(-LEAK_SHARE)) + 1;
  const numbers: number[] = [];
  for (let at = gap(0) - 1; at < RESPONSES; at += gap(numbers.length)) numbers.push(at);
  return numbers;
}

function violationsOf(number: number, leaks: boolean): readonly Violation[] {
  const place = places[Math.floor(number / SAMPLED) % places.length] ?? 'document';
  const { text, expected } = response(place, number, leaks);
  return verifyBody(received(text), expected, new VersionMemory(64)).violations;
}

/** @returns how many responses leaked, how many of those were found, and how many of the others were accused */
function run(seed: number): { leaked: number; found: number; accused: number } {
  const leaks = new Set(drawLeaks(seed));
  const found = [...leaks].filter((number) =>
    violationsOf(number, true).some(({ kind }) => kind === 'isolation'),
  ).length;
  let accused = 0;
  for (let number = 0; number < RESPONSES; number += SAMPLED)
    if (!leaks.has(number) && violationsOf(number, false).length > 0) accused += 1;
  return { leaked: leaks.size, found, accused };
}

test('a leak of 1 in 100,000 is found in at least 95 of 100 runs of 500,000 responses', () => {
  const runs = Array.from({ length: RUNS }, (_, at) => run(SEED + at));

  const foundIn = runs.filter(({ found }) => found > 0).length;
  const leaked = runs.reduce((sum, each) => sum + each.leaked, 0);
  console.log(
    `${leaked} leaks in ${RUNS} runs; found in ${foundIn} of them, at most ${(100 * (1 - Math.exp(-5))).toFixed(1)} expected`,
  );
  expect(foundIn).toBeGreaterThanOrEqual(AT_LEAST_FOUND);
  expect(runs.map(({ found }) => found)).toEqual(runs.map((each) => each.leaked));
  expect(runs.filter(({ accused }) => accused > 0)).toEqual([]);
  // The rate is as asked for: 500 in all, give or take four standard deviations.
  expect(Math.abs(leaked - RUNS * RESPONSES * LEAK_SHARE)).toBeLessThan(4 * Math.sqrt(500));
});
