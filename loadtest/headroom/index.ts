/** What is left until a shard is full, and what a month of the account costs. */
export { noPricesOn, PRICE_SOURCE, pricesOn, usdOfUse, withShares } from './cost.ts';
export { readExchangeRate } from './exchange-rate.ts';
export { headroomOf } from './headroom.ts';
export { accountUnderTest, type KvUse, type MeasuredLoad } from './monthly-use.ts';
export { storageOf } from './storage.ts';
