import { startWorker } from '../local/index.ts';
import type { Deployment } from './deployment.ts';
import type { TestAccount } from './target.ts';

/** A Worker of your own, and what it needs to run on the local platform. */
export interface OwnWorker {
  /** The path of its source file, which exports a `fetch` handler. */
  readonly entry: string;
  /** Its only D1 database: all accounts are on one shard. */
  readonly database: { readonly binding: string; readonly schema: string };
  readonly namespaces?: readonly string[];
  readonly vars?: Readonly<Record<string, string>>;
  /** With valid tokens. Two at least, or nothing can be said about isolation. */
  accounts(): Promise<readonly Pick<TestAccount, 'role' | 'id' | 'token'>[]>;
}

/** What checks may then do to it: plan faults and let replicas lag, but not reach into its database or sign tokens. */
export const ownDeployment =
  ({ entry, database, namespaces = [], vars = {}, accounts }: OwnWorker): Deployment =>
  async ({ stateDir, plane }) => {
    const databases = { [database.binding]: database.schema };
    const platform = await startWorker({ entry, stateDir, databases, namespaces, vars, plane });
    const urls = platform.deployments[0]?.urls ?? { LHR: '', MAN: '', EDI: '' };
    return {
      platform,
      accounts: (await accounts()).map((account) => ({ ...account, urls })),
      local: { shardOf: () => database.binding, deployments: { worker: urls } },
      capabilities: ['faults', ...(namespaces.length > 0 ? (['kv'] as const) : [])],
    };
  };
