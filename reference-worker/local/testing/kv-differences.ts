import { kvCalls } from './kv-calls.ts';
import { type KvCall, type Outcome, probe } from './probe.ts';
import { targets } from './targets.ts';

export interface Difference {
  readonly call: KvCall;
  readonly here: unknown;
  readonly miniflare: unknown;
}

/** A difference that is meant, or is miniflare's own. */
interface Known {
  readonly name: string;
  /** Where it is decided what is right. */
  readonly source: string;
  readonly explains: (difference: Difference) => boolean;
}

export const KNOWN_DIFFERENCES: readonly Known[] = [
  {
    name: 'a bulk read of __proto__',
    source:
      'miniflare sets the prototype of its reply instead of a member (workers-sdk: kv/namespace.worker.ts)',
    explains: ({ call, here, miniflare }) =>
      call.method === 'getMany' &&
      call.keys.includes('__proto__') &&
      JSON.stringify(withoutPrototype(here)) === JSON.stringify(withoutPrototype(miniflare)),
  },
  {
    name: 'a bulk read of JSON null with metadata',
    source: 'miniflare takes the value for a missing key (workers-sdk: kv/namespace.worker.ts)',
    explains: ({ call, here, miniflare }) =>
      call.method === 'getMany' &&
      call.type === 'json' &&
      JSON.stringify(here, (_, value) => (isEntryOfNull(value) ? null : value)) === JSON.stringify(miniflare),
  },
  {
    name: 'a list of a prefix with U+0000',
    source: 'SQLite compares texts up to a U+0000 (sqlite.org/nulinstr.html), so miniflare finds none',
    explains: ({ call, miniflare }) =>
      call.method === 'list' &&
      call.options?.prefix?.includes('\u0000') === true &&
      JSON.stringify(miniflare) === '{"value":[[]]}',
  },
];

/** Members in one order: which comes first depends on whether one of them is missing. */
function withoutPrototype(outcome: unknown): unknown {
  const { value } = JSON.parse(JSON.stringify(outcome));
  return Object.entries(value ?? {})
    .filter(([key]) => key !== '__proto__')
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const CALLS_PER_REQUEST = 100;

/** The same generated calls on the data plane and on miniflare, and what came out differently. */
export async function kvDifferences(
  seed: number,
  count: number,
): Promise<{ readonly unexpected: readonly Difference[]; readonly known: ReadonlyMap<string, number> }> {
  const calls = kvCalls(seed, count);
  const [here = [], there = []] = await Promise.all(
    ['the data plane', 'miniflare'].map((name) => outcomesOn(name, calls)),
  );
  const differences = calls
    .map((call, index) => ({ call, here: here[index], miniflare: there[index] }))
    .filter((each) => JSON.stringify(each.here) !== JSON.stringify(each.miniflare));
  const known = new Map<string, number>();
  const unexpected = differences.filter((difference) => {
    const why = KNOWN_DIFFERENCES.find(({ explains }) => explains(difference));
    if (why) known.set(why.name, (known.get(why.name) ?? 0) + 1);
    return !why;
  });
  return { unexpected, known };
}

async function outcomesOn(name: string, calls: readonly KvCall[]): Promise<readonly unknown[]> {
  const target = await targets[name]?.();
  if (!target) throw new Error(`there is no target ${name}`);
  const startSeconds = Date.now() / 1_000;
  try {
    const outcomes: Outcome[] = [];
    for (let from = 0; from < calls.length; from += CALLS_PER_REQUEST) {
      const kv = calls.slice(from, from + CALLS_PER_REQUEST);
      outcomes.push(...(await probe(target.url, { kv })).outcomes);
    }
    return outcomes.map((outcome) => comparable(outcome, startSeconds));
  } finally {
    await target.stop();
  }
}

/** Without what depends on the moment of a call: an expiry that was given as a time from then. */
const comparable = (outcome: Outcome, startSeconds: number): unknown =>
  JSON.parse(JSON.stringify(outcome), (key, value) =>
    key === 'expiration' && typeof value === 'number' ? Math.round((value - startSeconds) / 1_000) : value,
  );

const isEntryOfNull = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'metadata' in value &&
  'value' in value &&
  value.value === null;
