import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { SystemError, type WorkerPart } from './system/index.ts';

/** What `startWorker` takes of a description. */
interface WorkerFiles {
  readonly entry: string;
  readonly databases: Readonly<Record<string, string>>;
  readonly namespaces: readonly string[];
  readonly vars: Readonly<Record<string, string>>;
}

/**
 * What a Worker is bound to: what its wrangler configuration says, and what the description adds.
 *
 * @throws SystemError for a configuration that is not there, names no module of a Worker, or has a database without migrations
 */
export async function workerFiles({
  config,
  environment,
  entry,
  ...given
}: WorkerPart): Promise<WorkerFiles> {
  const found = config === undefined ? undefined : await readConfig(config, environment, given.databases);
  const main = entry ?? found?.entry;
  if (main === undefined) throw new SystemError(`${config} names no main module; name the worker's entry.`);
  return {
    entry: main,
    databases: { ...found?.databases, ...given.databases },
    namespaces: [...new Set([...(found?.namespaces ?? []), ...(given.namespaces ?? [])])],
    vars: { ...found?.vars, ...given.vars },
  };
}

/** What wrangler has read and completed, as far as the local platform has it. */
const Config = z.object({
  main: z.string().optional(),
  vars: z.record(z.string(), z.unknown()),
  d1_databases: z.array(z.object({ binding: z.string(), migrations_dir: z.string().optional() })),
  kv_namespaces: z.array(z.object({ binding: z.string() })),
});

async function readConfig(config: string, env: string | undefined, given: WorkerPart['databases'] = {}) {
  if (!existsSync(config))
    throw new SystemError(
      `there is no wrangler configuration ${config}; its path begins at the description's folder.`,
    );
  // Heavy, and needed only here.
  const { unstable_readConfig: read } = await import('wrangler');
  const { main, vars, d1_databases, kv_namespaces } = Config.parse(read({ config, ...(env && { env }) }));
  const migrations = (binding: string, name = 'migrations'): string => {
    const folder = join(dirname(config), name);
    if (!existsSync(folder))
      throw new SystemError(
        `there is no folder ${folder} with the migrations of ${binding}: name it as migrations_dir in ${config}, or ` +
          `describe worker.databases.${binding}.`,
      );
    return readdirSync(folder)
      .filter((file) => file.endsWith('.sql'))
      .toSorted()
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join(';\n');
  };
  return {
    entry: main,
    databases: Object.fromEntries(
      d1_databases.map(({ binding, migrations_dir }) => [
        binding,
        given[binding] ?? migrations(binding, migrations_dir),
      ]),
    ),
    namespaces: kv_namespaces.map(({ binding }) => binding),
    vars: Object.fromEntries(
      Object.entries(vars).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
  };
}
