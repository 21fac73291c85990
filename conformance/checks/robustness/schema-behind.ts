import {
  type Asked,
  accountOf,
  administrationOf,
  Client,
  type Operation,
  platformOf,
  resourceWith,
  shardOfSubject,
  type Target,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import type { CheckEvidence } from '../evidence.ts';
import { documentBody, holds, indexedFieldOf, underFaults } from '../kit/index.ts';

/** Longer than a replica lags anyway. */
const BEHIND_MS = 3_000;
const STEP_MS = 1_000;

export const schemaBehind: Check = {
  id: 'robustness/schema-behind',
  title:
    'While a replica does not have a new table yet, reads are answered right or with an error, never as if empty.',
  requirements: ['B10'],
  severity: 'high',
  environment: 'simulated-time',
  needs: ['operator', 'faults', 'lag', 'put', 'read', 'list'],
  method:
    'A table is taken away and, once every replica knows, brought back as a migration would, with its documents; the ' +
    'replicas hear of it seconds later. Readers without a position meet a replica that says "no such table", which must ' +
    'not become an empty list or a missing document; a write that nothing can take is not told as done, and as certainly not ' +
    'done where errors say so; a session that has seen a write since must be answered right.',
  async run({ target, evidence, unique }) {
    const { control } = platformOf(target).platform;
    const shard = shardOfSubject(target);
    const client = new Client(target, accountOf(target, 'subject'));
    const resource = resourceWith(target.system, {
      ids: 'client',
      routes: ['put', 'read', 'list'],
      indexed: 1,
    });
    const field = indexedFieldOf(resource);
    const [word, later] = [unique('before'), unique('later')];
    const document = { resource: resource.name, id: unique('document') };
    const put = await client.ask({ kind: 'put', ...document, body: documentBody(resource, word) });
    await control.advance(BEHIND_MS + STEP_MS);
    const operations: readonly Operation[] = [
      { kind: 'list', resource: resource.name, filter: { field, is: word } },
      { kind: 'list', resource: resource.name, filter: { field, prefix: word } },
      { kind: 'read', ...document },
    ];
    const isRight = ({ answer }: Asked) => answer.outcome === 'ok' && answer.documents[0]?.id === document.id;
    const readEverywhere = () =>
      target.settle(
        Promise.all(target.pops.flatMap((pop) => operations.map((one) => anonymous(target, pop, one)))),
      );

    const bringBack = await administrationOf(target).hideTable(shard, resource.name);
    const without = await new Client(target, accountOf(target, 'subject')).ask({
      kind: 'put',
      ...document,
      body: documentBody(resource, later),
    });
    await control.advance(BEHIND_MS + STEP_MS);
    const fault = { id: 'behind', kind: 'schema-behind', database: shard, addMs: BEHIND_MS } as const;
    const { result, firings } = await underFaults(target, [fault], async () => {
      await bringBack();
      const early = await readEverywhere();
      const write = await client.ask({
        kind: 'put',
        ...document,
        body: documentBody(resource, later, { [field]: word }),
      });
      const mine = await client.ask({ kind: 'read', ...document });
      await control.advance(BEHIND_MS + STEP_MS);
      return { early, write, mine };
    });
    // What the change reached late it has reached now, the far replica last.
    await control.advance(2 * BEHIND_MS + STEP_MS);
    const late = await readEverywhere();

    evidence.control('a replica was behind the schema', firings > 0);
    evidence.claim('a write whose table is away is not done', without.answer.outcome !== 'ok', [without]);
    if (target.lacks('problem-documents') === undefined)
      evidence.claim('it is told to have certainly not been done', without.answer.outcome === 'refused', [
        without,
      ]);
    const { early, write, mine } = result;
    for (const asked of early) judgeEarly(evidence, put, asked, isRight(asked));
    const errors = early.filter(({ response }) => response.status >= 500).length;
    evidence.remark(`${errors} of ${early.length} reads during the migration were answered with an error.`);
    evidence.claim('a write to the new table is done', write.answer.outcome === 'ok', [write]);
    const isMine = holds(mine.answer.documents[0], later);
    evidence.claim('a session that has written reads its own write', isMine, [write, mine]);
    for (const asked of late)
      evidence.claim(
        `after the migration a ${asked.operation.kind} in ${asked.pop} is answered right`,
        isRight(asked),
        [asked],
      );
  },
};

function judgeEarly(evidence: CheckEvidence, put: Asked, asked: Asked, isRight: boolean): void {
  const { operation, answer, response, pop } = asked;
  const isError = answer.outcome === 'refused' && response.status >= 500;
  const sentences = [
    'Because the document was written before the migration, an answer that does not show it is an error.',
    `However, a ${operation.kind} in ${pop} was answered ${response.status} without it.`,
  ];
  evidence.claim(
    `during a migration a ${operation.kind} in ${pop} is answered right, or with an error of the server`,
    isRight || isError,
    { sentences, exchanges: [put, asked] },
  );
}

/** A reader who has no position yet. */
const anonymous = (target: Target, pop: string, operation: Operation): Promise<Asked> =>
  new Client(target, accountOf(target, 'subject'), pop).begin(operation);
