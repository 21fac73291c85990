import {
  type Aims,
  deployedAs,
  type ResolvedWorker,
  resolveEnvironments,
  resolveWorker,
  scriptsOf,
  startResolved,
} from '../local/index.ts';
import { concurrently } from './concurrently.ts';
import {
  type AccountsPart,
  deploymentOf,
  type Placed,
  type Placements,
  type System,
  SystemError,
  type Topology,
  type WorkerPart,
} from './system/index.ts';
import { boundIn, handsOn } from './worker-deployment.ts';

const UNDER_TEST = 'oak';
const NEIGHBOURS = ['ash', 'fir', 'pine'];
/** Of accounts, of which there may be thousands. */
const OPENED_AT_ONCE = 8;
/** Deployments of one Worker: the first, which has that of the local platform, and the same once more for the account under test. */
const SHARED = 'worker';
const DEDICATED = 'dedicated';

/**
 * Where the accounts of a system can be: as its description says, or, for a Worker of one deployment, all of them in its first
 * database, or the one under test in a deployment of its own.
 *
 * @throws SystemError when its description does not say how it runs on the local platform
 */
export async function placementsOf({
  name,
  placements,
  worker,
  accounts: part,
}: Pick<System, 'name' | 'placements' | 'worker' | 'accounts'>): Promise<Placements> {
  if (placements) return placements;
  if (!worker || typeof worker === 'function' || !part)
    throw new SystemError(
      `${name} does not say where its accounts are: describe worker and accounts, or placements where it takes several deployments.`,
    );
  const { config, environments } = worker;
  if (config !== undefined && environments) return placementsOfOwn(config, environments, part);
  const resolved = await resolveWorker(worker);
  const [database] = resolved.schemas.keys();
  if (database === undefined)
    throw new SystemError(`${name} has no D1 database that documents could be brought into.`);
  const onShared = [UNDER_TEST, ...NEIGHBOURS].map((id) => ({
    id,
    name: id,
    shardId: database,
  }));
  const shared: Topology = {
    name: 'shared',
    shards: [{ id: database, binding: database }],
    deployments: [{ name: SHARED, shardIds: [database] }],
    accounts: onShared,
  };
  const own = `${database}-${DEDICATED}`;
  const dedicated: Topology = {
    name: 'dedicated',
    shards: [...shared.shards, { id: own, binding: database }],
    deployments: [...shared.deployments, { name: DEDICATED, shardIds: [own] }],
    accounts: onShared.map((account) => (account.id === UNDER_TEST ? { ...account, shardId: own } : account)),
  };
  return {
    underTest: UNDER_TEST,
    topologies: { shared, dedicated },
    kvCache: namespacesOf(resolved).length > 0 ? 'always' : 'never',
    aims: (topology) => aimsOf(deployed(topology, resolved)),
    async start({ topology, entry, stateDir, behaviour, port }) {
      const started = entry ? await resolveWorker({ ...worker, entry }) : resolved;
      const platform = await startResolved(deployed(topology, started), { stateDir, behaviour, port });
      const tokens = new Map<string, Promise<string>>();
      const open = (account: string, member: string): Promise<string> => {
        const name = deploymentOf(topology, account);
        const url = platform.deployments.find((each) => each.name === name)?.urls.LHR ?? '';
        const suffix = name === DEDICATED ? `-${DEDICATED}` : '';
        const named = (_: string, binding: string): string => binding + suffix;
        return part.open(member, handsOn(platform, url, behaviour?.clock === 'virtual', named));
      };
      const tokenOf: Placed['tokenOf'] = (account, _, member = account) => {
        const token = tokens.get(member) ?? open(account, member);
        tokens.set(member, token);
        return token;
      };
      try {
        await concurrently(topology.accounts, OPENED_AT_ONCE, undefined, async ({ id }) => {
          await tokenOf(id, 0);
        });
        return { platform, tokenOf };
      } catch (error) {
        await platform.stop();
        throw error;
      }
    },
  };
}

/** The Worker in each deployment of a topology. */
const deployed = ({ deployments }: Topology, worker: ResolvedWorker): ResolvedWorker[] =>
  deployments.map(({ name }) => (name === DEDICATED ? deployedAs(DEDICATED, worker) : worker));

const namespacesOf = ({ spec }: ResolvedWorker): string[] => [
  ...new Set(scriptsOf(spec).flatMap(({ namespaces }) => Object.values(namespaces))),
];

const aimsOf = (workers: readonly ResolvedWorker[]): Aims => ({
  databases: workers.flatMap(({ schemas }) => [...schemas.keys()]),
  namespaces: workers.flatMap(namespacesOf),
});

/** Each account on a deployment and a database of its own; the first environment is under test. */
async function placementsOfOwn(
  config: string,
  environments: NonNullable<WorkerPart['environments']>,
  { open }: AccountsPart,
): Promise<Placements> {
  const resolved = await resolveEnvironments(config, environments);
  const places = resolved.map(({ spec: { name, databases } }) => {
    const [[binding, shardId] = []] = Object.entries(databases);
    if (binding !== undefined && shardId !== undefined) return { name, binding, shardId };
    throw new SystemError(`${name} has no D1 database that documents could be brought into.`);
  });
  const own: Topology = {
    name: 'own',
    shards: places.map(({ shardId: id, binding }) => ({ id, binding })),
    deployments: places.map(({ name, shardId }) => ({ name, shardIds: [shardId] })),
    accounts: places.map(({ name, shardId }) => ({ id: name, name, shardId })),
  };
  return {
    underTest: places[0]?.name ?? '',
    topologies: { own },
    kvCache: resolved.some((each) => namespacesOf(each).length > 0) ? 'always' : 'never',
    aims: () => aimsOf(resolved),
    async start({ topology, entry, stateDir, behaviour, port }) {
      const started = entry ? await resolveEnvironments(config, environments, entry) : resolved;
      const platform = await startResolved(started, { stateDir, behaviour, port });
      try {
        const tokens = new Map<string, string>();
        for (const [at, { name, urls }] of platform.deployments.entries()) {
          const worker = started[at];
          if (!worker || !topology.accounts.some(({ id }) => id === name)) continue;
          const hands = handsOn(platform, urls.LHR, behaviour?.clock === 'virtual', boundIn(worker));
          tokens.set(name, await open(name, hands));
        }
        return { platform, tokenOf: async (account) => tokens.get(account) ?? '' };
      } catch (error) {
        await platform.stop();
        throw error;
      }
    },
  };
}
