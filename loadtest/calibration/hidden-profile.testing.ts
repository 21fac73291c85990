import {
  Behaviour,
  type BookmarkPolicy,
  type Chance,
  chanceOf,
  type Distribution,
  POPS,
  type Region,
} from '../../reference-worker/target/index.ts';

/** What a calibration is not told: how D1 and KV behave in this run. */
export type Hidden = Behaviour;

const POLICIES: readonly BookmarkPolicy[] = ['wait', 'ignore', 'primary', 'refuse'];
/** One profile in so many has no read replication. */
const UNREPLICATED_EVERY = 5;

/** Draws a profile, every number of it within what networks and databases do. */
export function hiddenProfile(seed: number): Hidden {
  const chance = chanceOf(seed, 'hidden');
  const between = betweenOf(chance);
  const replicated = seed % UNREPLICATED_EVERY !== 0;
  const duration = (low: number, high: number, tail = 2): Distribution => {
    const p50 = between(low, high);
    const p95 = p50 * between(1.15, tail);
    return { min: p50 * between(0.4, 0.9), p50, p95, p99: p95 * between(1.1, 1.5) };
  };
  const way = (): Distribution => duration(6, 40, 1.5);
  const ways = (): Record<Region, Distribution> => ({
    ...{ WEUR: way(), EEUR: way(), WNAM: way(), ENAM: way(), APAC: way(), OC: way() },
  });
  const weights = () => ({ primary: between(0.2, 0.6), WEUR: between(0.2, 0.6), EEUR: between(0.2, 0.6) });
  const { latency } = Behaviour.parse({ latency: 'uk-eu' });
  const { d1, kv } = latency;
  return Behaviour.parse({
    latency: {
      ...{ ...latency, name: `hidden-${seed}`, description: '', sources: {} },
      d1: {
        ...d1,
        primary: { region: chance() < 0.5 ? 'WEUR' : 'EEUR', colo: 'AMS' },
        nearest: forPops(weights),
        roundTripMs: forPops(ways),
        readServiceMs: duration(0.2, 2),
        writeServiceMs: duration(3, 12),
        furtherStatementMs: between(0.1, 1),
        replicaLagMs: duration(40, 150, 2.5),
        lagHoldMs: between(800, 1_500),
        bookmarkWaitMs: between(2_000, 10_000),
      },
      kv: {
        ...kv,
        cache: { defaultTtlMs: between(30_000, 70_000), machinesPerPop: 1 + Math.floor(chance() * 3) },
        propagationMs: duration(1_000, 4_000, 2.5),
        visibleAtWriterShare: between(0.9, 1),
        cachedReadMs: duration(0.3, 2),
        centralReadMs: duration(10, 50),
        writeMs: duration(20, 80),
        writesPerSecondPerKey: 1 + Math.floor(chance() * 3),
      },
    },
    readReplication: replicated ? 'auto' : 'disabled',
    foreignBookmarks: POLICIES[seed % POLICIES.length],
    isolatesPerPop: 1 + Math.floor(chance() * 4),
    clock: 'virtual',
    seed,
  });
}

const betweenOf =
  (chance: Chance) =>
  (low: number, high: number): number =>
    low * (high / low) ** chance();

const forPops = <Of>(of: () => Of): Record<(typeof POPS)[number], Of> => {
  const [LHR, MAN, EDI] = POPS.map(of);
  if (LHR === undefined || MAN === undefined || EDI === undefined) throw new Error('There are three PoPs.');
  return { LHR, MAN, EDI };
};

/** The truth of a number by its path; undefined: the profile has no such number. */
export function truthOf(hidden: Hidden, path: string): number | undefined {
  if (path === 'isolatesPerPop') return hidden.isolatesPerPop;
  const [part, name, pop, instance] = path.split('.');
  if (part === 'd1' && name === 'nearest') return shareOfInstance(hidden, pop ?? '', instance ?? '');
  let at: unknown = hidden.latency;
  for (const key of path.split('.')) {
    // A duration that is a plain number is that number at every percentile.
    if (typeof at === 'number') return at;
    at =
      typeof at === 'object' && at !== null
        ? Object.entries(at).find(([each]) => each === key)?.[1]
        : undefined;
  }
  return typeof at === 'number' ? at : undefined;
}

function shareOfInstance(
  { latency, readReplication }: Hidden,
  of: string,
  instance: string,
): number | undefined {
  if (readReplication === 'disabled') return instance === 'primary' ? 1 : 0;
  const pop = POPS.find((each) => each === of);
  if (!pop) return undefined;
  const weights = Object.entries(latency.d1.nearest[pop]);
  const all = weights.reduce((sum, [, weight]) => sum + (weight ?? 0), 0);
  return (weights.find(([name]) => name === instance)?.[1] ?? 0) / all;
}
