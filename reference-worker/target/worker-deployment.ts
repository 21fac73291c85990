import { type Platform, resolveWorker, startResolved, whileStepping } from '../local/index.ts';
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
  return oneWorker(worker, accounts);
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

/** What an account of a Worker at a URL can be made with: HTTP alone. @param url its origin */
export const handsAt = (url: string): Hands => {
  const refused = (what: string) => (): never => {
    throw new SystemError(
      `The accounts of this description are made by ${what}, which only the local platform has.`,
    );
  };
  return { http: (request) => sendHttp(url, request), sql: refused('SQL'), kv: refused('a value in KV') };
};

/** @param suffix of what databases and namespaces are called, in the deployment that has the account */
export const handsOn = (
  { control, operator }: Platform,
  url: string,
  steps: boolean,
  suffix = '',
): Hands => ({
  http: (request) => (steps ? whileStepping(control, sendHttp(url, request)) : sendHttp(url, request)),
  sql: (database, statement, params) => operator.query(database + suffix, statement, params),
  kv: (namespace, key, value) => operator.put(namespace + suffix, key, { value: Buffer.from(value) }),
});
