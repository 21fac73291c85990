import {
  type Asked,
  accountOf,
  Client,
  D1_READ_ATTEMPTS,
  familiesOf,
  type Operation,
  resourceWith,
  shardOfSubject,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import type { CheckEvidence } from '../evidence.ts';
import {
  documentBody,
  indexedFieldOf,
  isRefusedForNow,
  type ScheduledFault,
  underFaults,
} from '../kit/index.ts';

export const readsSurvive: Check = {
  id: 'robustness/reads-survive',
  title:
    'A read that meets a failure of the database is answered right or with an error, never wrong and never empty.',
  requirements: ['B8', 'B9'],
  severity: 'high',
  environment: 'real-time',
  needs: ['faults', 'put', 'read', 'list'],
  method:
    'Reads, lists and joins meet lost connections, and each interruption that D1 has a text for: once, so that a second ' +
    'attempt succeeds, and lost connections for as long as they try. "Not found" and an empty list are answers, which clients act on; a failure must not turn into one. Where it ' +
    'is stated that reads are tried again, a failure that passes at once must not reach the client.',
  async run({ target, evidence, unique, effort }) {
    const client = new Client(target, accountOf(target, 'subject'));
    const { readAttempts = 1 } = target.system.limits;
    if (readAttempts === 1)
      evidence.remark(
        'It is not stated that reads are tried again, so 503 is right where a retry would succeed.',
      );
    const faults = faultsOn(shardOfSubject(target), readAttempts).filter(
      ({ isThorough }) => effort === 'full' || !isThorough,
    );
    const resource = resourceWith(target.system, {
      ids: 'client',
      routes: ['put', 'read', 'list'],
      indexed: 1,
    });
    const [family] = familiesOf(target.system, { joined: true });
    for (const [index, named] of faults.entries()) {
      // Each fault meets a document that nobody has read, which no cache can answer for.
      const id = unique(`document-${index}`);
      await client.ask({ kind: 'put', resource: resource.name, id, body: documentBody(resource, id) });
      const reads: Operation[] = [
        { kind: 'read', resource: resource.name, id },
        { kind: 'list', resource: resource.name, filter: { field: indexedFieldOf(resource), is: id } },
      ];
      if (family) {
        const { parent, child, field } = family;
        await client.ask({ kind: 'put', resource: parent.name, id, body: documentBody(parent, id) });
        const body = documentBody(child, id, { [field]: id });
        await client.ask({ kind: 'put', resource: child.name, id, body });
        reads.push({ kind: 'join', resource: parent.name, child: child.name, id });
      }
      // What fires once meets one of those that are under way together.
      const rounds = named.isPassing ? reads.map((read) => [read]) : [reads];
      for (const round of rounds) {
        const { result, firings } = await underFaults(target, [named.fault], () =>
          Promise.all(round.map((read) => client.ask(read))),
        );
        const kinds = round.map(({ kind }) => kind).join(', ');
        evidence.control(`${kinds} met this: ${named.name}`, firings >= round.length, result);
        for (const asked of result) judge(evidence, named, asked, id);
      }
    }
  },
};

function judge(
  evidence: CheckEvidence,
  { name, mustBeAnswered }: NamedFault,
  asked: Asked,
  id: string,
): void {
  const { operation, answer, response } = asked;
  const shown = answer.documents.map((document) => document.id);
  const isRight = answer.outcome === 'ok' && shown.length === 1 && shown[0] === id;
  const isError = isRefusedForNow(asked) && shown.length === 0;
  const sentences = [
    `While a ${operation.kind} was under way, this happened: ${name}.`,
    mustBeAnswered
      ? 'Because reads are stated to be tried again, and a second attempt succeeds, the answer holds the document.'
      : 'Because the document is there, an answer that does not hold it is 503, which invites a retry.',
    `However, it was ${response.status} ${answer.code ?? ''} with ${shown.length} documents.`,
  ];
  evidence.claim(
    mustBeAnswered
      ? `a ${operation.kind} is answered although this happens: ${name}`
      : `a ${operation.kind} is answered right, or with 503, when this happens: ${name}`,
    isRight || (isError && !mustBeAnswered),
    { sentences, exchanges: [asked] },
  );
}

/** What D1 says of interruptions, after which its documents say to try again (developers.cloudflare.com/d1/observability/debug-d1). */
const RETRIED = [
  ['unresolved', 'the database cannot be resolved'],
  ['code-updated', 'the database is updated'],
  ['starting-up', 'the database is starting up'],
  ['storage-reset', 'the storage of the database is reset'],
] as const;

interface NamedFault {
  readonly name: string;
  readonly fault: ScheduledFault;
  readonly isPassing: boolean;
  /** It passes before the last of the attempts that are stated. */
  readonly mustBeAnswered: boolean;
  /** Not worth its time in many runs in a row. */
  readonly isThorough: boolean;
}

function faultsOn(database: string, readAttempts: number): readonly NamedFault[] {
  const lost = (when: 'before' | 'after' | 'mid-reply', isPassing: boolean): NamedFault => ({
    name: `the connection is lost (${when}), ${isPassing ? 'once' : 'at every attempt'}`,
    fault: {
      ...{ id: `lost-${when}`, kind: 'connection-lost', when, database, access: 'read' },
      // D1 itself tries what only reads again: a loss that a Worker sees has met all of D1's attempts.
      ...(isPassing && { times: D1_READ_ATTEMPTS }),
    },
    isPassing,
    mustBeAnswered: isPassing && readAttempts > 1,
    isThorough: when === 'after',
  });
  const passing = RETRIED.map(
    ([error, what]): NamedFault => ({
      name: `${what}, once`,
      fault: { id: error, kind: 'd1-error', error, database, access: 'read', times: D1_READ_ATTEMPTS },
      isPassing: true,
      mustBeAnswered: true,
      isThorough: false,
    }),
  );
  return [
    ...[lost('before', true), lost('mid-reply', false), lost('before', false), lost('after', true)],
    ...(readAttempts > 1 ? passing : []),
  ];
}
