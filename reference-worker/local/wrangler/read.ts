import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { ConfiguredBuild } from '../bundle/index.ts';
import { PlatformError } from '../errors.ts';
import type {
  AssetsBinding,
  Compatibility,
  ObjectsBinding,
  ObjectsClass,
  RateLimitBinding,
  ServiceBinding,
} from '../workerd/index.ts';
import type { MigrationFolder } from './migrate.ts';
import { isUnsafeRateLimit, type Unsupported, unsupportedIn } from './unsupported.ts';

/** A binding, and what it is bound to: two bindings with the same id lead to the same thing. */
export interface Bound {
  readonly binding: string;
  readonly id: string;
}

export interface BoundDatabase extends Bound {
  /** Its folder need not be there. */
  readonly migrations: MigrationFolder;
}

/** What a wrangler configuration says of one environment, as far as it has to do with running the Worker. */
export interface WranglerWorker {
  /** The file that was read, as an absolute path. */
  readonly file: string;
  readonly name: string;
  /** Without what an environment adds to it. */
  readonly topLevelName: string;
  /** The main module, as an absolute path; it need not be there before the Worker is built. */
  readonly main: string | undefined;
  readonly compatibility: Compatibility;
  readonly build: ConfiguredBuild;
  /** What is JSON is JSON. */
  readonly vars: Readonly<Record<string, unknown>>;
  /** From `.dev.vars` (or `.dev.vars.<environment>`, or `.env`) beside the file; one that has the name of a var replaces it. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Secrets that the configuration declares and that nothing gives. */
  readonly missingSecrets: readonly string[];
  readonly databases: readonly BoundDatabase[];
  readonly namespaces: readonly Bound[];
  readonly buckets: readonly Bound[];
  readonly rateLimits: readonly RateLimitBinding[];
  readonly assets: AssetsBinding | undefined;
  readonly services: readonly ServiceBinding[];
  readonly objects: readonly ObjectsBinding[];
  /** The classes of Durable Objects that its migrations have made. */
  readonly classes: readonly ObjectsClass[];
  /** The expressions on which its `scheduled` handler runs. */
  readonly crons: readonly string[];
  /** Whether Workers Cache stands in front of it. */
  readonly workersCache: boolean;
  /** Everything that is configured and would not work here. */
  readonly unsupported: readonly Unsupported[];
}

const RateLimit = z.object({
  name: z.string(),
  namespace_id: z.string(),
  simple: z.object({ limit: z.number(), period: z.number() }),
});

const names = z.array(z.string()).optional();

/** What wrangler has read and completed, as far as it is taken. */
const Config = z.object({
  name: z.string().optional(),
  topLevelName: z.string().optional(),
  definedEnvironments: names,
  main: z.string().optional(),
  compatibility_date: z.string().optional(),
  compatibility_flags: z.array(z.string()),
  vars: z.record(z.string(), z.unknown()),
  secrets: z.object({ required: names }).optional(),
  d1_databases: z.array(
    z.object({
      binding: z.string(),
      database_id: z.string().optional(),
      database_name: z.string().optional(),
      migrations_dir: z.string().optional(),
      migrations_table: z.string().optional(),
    }),
  ),
  kv_namespaces: z.array(z.object({ binding: z.string(), id: z.string().optional() })),
  build: z.object({ command: z.string().optional(), cwd: z.string().optional() }),
  rules: z.array(
    z.object({ type: z.string(), globs: z.array(z.string()), fallthrough: z.boolean().optional() }),
  ),
  alias: z.record(z.string(), z.string()).optional(),
  define: z.record(z.string(), z.string()),
  minify: z.boolean().optional(),
  keep_names: z.boolean().optional(),
  tsconfig: z.string().optional(),
  jsx_factory: z.string(),
  jsx_fragment: z.string(),
  no_bundle: z.boolean().optional(),
  find_additional_modules: z.boolean().optional(),
  r2_buckets: z.array(z.object({ binding: z.string(), bucket_name: z.string().optional() })).default([]),
  ratelimits: z.array(RateLimit).default([]),
  unsafe: z.object({ bindings: z.array(z.unknown()).default([]) }),
  assets: z
    .object({
      directory: z.string().optional(),
      binding: z.string().optional(),
      html_handling: z.string().optional(),
      not_found_handling: z.string().optional(),
      run_worker_first: z.boolean().or(z.array(z.string())).optional(),
    })
    .optional(),
  services: z
    .array(
      z.object({
        binding: z.string(),
        service: z.string(),
        entrypoint: z.string().optional(),
        props: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .default([]),
  durable_objects: z.object({
    bindings: z.array(
      z.object({ name: z.string(), class_name: z.string(), script_name: z.string().optional() }),
    ),
  }),
  triggers: z.object({ crons: names }),
  cache: z.object({ enabled: z.boolean().optional() }).optional(),
});
type Config = z.infer<typeof Config>;

/**
 * Reads a wrangler configuration (wrangler.jsonc, .json or .toml) with wrangler's own reader, and takes no step to run it.
 *
 * @param environment as `--env`; the top level unless told otherwise
 * @throws PlatformError `bad_configuration` for a file that is not there, an environment that it does not have, and for whatever
 *   wrangler itself refuses, in its words
 */
export async function readWrangler(config: string, environment?: string): Promise<WranglerWorker> {
  const file = resolve(config);
  if (!existsSync(file))
    throw new PlatformError('bad_configuration', `there is no wrangler configuration ${file}.`);
  const { read, variables, classesOf } = await wranglersReader();
  const completed = orRefuse(() => read({ config: file, env: environment ?? '' }, { hideWarnings: true }));
  const parsed = Config.parse(completed);
  // Wrangler itself refuses one that is not among others.
  if (environment !== undefined && !parsed.definedEnvironments?.length)
    throw new PlatformError(
      'bad_configuration',
      `${file} has no environment "${environment}"; it has none at all.`,
    );
  const compatibility = compatibilityOf(file, parsed);
  const given = orRefuse(() =>
    variables(file, undefined, completed.vars, environment, true, completed.secrets),
  );
  const named = Object.entries(given);
  const name = parsed.name ?? 'worker';
  const secrets = Object.fromEntries(
    named.flatMap(([name, { type, value }]) => (type === 'secret_text' ? [[name, String(value)]] : [])),
  );
  return {
    file,
    name,
    topLevelName: parsed.topLevelName ?? name,
    main: parsed.main,
    compatibility,
    build: buildOf(parsed, { file, environment, compatibility }),
    vars: Object.fromEntries(
      named.flatMap(([name, { type, value }]) => (type === 'secret_text' ? [] : [[name, value]])),
    ),
    secrets,
    missingSecrets: (parsed.secrets?.required ?? []).filter((name) => !Object.hasOwn(secrets, name)),
    databases: parsed.d1_databases.map((database) => ({
      binding: database.binding,
      id: database.database_id ?? database.database_name ?? database.binding,
      migrations: {
        folder: resolve(dirname(file), database.migrations_dir ?? 'migrations'),
        table: database.migrations_table ?? 'd1_migrations',
      },
    })),
    namespaces: parsed.kv_namespaces.map(({ binding, id }) => ({ binding, id: id ?? binding })),
    buckets: parsed.r2_buckets.map(({ binding, bucket_name }) => ({ binding, id: bucket_name ?? binding })),
    rateLimits: [
      ...parsed.ratelimits,
      ...parsed.unsafe.bindings.filter(isUnsafeRateLimit).map((one) => RateLimit.parse(one)),
    ].map(({ name: binding, namespace_id, simple }) => ({
      ...{ binding, namespace: namespace_id, limit: simple.limit, periodSeconds: simple.period },
    })),
    assets: assetsOf(parsed, file),
    services: parsed.services.map(({ service, ...rest }) => ({ ...rest, script: service })),
    objects: parsed.durable_objects.bindings.map(({ name: binding, class_name, script_name }) => ({
      ...{ binding, className: class_name, script: script_name ?? name },
    })),
    classes: [...orRefuse(() => classesOf(completed.migrations))].map(([className, hasSql]) => ({
      ...{ className, hasSql },
    })),
    crons: parsed.triggers.crons ?? [],
    workersCache: parsed.cache?.enabled ?? false,
    unsupported: unsupportedIn(completed),
  };
}

function compatibilityOf(
  file: string,
  { compatibility_date: date, compatibility_flags: flags }: Config,
): Compatibility {
  if (date !== undefined) return { date, flags };
  throw new PlatformError(
    'bad_configuration',
    `${file} has no compatibility_date: a Worker cannot be deployed without one. Add the date of today.`,
  );
}

/** @throws PlatformError `bad_configuration` for a folder that is not there: nothing would tell it from one that is empty */
function assetsOf({ assets }: Config, file: string): AssetsBinding | undefined {
  if (assets?.directory === undefined) return undefined;
  const directory = resolve(dirname(file), assets.directory);
  if (!existsSync(directory))
    throw new PlatformError('bad_configuration', `${file}: there is no folder ${directory} with the assets.`);
  return {
    directory,
    binding: assets.binding,
    htmlHandling: assets.html_handling,
    notFoundHandling: assets.not_found_handling,
    runWorkerFirst: assets.run_worker_first,
  };
}

/** Since then every module of Node that wrangler would replace is workerd's own (@cloudflare/unenv-preset 2.16.2). */
const NODE_IS_WHOLE = '2026-03-17';

function buildOf(
  config: Config,
  {
    file,
    environment,
    compatibility,
  }: Pick<WranglerWorker, 'file' | 'compatibility'> & { environment: string | undefined },
): ConfiguredBuild {
  const replacesNode = compatibility.flags.includes('nodejs_compat') && compatibility.date < NODE_IS_WHOLE;
  const { command, cwd = '.' } = config.build;
  return {
    ...{ file, environment, rules: config.rules, alias: config.alias ?? {}, define: config.define },
    command: command === undefined ? undefined : { line: command, folder: resolve(dirname(file), cwd) },
    minify: config.minify ?? false,
    keepNames: config.keep_names ?? true,
    tsconfig: config.tsconfig,
    jsxFactory: config.jsx_factory,
    jsxFragment: config.jsx_fragment,
    needsWrangler: replacesNode || config.no_bundle === true || config.find_additional_modules === true,
  };
}

/** Heavy, and needed only here. */
async function wranglersReader() {
  const wrangler = await import('wrangler');
  return {
    read: wrangler.unstable_readConfig,
    variables: wrangler.unstable_getVarsForDev,
    classesOf: wrangler.unstable_getDurableObjectClassNameToUseSQLiteMap,
  };
}

function orRefuse<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new PlatformError('bad_configuration', cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}
