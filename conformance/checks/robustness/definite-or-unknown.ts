import {
  type Asked,
  accountOf,
  Client,
  type Resource,
  resourceWith,
  type Write,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, type Endured, holds, underFaults } from '../kit/index.ts';
import { type NamedWriteFault, once, writeFaultsOf } from './write-faults.ts';

/** Marks of what a document held before its write, and of what the write made of it. */
const STATES = { before: 'state-before', after: 'state-after' } as const;
const ROUTES = ['create', 'put', 'patch', 'delete', 'read'] as const;

/** One write that met a fault, and what was found of it. */
interface Case {
  readonly fault: NamedWriteFault;
  readonly write: Asked;
  readonly read: Asked;
  /** Of the document before the write; 0 when there was none. */
  readonly versionBefore: number;
  readonly happened: boolean;
  /** It is as it was before, or as the write would have it. */
  readonly isWhole: boolean;
}

export const definiteOrUnknown: Check = {
  id: 'robustness/definite-or-unknown',
  title:
    'What an answer to a write says is true when the database fails: done, certainly not done, or unknown.',
  requirements: ['B3', 'B4'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['faults', ...ROUTES],
  method:
    'Every kind of write meets every fault of D1 (a lost connection before, after and in the middle; a restart before ' +
    'and after the commit; too much memory, computing or time, by which D1 ends what it may have committed; overload). Each lasts as long as the write is tried, or meets one attempt alone. A read afterwards decides: what was acknowledged must be there, what was said to ' +
    'be certainly not done must not, and nothing may have been done twice. An unknown outcome is right whatever happened.',
  async run(context) {
    const { target, evidence } = context;
    const cases: Case[] = [];
    for (const fault of writeFaultsOf(target))
      for (const isPassing of [false, true]) {
        const { firings, cases: met } = await meet(context, fault, isPassing);
        evidence.control(`writes met this: ${fault.what}`, firings > 0);
        cases.push(...met);
      }
    for (const one of cases) judge(context, one);
    const happened = cases.filter((one) => one.happened).length;
    evidence.control(
      'some of the writes that met a fault had happened, and some had not',
      happened > 0 && happened < cases.length,
    );
    evidence.remark(`${happened} of ${cases.length} writes that met a fault had happened.`);
  },
};

async function meet(
  { target, unique }: Context,
  fault: NamedWriteFault,
  isPassing: boolean,
): Promise<{ firings: number; cases: readonly Case[] }> {
  const client = new Client(target, accountOf(target, 'subject'));
  const resource = resourceWith(target.system, { ids: 'client', routes: ROUTES });
  const writes = writesOf(resource, (kind) => unique(`${fault.fault.id}-${isPassing ? 'once-' : ''}${kind}`));
  const existing = writes.filter(({ kind }) => kind !== 'create');
  // Nobody reads them yet: an entry in a cache would answer instead of the database.
  const before = await Promise.all(
    existing.map(({ id }) =>
      client.ask({ kind: 'put', resource: resource.name, id, body: documentBody(resource, STATES.before) }),
    ),
  );
  const versionBefore = new Map(before.map(({ answer }) => [answer.documents[0]?.id, answer.documents[0]]));
  const { result, firings } = await (isPassing
    ? oneByOne(writes.map((write) => () => underFaults(target, [once(fault)], () => client.ask(write))))
    : underFaults(target, [fault.fault], () => Promise.all(writes.map((write) => client.ask(write)))));
  const cases = result.map(async (write, index): Promise<Case> => {
    const { id, kind } = writes[index] ?? { id: '', kind: '' };
    const read = await client.ask({ kind: 'read', resource: resource.name, id });
    const [shown] = read.answer.documents;
    const [isBefore, isAfter] = [holds(shown, STATES.before), holds(shown, STATES.after)];
    const isAbsent = read.answer.outcome === 'absent';
    return {
      ...{ fault, write, read, versionBefore: versionBefore.get(id)?.version ?? 0 },
      happened: kind === 'delete' ? isAbsent : isAfter,
      isWhole: isBefore !== isAfter || (isAbsent && ['create', 'delete'].includes(kind)),
    };
  });
  return { firings, cases: await Promise.all(cases) };
}

async function oneByOne(
  works: readonly (() => Promise<Endured<Asked>>)[],
): Promise<{ result: readonly Asked[]; firings: number }> {
  const endured: Endured<Asked>[] = [];
  for (const work of works) endured.push(await work());
  return {
    result: endured.map(({ result }) => result),
    firings: endured.reduce((sum, { firings }) => sum + firings, 0),
  };
}

/** @param idOf a document of its own for each kind */
const writesOf = (described: Resource, idOf: (kind: string) => string): readonly Write[] => {
  const { name: resource } = described;
  const body = documentBody(described, STATES.after);
  return [
    { kind: 'create', resource, id: idOf('create'), body },
    { kind: 'put', resource, id: idOf('put'), body },
    { kind: 'put', resource, id: idOf('put-if-any'), body, ifMatch: '*' },
    { kind: 'patch', resource, id: idOf('patch'), body },
    { kind: 'delete', resource, id: idOf('delete') },
  ];
};

function judge({ evidence, target }: Context, { fault, write, read, ...found }: Case): void {
  // Versions count writes only where they are promised to.
  const isCounted = target.lacks('versions') === undefined;
  const { kind } = write.operation;
  const { outcome } = write.answer;
  const version = read.answer.documents[0]?.version ?? 0;
  const seen = found.happened
    ? `a read afterwards shows it (version ${version})`
    : 'a read afterwards does not show it';
  const claim = (text: string, holds: boolean, because: string): void => {
    const sentences = [`While ${kind} was under way, ${fault.what}.`, because, `However, ${seen}.`];
    evidence.claim(text, holds, { sentences, exchanges: [write, read] });
  };
  claim(
    `after a ${kind} a document is as it was or as it should be (${fault.what})`,
    found.isWhole,
    'Because a write is atomic, the document is as it was or as it should be.',
  );
  if (outcome === 'ok')
    claim(
      `a ${kind} that is acknowledged has happened (${fault.what})`,
      found.happened,
      `Because it was answered ${write.response.status}, it has happened.`,
    );
  else if (outcome !== 'unknown')
    claim(
      `a ${kind} that is said to be certainly not done has not happened (${fault.what})`,
      !found.happened,
      `Because it was answered ${write.response.status} as certainly not done, it has not happened.`,
    );
  if (isCounted)
    claim(
      `a ${kind} that was sent once is done at most once (${fault.what})`,
      version <= found.versionBefore + 1,
      `Because the document had version ${found.versionBefore}, it has version ${found.versionBefore + 1} at most.`,
    );
}
