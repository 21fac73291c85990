export { INVOCATION_LIMITS, type WorkersPlan } from './invocation-limits.ts';
export { type BundleFiles, copiesOf, type IsolateModule, isolateModules } from './modules.ts';
