import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stepsOf, whyOf } from './counterexamples.ts';
import { PUBLISHED_SEARCH, type Run, runner, search, smallestViolation } from './evidence.ts';
import { TABLED_GUARANTEES } from './guarantees.ts';
import { CONFIGURATIONS, type Configuration } from './modes.ts';
import { registerPrograms } from './program.ts';
import { type Rig, startRig } from './rig.ts';

const page = readFileSync(join(import.meta.dirname, 'GUARANTEES.md'), 'utf8');
let rig: Rig;
let alone: Rig;

beforeAll(async () => {
  rig = await startRig();
  alone = await startRig('disabled');
});

afterAll(() => Promise.all([rig?.stop(), alone?.stop()]));

function configurationOf(session: string, cache: string): Configuration {
  const found = CONFIGURATIONS.find((each) => each.session.name === session && each.cache.name === cache);
  if (!found) throw new Error(`no configuration ${session}, ${cache}`);
  return found;
}

const runIn = (session: string, cache: string): Run => {
  const configuration = configurationOf(session, cache);
  const { session: mode, cache: kv } = configuration;
  return runner(mode, () => (mode.readReplication === 'disabled' ? alone : rig).target(kv.id));
};

test('a history is a function of its program, whatever ran before', async () => {
  const drawn = fc.sample(registerPrograms, { seed: 7, numRuns: 12 });
  const forwards = runIn('bookmark carried by reads too', 'read-through KV');
  const backwards = runIn('bookmark carried by reads too', 'read-through KV');

  const first = [];
  for (const program of drawn) first.push(await forwards(program));
  const second = [];
  for (const program of drawn.toReversed()) second.unshift(await backwards(program));

  expect(second).toEqual(first);
  expect(first.flatMap(({ operations }) => operations).length).toBeGreaterThan(50);
});

describe('the published page', () => {
  test('says what its prose explains', () => {
    const verdicts = page
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) =>
        line
          .replaceAll(/ \*\*broken\*\* \d+× \[\(\d+\)\]\(#history-\d+\) /g, ' - ')
          .replaceAll(' holds ', ' + '),
      );

    expect(verdicts).toEqual([
      '| `no session` | no KV | + | + | + | + | + |',
      '| `no session` | read-through KV | - | - | - | - | - |',
      '| `no session` | guarded KV | + | + | + | + | + |',
      '| `first-unconstrained` | no KV | - | - | + | + | - |',
      '| `first-unconstrained` | read-through KV | - | - | - | - | - |',
      '| `first-unconstrained` | guarded KV | - | - | + | + | - |',
      '| `first-primary` | no KV | + | + | + | + | + |',
      '| `first-primary` | read-through KV | - | - | - | - | - |',
      '| `first-primary` | guarded KV | + | + | + | + | + |',
      '| `bookmark carried` | no KV | + | - | + | + | - |',
      '| `bookmark carried` | read-through KV | - | - | - | - | - |',
      '| `bookmark carried` | guarded KV | + | - | + | + | - |',
      '| `bookmark carried by reads too` | no KV | + | + | + | + | - |',
      '| `bookmark carried by reads too` | read-through KV | - | - | - | - | - |',
      '| `bookmark carried by reads too` | guarded KV | + | + | + | + | - |',
      '| `replication off` | no KV | + | + | + | + | + |',
      '| `replication off` | read-through KV | - | - | - | - | - |',
      '| `replication off` | guarded KV | - | - | + | + | - |',
    ]);
  });

  test.each([
    ['no session', 'read-through KV', ['monotonic writes', 'writes follow reads']],
    ['first-unconstrained', 'no KV', ['read your writes', 'monotonic reads', 'linearizability']],
    ['bookmark carried', 'guarded KV', ['monotonic reads']],
  ])('tells the histories that break %s with %s', async (session, cache, names) => {
    const run = runIn(session, cache);

    for (const guarantee of TABLED_GUARANTEES.filter(({ name }) => names.includes(name))) {
      const violation = await smallestViolation(guarantee, run, PUBLISHED_SEARCH);
      if (!violation) throw new Error(`${guarantee.name} is not broken`);
      expect(page).toContain(`\n\n${stepsOf(violation)}\n\nBreaks `);
      expect(page).toContain(`Breaks **${guarantee.name}**. ${whyOf(violation)} `);
    }
  });
});

test.each([
  ['no session', 'no KV', []],
  ['first-primary', 'guarded KV', []],
  ['bookmark carried by reads too', 'no KV', ['linearizability']],
  ['bookmark carried by reads too', 'guarded KV', ['linearizability']],
  ['replication off', 'no KV', []],
])('%s with %s breaks only %j', async (session, cache, names) => {
  const findings = await search(runIn(session, cache), { seed: 2, histories: 12 });

  expect(findings.filter(({ violated }) => violated > 0).map(({ guarantee }) => guarantee.name)).toEqual(
    names,
  );
});
