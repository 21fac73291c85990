import type { Did } from './d1.ts';

/** What the probe writes goes by itself. */
const GONE_AFTER_SECONDS = 3_600;

/** One after the other. */
export async function getTimes(namespace: KVNamespace, key: string, times: number): Promise<Did[]> {
  const dids: Did[] = [];
  for (let at = 0; at < times; at += 1)
    dids.push(
      await told(async () => {
        const { value, cacheStatus } = await namespace.getWithMetadata(key);
        return { value, cacheStatus };
      }),
    );
  return dids;
}

/** All at once: whether a key may be written so often. */
export const putAtOnce = (
  namespace: KVNamespace,
  key: string,
  value: string,
  times: number,
): Promise<Did[]> =>
  Promise.all(
    Array.from({ length: times }, () =>
      told(async () => {
        await namespace.put(key, value, { expirationTtl: GONE_AFTER_SECONDS });
        return {};
      }),
    ),
  );

async function told(call: () => Promise<Did>): Promise<Did> {
  try {
    return await call();
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
