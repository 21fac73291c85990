import fc from 'fast-check';
import type { Effect, RecordedHistory, RecordedOperation, RecordedWrite, Seen } from '../history.ts';

/**
 * Small histories of a store that is mostly right: replicas lag, replies are lost, lost writes happen late or never. And
 * now and then it does what no store should: counts wrongly, does what it refused, shows a value in the wrong place.
 */

const KEYS = ['x', 'y', 'z'] as const;
type Key = (typeof KEYS)[number];

/** What one operation does, before it is known what it meets. */
const step = fc.record({
  session: fc.constantFrom('A', 'B', 'C'),
  lasting: fc.nat(4),
  isRead: fc.nat(9).map((n) => n < 5),
  isStrong: fc.nat(5).map((n) => n === 0),
  isDelayed: fc.nat(3).map((n) => n === 0),
  isBatch: fc.nat(3).map((n) => n === 0),
  outcome: fc.constantFrom('ok', 'ok', 'ok', 'ok', 'ok', 'failed', 'unknown', 'unknown', 'untold'),
  happens: fc.boolean(),
  items: fc.uniqueArray(
    fc.record({
      key: fc.constantFrom<Key>('x', 'x', 'x', 'x', 'y', 'y', 'y', 'z'),
      kind: fc.constantFrom<Effect['kind']>('create', 'put', 'put', 'put', 'patch', 'delete', 'delete'),
      /** How far If-Match is behind; there is none from 3 on. */
      expectedLag: fc.nat(9),
      isForced: fc.nat(5).map((n) => n === 0),
      lag: fc.constantFrom(0, 0, 0, 1, 1, 2),
      /** How far a version is off, mostly not. */
      slip: fc.nat(39).map((n) => [-1, 1, 2][n] ?? 0),
      /** Whether to show the version without its value. */
      isBare: fc.nat(19).map((n) => n === 0),
      /** Whether to show another value than that of the version, and which. */
      wrongValue: fc.nat(59).map((n) => (n < 6 ? n : undefined)),
    }),
    { minLength: 1, maxLength: 3, size: 'max', selector: ({ key }) => key },
  ),
});
type Step = typeof step extends fc.Arbitrary<infer Drawn> ? Drawn : never;
type Item = Step['items'][number];

type Change = Partial<Omit<Step, 'items'>> & { readonly items: readonly Partial<Item>[] };

const write = (session: Step['session'], item: Partial<Item>): Change => ({
  session,
  isRead: false,
  isBatch: false,
  outcome: 'ok',
  items: [{ kind: 'put', expectedLag: 9, ...item }],
});
const batch = (outcome: Step['outcome'], ...keys: Key[]): Change => ({
  session: 'A',
  isRead: false,
  isBatch: true,
  happens: true,
  outcome,
  items: keys.map((key) => ({ key, kind: 'put', expectedLag: 9 })),
});
const read = (session: Step['session'], ...items: Partial<Item>[]): Change => ({
  session,
  isRead: true,
  items,
});

/** What chance alone brings about too rarely: effects without causes, updates from behind, life after death, half a batch. */
const PATTERNS: readonly (readonly Change[])[] = [
  [write('A', { key: 'x' }), write('A', { key: 'y' }), read('B', { key: 'x', lag: 1 }, { key: 'y', lag: 0 })],
  [
    write('A', { key: 'x' }),
    read('B', { key: 'x', lag: 0 }),
    write('B', { key: 'y' }),
    read('C', { key: 'x', lag: 1 }, { key: 'y', lag: 0 }),
  ],
  [
    write('A', { key: 'x' }),
    write('B', { key: 'x' }),
    write('C', { key: 'x', expectedLag: 1, isForced: true }),
  ],
  [
    write('A', { key: 'x' }),
    write('B', { key: 'x', kind: 'delete' }),
    write('C', { key: 'x', kind: 'patch', isForced: true }),
  ],
  [
    write('A', { key: 'x' }),
    write('B', { key: 'x', kind: 'delete' }),
    read('C', { key: 'x', wrongValue: 0 }),
  ],
  [batch('ok', 'x', 'y'), read('B', { key: 'x', lag: 1 }, { key: 'y', lag: 0 })],
  [batch('failed', 'x', 'y'), read('B', { key: 'x', lag: 0 })],
];

/** Puts a pattern over what was drawn, from a step on. */
function staged(steps: readonly Step[], pattern: readonly Change[], from: number): Step[] {
  return steps.map((drawn, index) => {
    const { items = [], ...change } = pattern[index - from] ?? {};
    const others = drawn.items.filter(({ key }) => !items.some((item) => item.key === key));
    const [any] = drawn.items;
    return { ...drawn, ...change, items: [...items.map((item) => ({ ...any, ...item }) as Item), ...others] };
  });
}

/** Up to eight operations of three sessions on three keys. */
export const histories: fc.Arbitrary<RecordedHistory> = fc
  .tuple(fc.array(step, { minLength: 3, maxLength: 8, size: 'max' }), fc.nat(2 * PATTERNS.length), fc.nat(4))
  .map(([steps, pattern, from]) => new Store(staged(steps, PATTERNS[pattern] ?? [], from)).history());

/** The value at each version of a key; undefined where it was deleted. */
type Versions = (string | undefined)[];

class Store {
  readonly #steps: readonly Step[];
  readonly #versions: Readonly<Record<Key, Versions>> = { x: [undefined], y: [undefined], z: [undefined] };
  readonly #values: string[] = [];
  #late: (() => void)[] = [];

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  history(): RecordedHistory {
    return {
      operations: this.#steps.map((each, invoked): RecordedOperation => {
        const next = this.#steps.findIndex(
          (other, index) => index > invoked && other.session === each.session,
        );
        const latest = next < 0 ? this.#steps.length : next - 1;
        const completed = Math.min(invoked + each.lasting, latest);
        const invocation = { session: each.session, pop: 'LHR', invoked, completed };
        if (each.isDelayed) for (const happen of this.#late.splice(0)) happen();
        if (!each.isRead) return { kind: 'write', ...invocation, ...this.#write(each) };
        const seen = each.items.map((item) => this.#read(item));
        return { kind: 'read', ...invocation, seen, ...(each.isStrong && { strong: true }) };
      }),
    };
  }

  #read({ key, lag, slip, isBare, wrongValue }: Item): Seen {
    const versions = this.#versions[key];
    const version = Math.max(0, versions.length - 1 - lag);
    const value = wrongValue === undefined ? versions[version] : this.#values.at(-1 - wrongValue);
    if (value === undefined) return { key, version: 0 };
    return { key, version: Math.max(1, version + slip), ...(!isBare && { value }) };
  }

  #write({ outcome, items, isBatch, happens }: Step): Pick<RecordedWrite, 'outcome' | 'effects'> {
    const planned = (isBatch ? items : items.slice(0, 1)).map((item) => ({
      ...item,
      value: this.#newValue(item),
    }));
    const isAllowed = planned.every((item) => item.isForced || this.#allows(item));
    const told = !isAllowed && outcome !== 'unknown' ? 'failed' : outcome;
    const versions = planned.map(({ key, slip }) => Math.max(1, this.#versions[key].length + slip));
    const happen = (): void => {
      for (const { key, kind, value } of planned)
        this.#versions[key].push(kind === 'delete' ? undefined : value);
    };
    if (told === 'ok' || told === 'untold') happen();
    else if (isAllowed && happens) {
      // Some at once, some later; of what is said to have failed, one part only.
      if (told === 'unknown') this.#late.push(happen);
      else
        for (const { key, kind, value } of planned.slice(0, 1))
          this.#versions[key].push(kind === 'delete' ? undefined : value);
    }
    const effects = planned.map(({ key, kind, value, expectedLag }, index): Effect => {
      const expected = this.#expected(key, expectedLag, told === 'ok' || told === 'untold');
      return {
        kind,
        key,
        value,
        ...(expected !== undefined && { expected }),
        ...(told === 'ok' && { version: versions[index] }),
      };
    });
    return { outcome: told === 'untold' ? 'ok' : told, effects };
  }

  #newValue({ key, kind }: Item): string {
    const value = `${key}${this.#values.length}`;
    if (kind !== 'delete') this.#values.push(value);
    return kind === 'delete' ? '' : value;
  }

  #expected(key: Key, lag: number, hasHappened: boolean): number | undefined {
    return lag < 3 ? Math.max(0, this.#versions[key].length - 1 - (hasHappened ? 1 : 0) - lag) : undefined;
  }

  #allows({ key, kind, expectedLag }: Item): boolean {
    const versions = this.#versions[key];
    const isThere = versions.at(-1) !== undefined;
    if (expectedLag === 0) return isThere;
    if (expectedLag < 3) return false;
    return kind === 'put' || (kind === 'create' ? versions.length === 1 : isThere);
  }
}
