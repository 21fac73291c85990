/** What is left until a shard is full, and what a month of the account costs. */
export { noPricesOn, PRICE_SOURCE, pricesOn } from './cost.ts';
export { headroomOf } from './headroom.ts';
export { accountUnderTest, type KvUse, type MeasuredLoad } from './monthly-use.ts';
export { measuredUse } from './operation-use/index.ts';
export { storageOf } from './storage.ts';
