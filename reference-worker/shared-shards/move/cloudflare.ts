import { z } from 'zod';
import { badOption } from '../../../reports/command/index.ts';
import { CloudflareApi, type Operator } from '../../target/index.ts';
import { ACCOUNTS_DATABASE } from '../state.ts';

type Databases = Pick<Operator, 'batch'>;

const Bound = z.object({ binding: z.string(), database_id: z.string() });
const Configured = z.object({ d1_databases: z.array(Bound).default([]) });
const Configuration = Configured.extend({ env: z.record(z.string(), Configured).default({}) });

const Results = z.array(
  z.object({
    results: z.array(z.record(z.string(), z.unknown())),
    meta: z.object({ duration: z.number(), changes: z.number() }),
  }),
);

/**
 * The account database and the shards on Cloudflare, by D1's API: several statements are one batch, and a batch is one transaction
 * (developers.cloudflare.com/api/resources/d1/subresources/database/methods/query,
 * developers.cloudflare.com/d1/worker-api/d1-database/#batch).
 *
 * @param wrangler the configuration of all deployments: it says which database a binding leads to
 * @param env CLOUDFLARE_ACCOUNT_ID, CLOUDFLARE_API_TOKEN, and CLOUDFLARE_API_BASE_URL as wrangler takes them
 * @throws CommandError `bad_option`; CloudflareError; fetch's error where Cloudflare does not answer
 */
export async function cloudflareDatabases(
  wrangler: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Databases> {
  const idOf = await databaseIds(wrangler);
  const databaseOf = (binding: string): string => {
    const id = idOf.get(binding);
    if (id !== undefined) return id;
    throw badOption('wrangler', `${wrangler} binds no database as ${binding}, which the move needs`);
  };
  databaseOf('ACCOUNTS');
  const api = new CloudflareApi(env);
  const query = async (binding: string, statements: Parameters<Databases['batch']>[1]) => {
    const id = databaseOf(binding);
    const batch = statements.map(({ sql, params = [] }) => ({ sql, params }));
    const { result } = await api.ask('POST', `d1/database/${id}/query`, { batch });
    return Results.parse(result).map(({ results, meta }) => ({
      rows: results,
      durationMs: meta.duration,
      changes: meta.changes,
    }));
  };
  const [shards] = await query('ACCOUNTS', [{ sql: 'SELECT id, binding FROM db_shard' }]);
  const bindings = new Map((shards?.rows ?? []).map(({ id, binding }) => [String(id), String(binding)]));
  bindings.set(ACCOUNTS_DATABASE, 'ACCOUNTS');
  return { batch: async (database, statements) => query(bindings.get(database) ?? database, statements) };
}

/** By binding, over all environments: a shard has one binding wherever it is bound (A1). */
async function databaseIds(wrangler: string): Promise<ReadonlyMap<string, string>> {
  const { experimental_readRawConfig: readRaw } = await import('wrangler');
  const { env, ...top } = Configuration.parse(readRaw({ config: wrangler }).rawConfig);
  const ids = new Map<string, string>();
  for (const { binding, database_id: id } of [top, ...Object.values(env)].flatMap(
    (each) => each.d1_databases,
  )) {
    if ((ids.get(binding) ?? id) !== id)
      throw badOption(
        'wrangler',
        `${wrangler} binds two databases as ${binding}: each shard has a binding of its own`,
      );
    ids.set(binding, id);
  }
  return ids;
}
