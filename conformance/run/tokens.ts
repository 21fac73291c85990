import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parsedJson, ROLES, type TestAccount } from '../../reference-worker/target/index.ts';
import { badOption, spelledAsCalled } from '../../reports/command/index.ts';
import { ConformanceError } from './errors.ts';

// A path would silently be lost: a request's path is in the description.
const Origin = z
  .string()
  .refine((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ''), {
    error: 'must be a URL that begins with http:// or https://',
    abort: true,
  })
  .refine((url) => url.replace(/\/$/, '') === new URL(url).origin, {
    error: 'must be a host and a port: paths belong into the description',
  });

const Account = z.strictObject({
  account: z.string().min(1),
  token: z.union([z.string().min(1), z.strictObject({ tokenEnv: z.string().min(1) })]),
  url: z.union([Origin, z.record(z.string().min(1), Origin)]).optional(),
});
const Tokens = z.strictObject({
  subject: Account,
  neighbour: Account.optional(),
  elsewhere: Account.optional(),
  dedicated: Account.optional(),
});

/** What a target is called that is not told apart by PoP. */
const ANYWHERE = 'anywhere';

/**
 * Reads the accounts of a remote target.
 *
 * @param url where accounts answer that have no URL of their own
 * @param env where tokens are looked up that the file only names
 * @throws CommandError `bad_option`, ConformanceError `bad_tokens`; no message holds a token
 */
export function readTokens(url: string, file: string, env: NodeJS.ProcessEnv): readonly TestAccount[] {
  const origin = Origin.safeParse(url);
  if (!origin.success) throw badOption('target', `${url} ${origin.error.issues[0]?.message}`);
  const tokens = Tokens.safeParse(parsedJson(textOf(file)));
  if (!tokens.success)
    throw bad(
      file,
      `is not a tokens file:\n${z.prettifyError(tokens.error)}\n${spelledAsCalled('shardproof conformance --help')} shows one`,
    );
  const given = ROLES.flatMap((role) => {
    const account = tokens.data[role];
    return account ? [{ role, ...account }] : [];
  });
  const maps = given.map(({ url: own }) => own).filter((own) => typeof own === 'object');
  const pops = Object.keys(maps[0] ?? { [ANYWHERE]: '' });
  if (maps.some((map) => Object.keys(map).toSorted().join() !== pops.toSorted().join()))
    throw bad(file, 'names other PoPs for one account than for another; name the same for all');
  const accounts = given.map(({ role, account: id, token, url: own = url }): TestAccount => {
    const everywhere = typeof own === 'string' ? Object.fromEntries(pops.map((pop) => [pop, own])) : own;
    return {
      role,
      id,
      token: typeof token === 'string' ? token : fromEnv(file, token.tokenEnv, env),
      urls: everywhere,
    };
  });
  refuseTwins(file, accounts);
  return accounts;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw bad(file, 'cannot be read; name a file that exists', { cause });
  }
}

function fromEnv(file: string, name: string, env: NodeJS.ProcessEnv): string {
  const token = env[name];
  if (!token) throw bad(file, `takes a token from the variable ${name}, which is not set; export it`);
  return token;
}

function refuseTwins(file: string, accounts: readonly TestAccount[]): void {
  for (const [index, account] of accounts.entries())
    for (const earlier of accounts.slice(0, index)) {
      const both = `the ${earlier.role} and the ${account.role}`;
      if (earlier.id === account.id)
        throw bad(file, `gives ${both} one account, ${account.id}; name another`);
      if (earlier.token === account.token)
        throw bad(file, `gives ${both} one token; give each account its own`);
    }
}

const bad = (file: string, what: string, options?: ErrorOptions): ConformanceError =>
  new ConformanceError('bad_tokens', `${file} ${what}.`, options);
