import {
  Behaviour,
  type BehaviourInput,
  type Distribution,
  type LatencyProfile,
  POPS,
  type Region,
} from '../../reference-worker/target/index.ts';
import type { CalibrationFindings, Measured, SeenOfAccount } from './findings.ts';
import type { NamedPlace } from './observe.ts';
import type { ServedRead } from './observer.ts';
import { STATED } from './quantiles.ts';

type Sources = LatencyProfile['sources'];

export interface ProfileOptions {
  readonly findings: CalibrationFindings;
  readonly seen: SeenOfAccount;
  readonly places: readonly Pick<NamedPlace, 'pop' | 'colo'>[];
  /** As in 2026-11-28. */
  readonly date: string;
}

/** What nobody measured stays as this profile has it, with its sources. */
export const { latency: BASE } = Behaviour.parse({ latency: 'uk-eu' });

/**
 * Makes a file for --latency of what was found: every number with its source, measured with its interval, and everything else as
 * the base profile assumes it, which then says so.
 *
 * @throws ZodError when what was found contradicts itself
 */
export function profileOf({ findings, seen, places, date }: ProfileOptions): BehaviourInput {
  const { measured, unsure, unseen, hasReplicas, policy } = findings;
  const numbers = new Map([...unsure, ...measured].map((each) => [each.path, each]));
  const names = places.map(({ pop, colo }) => (pop === colo ? colo : `${colo} (as ${pop})`)).join(', ');
  const { d1, sources: ofInstances } = withInstances(seen, numbers, date);
  const { kv } = BASE;
  const at = (path: string, assumed: number): number => rounded(numbers.get(path)?.value ?? assumed);
  const over = (path: string, assumed: Distribution): Distribution =>
    distributionAt(numbers, path) ?? assumed;
  const latency: LatencyProfile = {
    name: `calibrated-${date}`,
    description: `Measured on ${date} by shardproof calibrate from ${names}; what it could not see is as ${BASE.name} has it.`,
    d1: {
      ...d1,
      readServiceMs: over('d1.readServiceMs', d1.readServiceMs),
      writeServiceMs: over('d1.writeServiceMs', d1.writeServiceMs),
      furtherStatementMs: at('d1.furtherStatementMs', Number(d1.furtherStatementMs)),
      replicaLagMs: over('d1.replicaLagMs', d1.replicaLagMs),
      bookmarkWaitMs: at('d1.bookmarkWaitMs', d1.bookmarkWaitMs),
    },
    kv: {
      ...kv,
      cache: kv.cache && {
        defaultTtlMs: at('kv.cache.defaultTtlMs', kv.cache.defaultTtlMs),
        machinesPerPop: at('kv.cache.machinesPerPop', kv.cache.machinesPerPop),
      },
      propagationMs: over('kv.propagationMs', kv.propagationMs),
      visibleAtWriterShare: at('kv.visibleAtWriterShare', kv.visibleAtWriterShare),
      cachedReadMs: over('kv.cachedReadMs', kv.cachedReadMs),
      centralReadMs: over('kv.centralReadMs', kv.centralReadMs),
      writeMs: over('kv.writeMs', kv.writeMs),
      writesPerSecondPerKey: at('kv.writesPerSecondPerKey', kv.writesPerSecondPerKey ?? 1),
    },
    sources: { ...BASE.sources, ...ofInstances },
  };
  const sources = {
    ...latency.sources,
    ...notSeen(unseen, latency.sources, date),
    ...sourcesOf(findings, date),
  };
  const isolates = numbers.get('isolatesPerPop')?.value;
  return {
    latency: { ...latency, sources: withoutCovered(sources) },
    readReplication: hasReplicas ? 'auto' : 'disabled',
    ...(policy && { foreignBookmarks: policy }),
    ...(isolates !== undefined && isolates <= ISOLATES_MAX && { isolatesPerPop: isolates }),
  };
}

/** As many as the local platform can have. */
const ISOLATES_MAX = 8;

type Numbers = ReadonlyMap<string, Measured>;

/** The primary and the replicas that answered, and the ways to them. */
function withInstances(
  { reads: { served }, pops }: SeenOfAccount,
  numbers: Numbers,
  date: string,
): { d1: LatencyProfile['d1']; sources: Sources } {
  const base = BASE.d1;
  const asInstance = (of: readonly ServedRead[]) =>
    [...Map.groupBy(of, ({ region, colo }) => `${region} ${colo}`).values()]
      .toSorted((a, b) => b.length - a.length)
      .flatMap(([one]) => (one ? [{ region: one.region as Region, colo: one.colo }] : []));
  const [primary] = asInstance(served.filter(({ isPrimary }) => isPrimary));
  const replicas = asInstance(served.filter(({ isPrimary }) => !isPrimary)).filter(
    ({ region }, at, all) => all.findIndex((each) => each.region === region) === at,
  );
  if (!primary) return { d1: base, sources: {} };
  const says = `shardproof calibrate on ${date}: as D1 said itself in ${served.length} answers.`;
  const sources: Record<string, Sources[string]> = {
    'd1.primary': { basis: 'measured', says },
    'd1.replicas': { basis: 'measured', says },
  };
  const regions = [...new Set([primary, ...replicas].map(({ region }) => region))];
  const [measuredPop = POPS[0]] = POPS.filter((pop) => pops.includes(pop));
  const instances = ['primary', ...replicas.map(({ region }) => region)];
  const weightsOf = (pop: string) =>
    Object.fromEntries(
      instances.map((name) => [name, rounded(numbers.get(`d1.nearest.${pop}.${name}`)?.value ?? 0)]),
    );
  const waysOf = (pop: (typeof POPS)[number]) =>
    Object.fromEntries(
      regions.map((region) => [
        region,
        distributionAt(numbers, `d1.roundTripMs.${pop}.${region}`) ?? wayElse(pop, region),
      ]),
    );
  const wayElse = (pop: (typeof POPS)[number], region: Region): Distribution => {
    const assumed = base.roundTripMs[pop][region];
    if (assumed !== undefined) return assumed;
    const elsewhere = distributionAt(numbers, `d1.roundTripMs.${measuredPop}.${region}`);
    sources[`d1.roundTripMs.${pop}.${region}`] = {
      basis: 'assumption',
      says: `Not seen on ${date}; as from ${measuredPop}, or 100 ms where that was not seen either.`,
    };
    return elsewhere ?? 100;
  };
  for (const pop of POPS.filter((each) => !pops.includes(each)))
    sources[`d1.nearest.${pop}`] = {
      basis: 'assumption',
      says: `Nobody asked from ${pop} on ${date}: as from ${measuredPop}.`,
    };
  const forPops = <Of>(of: (pop: (typeof POPS)[number]) => Of) => ({
    LHR: of('LHR'),
    MAN: of('MAN'),
    EDI: of('EDI'),
  });
  const forwardingMs = Object.fromEntries(
    replicas.map(({ region }) => {
      const assumed = base.forwardingMs[region];
      if (assumed !== undefined) return [region, assumed];
      sources[`d1.forwardingMs.${region}`] = {
        basis: 'assumption',
        says: `Not seen on ${date}, and no profile has it: 100 ms.`,
      };
      return [region, 100];
    }),
  );
  return {
    d1: {
      ...base,
      ...{ primary, replicas, forwardingMs },
      nearest: forPops((pop) => weightsOf(pops.includes(pop) ? pop : measuredPop)),
      roundTripMs: forPops(waysOf),
    },
    sources,
  };
}

/** @returns undefined where it was not seen */
function distributionAt(numbers: Numbers, path: string): Distribution | undefined {
  const [min, p50, p95, p99] = STATED.map((name) => numbers.get(`${path}.${name}`)?.value);
  if (min === undefined || p50 === undefined || p95 === undefined || p99 === undefined) return undefined;
  const rising = [min, p50, p95, p99].map((_, at, all) => rounded(Math.max(...all.slice(0, at + 1))));
  return { min: rising[0] ?? 0, p50: rising[1] ?? 0, p95: rising[2] ?? 0, p99: rising[3] ?? 0 };
}

/** To the microsecond. */
const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

function sourcesOf({ measured, unsure }: CalibrationFindings, date: string): Sources {
  const span = ({ low, high }: Measured): string =>
    Number.isFinite(high) ? `${rounded(low)} to ${rounded(high)}` : `at least ${rounded(low)}`;
  const inProfile = (each: Measured): boolean => /^(d1|kv)\./.test(each.path);
  return Object.fromEntries([
    ...unsure.filter(inProfile).map((each) => [
      each.path,
      {
        basis: 'assumption',
        says: `Seen on ${date} by shardproof calibrate in ${each.samples} samples, too few to call it measured: ${span(each)} (95 %).`,
      },
    ]),
    ...measured.filter(inProfile).map((each) => [
      each.path,
      {
        basis: 'measured',
        says: `shardproof calibrate on ${date}: ${span(each)} (95 %), ${each.samples} samples.`,
        measurement: { low: rounded(each.low), high: rounded(each.high), samples: each.samples, on: date },
      },
    ]),
  ]);
}

/** The base's own reasons, and why they still stand. */
const notSeen = (unseen: CalibrationFindings['unseen'], sources: Sources, date: string): Sources =>
  Object.fromEntries(
    unseen.flatMap(({ path, why }) => {
      const source = sources[path];
      return source ? [[path, { ...source, says: `Not seen on ${date}, as ${why}. ${source.says}` }]] : [];
    }),
  );

/** Without sources of which every number has one of its own. */
function withoutCovered(sources: Sources): Sources {
  const isCovered = (path: string): boolean =>
    STATED.every((name) => Object.hasOwn(sources, `${path}.${name}`));
  return Object.fromEntries(Object.entries(sources).filter(([path]) => !isCovered(path)));
}
