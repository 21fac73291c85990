import { type Cached, keep, keyOf, readPublished, TTL_MS } from '../src/cache.ts';
import type { Bindings } from '../src/env.ts';
import worker from '../src/index.ts';

export { Fills } from '../src/fills.ts';
export { Limits } from '../src/limits.ts';

/** The same Worker in which everybody who misses asks D1 and fills KV, and a write takes away what is in KV alone. */
const coordinator = (env: Bindings) => ({
  async fill(tenant: string, cached: Cached, atMs: number) {
    const value = await readPublished(env, tenant, cached);
    if (value !== null) await keep(env, keyOf(tenant, cached), { atMs, value }, TTL_MS[cached.of]);
    return { atMs, value };
  },
  async invalidate(keys: readonly string[]) {
    await Promise.all(keys.map((key) => env.CACHE.delete(key)));
  },
});

export default {
  fetch(request: Request, env: Bindings, context: ExecutionContext) {
    const fills = { idFromName: (name: string) => name, get: () => coordinator(env) };
    return worker.fetch(request, { ...env, FILLS: fills as unknown as Bindings['FILLS'] }, context); // what is asked of it
  },
};
