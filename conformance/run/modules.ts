import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { system as sharedShards } from '../../reference-worker/shared-shards/system.ts';
import {
  applyMutation,
  type MutatedWorker,
  type OwnWorker,
  readMutations,
  type System,
} from '../../reference-worker/target/index.ts';
import { fromCaller } from '../../reports/command/index.ts';
import { ConformanceError } from './errors.ts';

const Route = z.object({ method: z.string(), path: z.string().startsWith('/') });
const AdapterModule = z.object({
  adapter: z.custom<System>((value) => AdapterShape.safeParse(value).success, {
    error: 'must have a name, resources, routes with a method and a path each, request.identify and answer',
  }),
});
const AdapterShape = z.object({
  name: z.string(),
  routes: z.record(z.string(), Route),
  request: z.object({ identify: z.function() }),
  resources: z.record(z.string(), z.unknown()),
  answer: z.function(),
});
const OwnModule = z.object({
  own: z.custom<OwnWorker>((value) => OwnShape.safeParse(value).success, {
    error: 'must have an entry, a database with a binding and a schema, and accounts',
  }),
});
const OwnShape = z.object({
  entry: z.string(),
  database: z.object({ binding: z.string(), schema: z.string() }),
  accounts: z.function(),
});

/** @throws ConformanceError `bad_module` */
export const loadAdapter = async (file: string | undefined): Promise<System> =>
  file === undefined ? sharedShards : (await load('adapter', file, AdapterModule)).adapter;

/** The Worker's source is named from where the module is. @throws ConformanceError `bad_module` */
export async function loadOwn(file: string): Promise<OwnWorker> {
  const { own } = await load('own', file, OwnModule);
  return { ...own, entry: resolve(dirname(existing('own', file)), own.entry) };
}

/** @throws ConformanceError `bad_option` for a mutation that there is not; MutationError */
export function mutated(id: string): MutatedWorker {
  const mutation = readMutations(sharedShards).find((each) => each.id === id);
  if (!mutation)
    throw new ConformanceError(
      'bad_option',
      `--mutation: there is no mutation "${id}"; reference-worker/shared-shards/mutations has them.`,
    );
  return applyMutation(mutation, sharedShards);
}

/**
 * A file that the command line names, from where the command was given.
 *
 * @throws ConformanceError `bad_option`
 */
export function existing(
  option: string,
  file: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const path = fromCaller(file, env);
  if (!existsSync(path)) throw new ConformanceError('bad_option', `--${option}: there is no file ${path}.`);
  return path;
}

async function load<Value>(option: string, file: string, schema: z.ZodType<Value>): Promise<Value> {
  const path = existing(option, file);
  const module: unknown = await import(pathToFileURL(path).href).catch((cause: unknown) => {
    throw new ConformanceError('bad_module', `${file} cannot be loaded: ${cause}`, { cause });
  });
  const parsed = schema.safeParse(module);
  if (parsed.success) return parsed.data;
  throw new ConformanceError(
    'bad_module',
    `${file} does not export what --${option} needs:\n${z.prettifyError(parsed.error)}`,
  );
}
