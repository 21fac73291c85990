/** What D1 and KV did while a load ran. */
export { type PlatformUse, UsageWatch } from './usage-watch.ts';
