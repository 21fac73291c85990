/** Defects on purpose: patches to the source of a Worker. */
export {
  applyMutation,
  copyOf,
  type MutatedWorker,
  mutatedFiles,
} from './apply.ts';
export {
  MutationError,
  mutationsOf,
  parseMutation,
  readMutations,
  type SystemMutations,
  type WorkerMutation,
  type WorkerSource,
} from './mutation.ts';
