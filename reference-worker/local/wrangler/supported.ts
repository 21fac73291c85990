import { PlatformError } from '../errors.ts';
import type { WranglerWorker } from './read.ts';

/** The Worker among these that another one's bindings call by this name. */
export const workerCalled = (name: string, workers: readonly WranglerWorker[]): WranglerWorker | undefined =>
  workers.find((worker) => worker.name === name || worker.topLevelName === name);

/**
 * @param workers all of a description: their bindings may lead to each other
 * @throws PlatformError `not_supported` that names everything which the configurations have and the local platform has not,
 *   every binding that leads nowhere and every secret that nothing gives
 */
export function assertSupported(workers: readonly WranglerWorker[]): void {
  const wrong = workers.flatMap((worker) =>
    [...lacksOf(worker), ...loose(worker, workers)].map((each) => ({ file: worker.file, each })),
  );
  if (wrong.length === 0) return;
  const files = [...new Set(wrong.map(({ file }) => file))].map((file) => {
    const own = wrong.filter((one) => one.file === file).map(({ each }) => `  ${each}.\n`);
    return `${file} has what would not work on the local platform:\n${own.join('')}`;
  });
  throw new PlatformError(
    'not_supported',
    `${files.join('')}Leave it out in an environment of its own, and name that environment.`,
  );
}

const lacksOf = ({ unsupported, missingSecrets }: WranglerWorker): string[] => [
  ...unsupported.map(({ field, lack }) => `${field} is not supported: ${lack}`),
  ...missingSecrets.map(
    (name) => `secrets.required names ${name}, which is not in .dev.vars beside the file`,
  ),
];

/** Bindings that lead to nothing that would run. */
function loose({ services, objects }: WranglerWorker, workers: readonly WranglerWorker[]): string[] {
  const noWorker = (place: string, script: string): string =>
    `${place} leads to the Worker ${script}, which is not among those that are described: add its configuration as beside`;
  return [
    ...services
      .filter(({ script }) => !workerCalled(script, workers))
      .map(({ binding, script }) => noWorker(`services.${binding}`, script)),
    ...objects.flatMap(({ binding, className, script }) => {
      const owner = workerCalled(script, workers);
      if (!owner) return [noWorker(`durable_objects.${binding}`, script)];
      const isMade = owner.classes.some((made) => made.className === className);
      return isMade
        ? []
        : [
            `durable_objects.${binding} leads to the class ${className}, which no migration of ${owner.name} has made`,
          ];
    }),
  ];
}
