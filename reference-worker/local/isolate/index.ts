export { INVOCATION_LIMITS, type WorkersPlan } from './invocation-limits.ts';
export {
  type BundleFiles,
  copiesOf,
  type IsolateModule,
  isolateModules,
  type ModuleKind,
} from './modules.ts';
