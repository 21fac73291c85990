/** What is left until a shard is full, and what a month of the account costs. */
export { headroomOf } from './headroom.ts';
export type { KvUse, MeasuredLoad } from './monthly-use.ts';
