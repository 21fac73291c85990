import { resolveWorker, scriptsOf, startResolved } from '../local/index.ts';
import { type Placements, type System, SystemError, type Topology } from './system/index.ts';
import { handsOn } from './worker-deployment.ts';

const UNDER_TEST = 'oak';
const NEIGHBOURS = ['ash', 'fir', 'pine'];

/**
 * Where the accounts of a system can be: as its description says, or, for a Worker of one deployment, all of them in its first
 * database.
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
  const databases = [...resolved.schemas.keys()];
  const [database] = databases;
  if (database === undefined)
    throw new SystemError(`${name} has no D1 database that documents could be brought into.`);
  const namespaces = [
    ...new Set(scriptsOf(resolved.spec).flatMap((script) => Object.values(script.namespaces))),
  ];
  const accounts = [UNDER_TEST, ...NEIGHBOURS].map((id) => ({
    id,
    name: id,
    shardId: database,
  }));
  const shared: Topology = {
    name: 'shared',
    shards: [{ id: database, binding: database }],
    deployments: [{ name: 'worker', shardIds: [database] }],
    accounts,
  };
  return {
    underTest: UNDER_TEST,
    topologies: { shared },
    kvCache: namespaces.length > 0 ? 'always' : 'never',
    aims: () => ({ databases, namespaces }),
    async start({ topology, entry, stateDir, behaviour, port }) {
      const started = entry ? await resolveWorker({ ...worker, entry }) : resolved;
      const platform = await startResolved(started, { stateDir, behaviour, port });
      try {
        const hands = handsOn(
          platform,
          platform.deployments[0]?.urls.LHR ?? '',
          behaviour?.clock === 'virtual',
        );
        const tokens = new Map<string, string>();
        for (const { id } of topology.accounts) tokens.set(id, await part.open(id, hands));
        return { platform, tokenOf: async (account) => tokens.get(account) ?? '' };
      } catch (error) {
        await platform.stop();
        throw error;
      }
    },
  };
}
