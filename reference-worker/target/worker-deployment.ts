import {
  chanceOf,
  type Platform,
  type ResolvedWorker,
  resolveEnvironments,
  resolveWorker,
  startResolved,
  whileStepping,
} from '../local/index.ts';
import { accountNames } from './account-names.ts';
import type { Deploy } from './deployment.ts';
import { LAGS } from './lagging-behaviour.ts';
import { type AccountsPart, type Hands, type System, SystemError, type WorkerPart } from './system/index.ts';
import type { TestAccount } from './test-account.ts';
import { sendHttp } from './transport.ts';

/** All accounts of one Worker are on one shard. */
const ROLES_OF_ONE_WORKER = ['subject', 'neighbour'] as const;

/**
 * How a system runs on the local platform.
 *
 * What checks may then do to a Worker of one deployment: plan faults and let replicas lag, but not reach into its database
 * or sign tokens.
 *
 * @throws SystemError when its description does not say how
 */
export function deployOf({ name, worker, accounts }: System): Deploy {
  if (typeof worker === 'function') return worker;
  if (!worker || !accounts)
    throw new SystemError(
      `${name} does not say how it runs on the local platform: describe worker and accounts, or name a URL with --target.`,
    );
  const { config, environments } = worker;
  return config !== undefined && environments
    ? oneForEachAccount(config, environments, accounts)
    : oneWorker(worker, accounts);
}

const oneWorker =
  (worker: WorkerPart, { open }: AccountsPart): Deploy =>
  async ({ environment, stateDir, behaviour, entry }) => {
    const resolved = await resolveWorker({ ...worker, ...(entry && { entry }) });
    const platform = await startResolved([resolved], { stateDir, behaviour });
    try {
      const urls = platform.deployments[0]?.urls ?? { LHR: '', MAN: '', EDI: '' };
      const hands = handsOn(platform, urls.LHR, environment === 'simulated-time');
      const made: TestAccount[] = [];
      const names = accountNames(behaviour.seed ?? 1);
      for (const role of ROLES_OF_ONE_WORKER)
        made.push({ role, id: names[role], token: await open(names[role], hands), urls });
      // A session that was put into KV, or a row of a user, is known everywhere: checks begin where a person would go on.
      if (environment === 'simulated-time') await platform.control.advance(LAGS.propagationMs);
      const [database = ''] = resolved.schemas.keys();
      return {
        platform,
        accounts: made,
        local: { shardOf: () => database, deployments: { worker: urls } },
        // Whether KV holds documents shows in the answers: it may hold sessions, or what nobody asks for here.
        capabilities: ['faults'],
      };
    } catch (error) {
      await platform.stop();
      throw error;
    }
  };

/** Each account is alone: on a deployment and in a database of its own. */
const ROLES_OF_OWN_WORKERS = ['subject', 'dedicated'] as const;

/** Two of the environments, drawn by the seed: no verdict may hang on which of them is asked. */
const oneForEachAccount =
  (config: string, environments: Environments, { open }: AccountsPart): Deploy =>
  async ({ environment, stateDir, behaviour, entry }) => {
    const chance = chanceOf(behaviour.seed ?? 1, 'environments');
    const drawn = Object.entries(environments)
      .map((each) => ({ each, rank: chance() }))
      .toSorted((a, b) => a.rank - b.rank)
      .slice(0, ROLES_OF_OWN_WORKERS.length)
      .map(({ each }) => each);
    const resolved = await resolveEnvironments(config, Object.fromEntries(drawn), entry);
    const platform = await startResolved(resolved, { stateDir, behaviour });
    try {
      const made: TestAccount[] = [];
      for (const [at, role] of ROLES_OF_OWN_WORKERS.entries()) {
        const [worker, deployment] = [resolved[at], platform.deployments[at]];
        if (!worker || !deployment) throw new Error(`there is no deployment for the ${role}`);
        const steps = environment === 'simulated-time';
        const hands = handsOn(platform, deployment.urls.LHR, steps, boundIn(worker));
        const { name: id, urls } = deployment;
        made.push({ role, id, token: await open(id, hands), urls });
      }
      if (environment === 'simulated-time') await platform.control.advance(LAGS.propagationMs);
      const shardOf = (id: string): string =>
        Object.values(resolved.find(({ spec }) => spec.name === id)?.spec.databases ?? {})[0] ?? '';
      const deployments = Object.fromEntries(platform.deployments.map(({ name, urls }) => [name, urls]));
      return { platform, accounts: made, local: { shardOf, deployments }, capabilities: ['faults'] };
    } catch (error) {
      await platform.stop();
      throw error;
    }
  };

type Environments = NonNullable<WorkerPart['environments']>;

/** What an account of a Worker at a URL can be made with: HTTP alone. @param url its origin */
export const handsAt = (url: string): Hands => {
  const refused = (what: string) => (): never => {
    throw new SystemError(
      `The accounts of this description are made by ${what}, which only the local platform has.`,
    );
  };
  return { http: (request) => sendHttp(url, request), sql: refused('SQL'), kv: refused('a value in KV') };
};

/** What a binding is called on the platform. */
type Named = (kind: 'databases' | 'namespaces', binding: string) => string;

export const boundIn =
  ({ spec }: ResolvedWorker): Named =>
  (kind, binding) =>
    spec[kind][binding] ?? binding;

/** @param named of the Worker at `url`; as its bindings, unless told otherwise */
export const handsOn = (
  { control, operator }: Platform,
  url: string,
  steps: boolean,
  named: Named = (_, binding) => binding,
): Hands => ({
  http: (request) => (steps ? whileStepping(control, sendHttp(url, request)) : sendHttp(url, request)),
  sql: (database, statement, params) => operator.query(named('databases', database), statement, params),
  kv: (namespace, key, value) =>
    operator.put(named('namespaces', namespace), key, { value: Buffer.from(value) }),
});
