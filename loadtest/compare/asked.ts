import type { RunResult, TenantOfRun } from '../../reports/schema/index.ts';
import { SCHEMA_VERSION } from '../../reports/schema/index.ts';
import { type Fingerprint, machineOf } from './fingerprint.ts';

/** All that decides what a run measures, but for the code: as far as it is known before the run starts. */
export interface AskedOfRun extends Pick<RunResult, 'environment' | 'scenario' | 'behaviour'> {
  readonly topology: Pick<RunResult['topology'], 'name' | 'kvCache'>;
  readonly generators: number;
  /** undefined: no tenants file was given. */
  readonly tenants:
    | readonly Pick<TenantOfRun, 'id' | 'shardId' | 'people' | 'atWork' | 'isMeasured'>[]
    | undefined;
}

export const askedOfRun = ({ load, tenants, ...result }: RunResult): AskedOfRun => ({
  ...result,
  generators: load.generators,
  tenants: tenants?.tenants,
});

/** Two runs are compared only where this is equal: everything but the code, which is what a comparison is about. */
export function fingerprintOfAsked({
  environment,
  scenario: { why: _, ...scenario },
  topology,
  behaviour,
  generators,
  tenants,
}: AskedOfRun): Fingerprint {
  return {
    'schema version': String(SCHEMA_VERSION),
    ...machineOf(environment),
    generators: String(generators),
    ...Object.fromEntries(
      Object.entries(scenario)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [`scenario ${name}`, inOrder(value)]),
    ),
    topology: inOrder([topology.name, topology.kvCache]),
    behaviour: inOrder([
      behaviour.latencyProfile,
      behaviour.hash,
      behaviour.readReplication,
      behaviour.seed,
      behaviour.foreignBookmarks,
      behaviour.faults.map(({ id, kind, parameters }) => [id, kind, parameters]),
    ]),
    tenants: inOrder(
      tenants?.map(({ id, shardId, people, atWork, isMeasured }) => [
        id,
        shardId,
        people,
        atWork,
        isMeasured,
      ]) ?? [],
    ),
  };
}

/** The same with the documents, which are known when they have been made. */
export const fingerprintOfRun = (result: RunResult): Fingerprint => ({
  ...fingerprintOfAsked(askedOfRun(result)),
  documents: inOrder(result.topology.accounts),
});

/** As JSON, in which the order of an object's members, which a stored result may have changed, does not show. */
const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
