import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import {
  badOption,
  CommandError,
  exitCodeOf,
  fromCaller,
  type Invocation,
  readOptions,
  startProgress,
  wholeNumber,
} from '../../../reports/command/index.ts';
import { runningDatabases } from '../../local/index.ts';
import { ACCOUNTS_DATABASE } from '../state.ts';
import system from '../system.ts';
import { cloudflareDatabases } from './cloudflare.ts';
import { type MoveOptions, type MoveReport, moveAccount } from './move-account.ts';

const CONFIG = join(import.meta.dirname, '..', 'wrangler.jsonc');
/** Of a database that did not do what it was asked for: it may do so the next time. */
const MAY_PASS: readonly string[] = ['bad_command', 'cloudflare_failed'];
/** In a row. Behind the fence nobody writes: whatever failed is tried again soon, and for two minutes. */
const FAILURES_MAX = 60;
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [100, 2_000];

const Flags = z.strictObject({
  to: z.string({ error: 'must name a shard of the account database' }).min(1),
  state: z.string().min(1, 'must name a folder').optional(),
  remote: z.boolean(),
  wrangler: z.string().optional(),
  settle: wholeNumber(1, 3_600),
});

/** `shardproof move <account> --to <shard>`. @returns the exit code */
export async function move({ given, args: [account = ''], signal }: Invocation): Promise<number> {
  const { to, settle, ...where } = readOptions(Flags, given);
  const databases = await databasesAt(where);
  const progress = startProgress(`move: ${account} to ${to}`);
  let failures = 0;
  const options: MoveOptions = {
    ...{ account, to, accountsDatabase: ACCOUNTS_DATABASE },
    databases: {
      batch(database, statements) {
        signal.throwIfAborted();
        return databases.batch(database, statements);
      },
    },
    routeTtlMs: system.limits.accountTtlMs ?? 0,
    settleMs: settle * 1_000,
    sleep: (ms) => sleep(ms, undefined, { signal }),
    now: () => performance.now(),
    onProgress(text) {
      failures = 0;
      progress.update(`move: ${account} to ${to}: ${text}`);
    },
  };
  try {
    for (;;) {
      const report = await moveAccount(options).catch(async (error: unknown) => {
        // Of its very last step only the answer was lost.
        if (failures > 0 && error instanceof CommandError && error.code === 'already_there') return 'done';
        failures += 1;
        if ((error instanceof CommandError && !MAY_PASS.includes(error.code)) || failures > FAILURES_MAX)
          throw error;
        await options.sleep(Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS));
        return undefined;
      });
      if (!report) continue;
      progress.done(`move: ${account} is on ${to}`);
      console.log(report === 'done' ? `${account} is on ${to}.` : sentencesOf(account, to, report));
      return exitCodeOf.PASS;
    }
  } catch (error) {
    progress.fail(`move: ${account} to ${to} has not come to its end`);
    throw error;
  }
}

type Where = Pick<z.infer<typeof Flags>, 'state' | 'remote' | 'wrangler'>;

async function databasesAt({ state, remote, wrangler }: Where): Promise<MoveOptions['databases']> {
  if (remote === (state !== undefined))
    throw badOption(
      'state',
      'name the state folder of a platform that runs here, or give --remote for databases on Cloudflare',
    );
  return state === undefined
    ? cloudflareDatabases(wrangler === undefined ? CONFIG : fromCaller(wrangler), process.env)
    : runningDatabases(fromCaller(state));
}

const sentencesOf = (account: string, to: string, { from, rowsCopied, rowsCaughtUp, fencedMs }: MoveReport) =>
  `${account} went from ${from} to ${to}: ${rowsCopied} rows were copied, and ${rowsCaughtUp} again because they had changed. ` +
  (fencedMs === undefined
    ? 'For how long it could not be written to is not known: an earlier process had put up the fence.'
    : `It could not be written to for ${Math.ceil(fencedMs)} ms.`);
