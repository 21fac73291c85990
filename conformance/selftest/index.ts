/** The proof that the checks can fail. */
export { judgeProof } from './judge.ts';
export type { Kill } from './kill.ts';
export { killTable, withKills, withSystematic } from './kill-table.ts';
export { type CheckMutation, checksShownBy, readCheckMutations } from './mutations.ts';
export { baselineOf, killsOf, type ProofOptions } from './prove.ts';
export { runSystematic } from './systematic/index.ts';
export { proveVerdicts } from './verdicts/index.ts';
