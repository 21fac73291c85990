import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listen } from '../../reference-worker/local/backend/index.ts';
import { LOG_ALONE } from '../generator/run-k6.ts';
import type { Expected } from '../k6/shapes.ts';
import {
  canary,
  findings,
  foreign,
  memoryOf,
  oneClient,
  RIGHT,
  textOf,
  WRONG,
} from '../k6/testing/answers.ts';
import { verifyBody } from '../k6/verify.ts';
import { findK6 } from '../k6-binary/find-k6.ts';
import { received } from '../testing/received.ts';

/** What other tests show of verification in Node holds in k6, whose engine and whose JSON are its own. */
interface Asked {
  readonly text: string;
  readonly expected: Expected;
}

const TABLE = [...RIGHT, ...Object.values(WRONG).flat()];

const findInNode = ({ text, expected }: Asked): string =>
  findings(verifyBody(received(text), expected, memoryOf(3)));

async function findInK6(asked: readonly Asked[]): Promise<string[]> {
  const server = createServer(({ url = '' }, response) => {
    const name = url.slice(1);
    response.end(
      name === 'expected' ? JSON.stringify(asked.map(({ expected }) => expected)) : asked[+name]?.text,
    );
  });
  const port = await listen(server);
  try {
    const script = join(import.meta.dirname, '..', 'k6', 'testing', 'verify-answers.ts');
    const { file } = await findK6();
    const { stderr } = await promisify(execFile)(file, ['run', ...LOG_ALONE, script], {
      env: { TARGET: `http://127.0.0.1:${port}` },
    });
    return stderr.trim().split('\n');
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('k6 finds the same as Node in every answer of the kill table', async () => {
  const asked = TABLE.map(({ body, expected }) => ({ text: textOf(body), expected }));

  const found = await findInK6(asked);

  expect(found).toEqual(asked.map(findInNode));
});

const anything = fc.jsonValue({ maxDepth: 2 });
const either = <T>(likely: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 4, arbitrary: likely }, { weight: 1, arbitrary: anything });
const optional = { requiredKeys: [] };
const envelope = fc.record(
  {
    id: either(fc.constant('cl-0000001')),
    _version: either(fc.integer({ min: 0, max: 4 })),
    body: either(
      fc.record(
        {
          canary: either(fc.constantFrom(canary('cl-0000001', 3), foreign)),
          surname: either(fc.constant('Okafor')),
        },
        optional,
      ),
    ),
  },
  optional,
);
const body = either(
  fc.oneof(
    envelope,
    fc.record({ items: either(fc.array(either(envelope))), client: either(envelope) }, optional),
  ),
);
const damaged = fc
  .tuple(body, fc.nat({ max: 80 }))
  .map(([value, end]) => JSON.stringify(value).slice(0, end));
const asked = fc.record({
  text: fc.oneof(
    { weight: 5, arbitrary: body.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: damaged },
  ),
  expected: fc.constantFrom(oneClient, ...TABLE.map(({ expected }) => expected)),
});

test('k6 finds the same as Node in any answer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { minLength: 300, maxLength: 300 }), async (answers) => {
      expect(await findInK6(answers)).toEqual(answers.map(findInNode));
    }),
    // Each step of shrinking is a run of k6.
    { numRuns: 3, interruptAfterTimeLimit: 40_000 },
  );
});
