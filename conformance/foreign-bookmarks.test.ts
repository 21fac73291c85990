import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Platform, startWorker, whileStepping } from '../reference-worker/local/index.ts';
import { freshFolder } from '../reference-worker/local/testing/fresh-folder.ts';
import { startReference } from './testing/reference-target.ts';

/**
 * What D1 does with a bookmark that is not its own is not documented, so the reference Worker has to be right
 * whatever it does: a token that a client made up never weakens an answer, never delays it and is never handed on.
 */
const POLICIES = ['wait', 'ignore', 'primary', 'refuse'] as const;
const TOKENS = [
  'zzz-not-a-bookmark',
  'first-unconstrained',
  // Of a database that nobody has, and of a far future.
  '00000001-00000001-00000000-00000000000000000000000000000000',
  'ffffffff-ffffffff-ffffffff-ffffffffffffffffffffffffffffffff',
];

let platform: Platform;
afterEach(() => platform?.stop());

describe.each(POLICIES)('when D1 would %s', (foreignBookmarks) => {
  test('a token that a client made up gets the newest state from the reference Worker, and is not echoed', async () => {
    const behaviour = {
      latency: 'pessimistic',
      readReplication: 'auto',
      clock: 'virtual',
      foreignBookmarks,
    } as const;
    const { authorization, ...target } = await startReference({ behaviour });
    platform = target.platform;
    const send = (init: RequestInit): Promise<Response> =>
      whileStepping(platform.control, fetch(`${target.url}/v1/clients/c`, init));

    for (const [n, bookmark] of TOKENS.entries()) {
      await send({
        method: 'PUT',
        headers: { authorization },
        body: JSON.stringify({ body: { n } }),
      });
      const response = await send({ headers: { authorization, 'x-d1-bookmark': bookmark } });

      expect(await response.json()).toMatchObject({ body: { n } });
      expect(response.headers.get('x-d1-bookmark')).not.toContain(bookmark);
    }
  });
});

test('a Worker that hands on what it is sent does not survive two of them', async () => {
  const survived: string[] = [];
  for (const foreignBookmarks of POLICIES) {
    platform = await startWorker({
      entry: join(
        import.meta.dirname,
        '..',
        'reference-worker',
        'local',
        'testing',
        'sessions',
        'documented.ts',
      ),
      stateDir: freshFolder(),
      databases: { DB: 'CREATE TABLE log (n INTEGER PRIMARY KEY)' },
      behaviour: {
        clock: 'virtual',
        readReplication: 'auto',
        foreignBookmarks,
        // A primary would answer at once.
        faults: [{ id: 'to-a-replica', kind: 'replica-switch', to: 'EEUR' }],
      },
    });
    const response = await whileStepping(
      platform.control,
      fetch(platform.deployments[0]?.urls.LHR ?? '', { headers: { 'x-d1-bookmark': 'zzz' } }),
    );
    await response.text();
    if (response.ok) survived.push(foreignBookmarks);
    await platform.stop();
  }

  expect(survived).toEqual(['ignore', 'primary']);
});
