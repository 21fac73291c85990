import {
  type Asked,
  Client,
  type Handle,
  type Target,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';

/** Reads a document in every PoP, each in a session of its own that has no position yet. */
export const everywhere = (target: Target, account: TestAccount, handle: Handle): Promise<Asked[]> =>
  Promise.all(target.pops.map((pop) => new Client(target, account, pop).ask({ kind: 'read', ...handle })));
