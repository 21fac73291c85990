import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { type System, SystemError, type WorkerPart } from './system/index.ts';

/** Which description is meant; neither: the one that is found by walking up, or the first reference system. */
export interface SystemChoice {
  /** A reference system: the name of its folder. */
  readonly system?: string | undefined;
  /** The path of a file, which exports a description by default. */
  readonly config?: string | undefined;
}

const FILE = 'shardproof.config.ts';
const FIRST = 'shared-shards';

/** What `defineSystem` has checked already, perhaps in another copy of this package. */
const Module = z.object({
  default: z.custom<System>(
    (value) =>
      z
        .object({ name: z.string(), request: z.object({}), resources: z.object({}), routes: z.object({}) })
        .safeParse(value).success,
    { error: 'must be a description, as in `export default defineSystem({ ... })`' },
  ),
});

/**
 * The description of the system that is meant.
 *
 * @param from where a description is looked for, from there upwards, and where the path of `config` begins
 * @throws SystemError for a file that is not there, cannot be loaded or exports no description
 */
export async function loadSystem({ system, config }: SystemChoice, from: string): Promise<System> {
  if (system !== undefined && config !== undefined)
    throw new SystemError('--config names another system than --system; give one of them.');
  const file =
    config === undefined
      ? system
        ? referenceFile(system)
        : (findUp(from) ?? referenceFile(FIRST))
      : resolve(from, config);
  if (!existsSync(file))
    throw new SystemError(
      system ? `--system: there is no reference system "${system}".` : `--config: there is no file ${file}.`,
    );
  const module: unknown = await import(pathToFileURL(file).href).catch((cause: unknown) => {
    throw new SystemError(`${file} cannot be loaded: ${cause}`, { cause });
  });
  const parsed = Module.safeParse(module);
  if (!parsed.success) throw new SystemError(`${file}:\n${z.prettifyError(parsed.error)}`);
  return placed(parsed.data.default, dirname(file));
}

const referenceFile = (name: string): string =>
  fileURLToPath(new URL(`../${name}/system.ts`, import.meta.url));

function findUp(folder: string): string | undefined {
  const file = join(folder, FILE);
  if (existsSync(file)) return file;
  const above = dirname(folder);
  return above === folder ? undefined : findUp(above);
}

/** Paths of a description begin at its folder. */
function placed(system: System, folder: string): System {
  const { worker } = system;
  if (typeof worker !== 'object') return { ...system, folder };
  const { config, entry, beside, upstreams = {} } = worker;
  const placedWorker: WorkerPart = {
    ...worker,
    ...(config !== undefined && { config: resolve(folder, config) }),
    ...(entry !== undefined && { entry: resolve(folder, entry) }),
    upstreams: Object.fromEntries(
      Object.entries(upstreams).map(([name, each]) => [
        name,
        { ...each, module: resolve(folder, each.module) },
      ]),
    ),
    ...(beside && { beside: beside.map((other) => ({ ...other, config: resolve(folder, other.config) })) }),
  };
  return { ...system, folder, worker: placedWorker };
}
