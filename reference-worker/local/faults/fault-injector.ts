import type { Clock } from '../clock/index.ts';
import { type Chance, chanceOf } from '../latency/index.ts';
import type { Fault, FaultKind, FaultOf, FaultPlan } from './plan.ts';

/** What a fault could hit now. A selector of a fault must find its equal here. */
export interface Occasion {
  readonly database?: string;
  readonly region?: string;
  readonly instance?: string;
  readonly pop?: string;
  readonly access?: string;
  readonly namespace?: string;
  readonly upstream?: string;
  readonly bucket?: string;
  readonly operation?: string;
  readonly key?: string;
}

export interface Firing extends Occasion {
  /** Since the plan was set. */
  readonly atMs: number;
}

export interface FaultReport {
  readonly id: string;
  readonly kind: FaultKind;
  readonly count: number;
  /** The first ones: a run of hours must not fill the memory. */
  readonly firings: readonly Firing[];
}

const LOGGED_FIRINGS = 1_000;

interface Planned {
  readonly fault: Fault;
  readonly selectors: readonly (readonly [Selector, unknown])[];
  readonly pattern: RegExp | undefined;
  readonly chance: Chance;
  readonly firings: Firing[];
  count: number;
}

/** Decides which requests the planned faults hit, and keeps account of it. */
export class FaultInjector {
  readonly #clock: Clock;
  readonly #seed: number;
  readonly #scope: string;
  #planned: readonly Planned[] = [];
  #startMs = 0;

  /** @param scope what this injector looks after, as in a database's id: two of them decide independently */
  constructor(clock: Clock, seed: number, scope: string) {
    this.#clock = clock;
    this.#seed = seed;
    this.#scope = scope;
  }

  /** Replaces the plan; its times count from now, and what was logged is forgotten. */
  set(plan: FaultPlan): void {
    this.#startMs = this.#clock.now();
    this.#planned = plan.map((fault) => ({
      fault,
      selectors: selectorsOf(fault),
      pattern:
        'keyPattern' in fault && fault.keyPattern !== undefined ? new RegExp(fault.keyPattern) : undefined,
      chance: chanceOf(this.#seed, this.#scope, fault.id),
      firings: [],
      count: 0,
    }));
  }

  /**
   * The first planned fault of this kind that fires, which is thereby logged. Those behind it are drawn too, so that
   * a fault decides as it would without the others.
   */
  fires<Kind extends FaultKind>(kind: Kind, occasion: Occasion): FaultOf<Kind> | undefined {
    let first: FaultOf<Kind> | undefined;
    for (const planned of this.#planned) {
      const { fault } = planned;
      if (!isOf(kind, fault) || !this.#isActive(planned) || !matches(planned, occasion)) continue;
      if (!isDrawn(planned) || first) continue;
      this.#log(planned, occasion);
      first = fault;
    }
    return first;
  }

  /**
   * The periods in which a fault of this kind is planned to last, past and to come, for conditions that are asked
   * about another moment than now. Nothing is logged: see `fired`.
   */
  periods<Kind extends FaultKind>(
    kind: Kind,
    occasion: Occasion,
  ): readonly { readonly fault: FaultOf<Kind>; readonly fromMs: number; readonly untilMs: number }[] {
    return this.#planned.flatMap((planned) => {
      const { fault } = planned;
      if (!isOf(kind, fault) || !matches(planned, occasion)) return [];
      const fromMs = this.#startMs + fault.fromMs;
      return [{ fault, fromMs, untilMs: fromMs + lengthMs(fault) }];
    });
  }

  /**
   * Logs that a condition made a difference.
   *
   * @param timeMs when, in milliseconds since the epoch; now unless told otherwise
   */
  fired(id: string, occasion: Occasion, timeMs = this.#clock.now()): void {
    const planned = this.#planned.find(({ fault }) => fault.id === id);
    if (planned) this.#log(planned, occasion, timeMs);
  }

  report(): FaultReport[] {
    return this.#planned.map(({ fault: { id, kind }, count, firings }) => ({
      id,
      kind,
      count,
      firings: [...firings],
    }));
  }

  #isActive({ fault }: Planned): boolean {
    const sinceMs = this.#clock.now() - this.#startMs - fault.fromMs;
    return sinceMs >= 0 && sinceMs < lengthMs(fault);
  }

  #log(planned: Planned, occasion: Occasion, timeMs = this.#clock.now()): void {
    planned.count += 1;
    if (planned.firings.length < LOGGED_FIRINGS)
      planned.firings.push({ atMs: timeMs - this.#startMs, ...occasion });
  }
}

const isOf = <Kind extends FaultKind>(kind: Kind, fault: Fault): fault is FaultOf<Kind> =>
  fault.kind === kind;

/** Until the plan is replaced, unless told. */
const lengthMs = (fault: Fault): number =>
  ('forMs' in fault ? fault.forMs : undefined) ?? Number.POSITIVE_INFINITY;

const SELECTORS = [
  'database',
  'region',
  'instance',
  'pop',
  'access',
  'namespace',
  'upstream',
  'operation',
] as const;
type Selector = (typeof SELECTORS)[number];

/** What the fault is aimed at; found once, because every request asks. */
function selectorsOf(fault: Fault): Planned['selectors'] {
  const given = new Map<string, unknown>(Object.entries(fault));
  return SELECTORS.map((name) => [name, given.get(name)] as const).filter(
    ([, wanted]) => wanted !== undefined,
  );
}

const matches = ({ selectors, pattern }: Planned, occasion: Occasion): boolean =>
  selectors.every(([name, wanted]) => wanted === occasion[name]) &&
  (pattern === undefined || pattern.test(occasion.key ?? ''));

function isDrawn({ fault, chance, count }: Planned): boolean {
  if (!('share' in fault)) return true;
  if (fault.times !== undefined && count >= fault.times) return false;
  return fault.share === 1 || chance() < fault.share;
}
