import {
  type Aims,
  deployedAs,
  type ResolvedWorker,
  resolveWorker,
  scriptsOf,
  startResolved,
} from '../local/index.ts';
import { deploymentOf, type Placements, type System, SystemError, type Topology } from './system/index.ts';
import { handsOn } from './worker-deployment.ts';

const UNDER_TEST = 'oak';
const NEIGHBOURS = ['ash', 'fir', 'pine'];
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
      try {
        const tokens = new Map<string, string>();
        for (const { id } of topology.accounts) {
          const name = deploymentOf(topology, id);
          const url = platform.deployments.find((each) => each.name === name)?.urls.LHR ?? '';
          const suffix = name === DEDICATED ? `-${DEDICATED}` : '';
          const hands = handsOn(platform, url, behaviour?.clock === 'virtual', suffix);
          tokens.set(id, await part.open(id, hands));
        }
        return { platform, tokenOf: async (account) => tokens.get(account) ?? '' };
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
