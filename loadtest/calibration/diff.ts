import { readBehaviour, sourcedNumbers } from '../../reference-worker/target/index.ts';
import { LoadTestError } from '../errors.ts';

/** A number that is measured in one profile or in both, and what became of it. */
export interface ProfileChange {
  readonly path: string;
  /** Undefined where that profile does not have it measured. */
  readonly before: MeasuredNumber | undefined;
  readonly after: MeasuredNumber | undefined;
  /** Both are measured, and their intervals have nothing in common: it is not chance. */
  readonly isChanged: boolean;
}

interface MeasuredNumber {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * What two profiles that were measured say of the same numbers.
 *
 * @param files as `shardproof calibrate` has written them, the older one first
 * @throws PlatformError `bad_behaviour` for a file that is no profile; LoadTestError `not_calibrated` for one of which nothing was measured
 */
export function diffOf(files: readonly [before: string, after: string]): ProfileChange[] {
  const [before, after] = files.map(measuredIn);
  const paths = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])];
  return paths.map((path) => {
    const [old, recent] = [before?.get(path), after?.get(path)];
    const isChanged =
      old !== undefined && recent !== undefined && (old.high < recent.low || recent.high < old.low);
    return { path, before: old, after: recent, isChanged };
  });
}

function measuredIn(file: string): Map<string, MeasuredNumber> {
  const { latency } = readBehaviour(file, { databases: [], namespaces: [] });
  const measured = sourcedNumbers(latency).flatMap(({ path, value, sourcePath, source }) => {
    const measurement = sourcePath === path ? source?.measurement : undefined;
    return measurement ? [[path, { value, low: measurement.low, high: measurement.high }] as const] : [];
  });
  if (measured.length === 0)
    throw new LoadTestError(
      'not_calibrated',
      `nothing in ${file} was measured by "shardproof calibrate". Give two profiles that it has written.`,
    );
  return new Map(measured);
}
