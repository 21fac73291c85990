/** What is deployed of a Worker: its bundle. */

export { bundleWorker, writeBundle } from './bundle.ts';
export type { Bundle, BundleSource, ConfiguredBuild } from './source.ts';
