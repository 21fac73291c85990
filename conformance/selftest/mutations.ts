import {
  MutationError,
  mutatedFiles,
  mutationsOf,
  readMutations,
  type System,
  type WorkerMutation,
} from '../../reference-worker/target/index.ts';
import { AREAS, areaOf, type Check } from '../checks/index.ts';

/** A mutation that a check must catch. */
export interface CheckMutation extends WorkerMutation {
  readonly check: string;
}

export interface CheckMutations {
  /** In the order of the areas of the checks that they name. */
  readonly mutations: readonly CheckMutation[];
  /** What nothing can overlook: if its check stays green, green means nothing. */
  readonly sentinel: CheckMutation;
}

/**
 * The mutations of a system that are there for checks; those for signals of a load run are left out.
 *
 * @throws MutationError for one that cannot be read, does not apply, or names a check that there is not; and where there
 *   is no `sentinel.diff`
 */
export function readCheckMutations(system: System, checks: readonly Check[]): CheckMutations {
  const { folder, worker } = mutationsOf(system);
  const all = readMutations(system).filter(isForCheck);
  for (const mutation of all) {
    mutatedFiles(mutation, worker);
    if (!checks.some(({ id }) => id === mutation.check))
      throw new MutationError(`${mutation.id}.diff: there is no check ${mutation.check}.`);
  }
  const sentinel = all.find(({ id }) => id === 'sentinel');
  if (!sentinel) throw new MutationError(`There is no sentinel.diff in ${folder}.`);
  const others = all.filter((mutation) => mutation !== sentinel);
  const mutations = AREAS.flatMap((area) => others.filter(({ check }) => areaOf({ id: check }) === area));
  return { mutations, sentinel };
}

/** The checks that a system shows to fail: what no mutation of it does, one of another reference system must. */
export const checksShownBy = (
  mutations: readonly CheckMutation[],
  checks: readonly Check[],
): readonly Check[] => checks.filter(({ id }) => mutations.some(({ check }) => check === id));

const isForCheck = (mutation: WorkerMutation): mutation is CheckMutation => mutation.check !== undefined;
