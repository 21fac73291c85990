import type { Asked } from '../../../reference-worker/target/index.ts';

/** A cache is filled after the response; on a busy machine both the fill and the reads that wait for it are slow. */
const READS_MAX = 100;

/** Repeats a read until a cache answers it, within a bound; once where the target has none, or does not say so. */
export async function untilHit(read: () => Promise<Asked>): Promise<Asked> {
  let asked = await read();
  for (let reads = 1; reads < READS_MAX && isUncached(asked); reads += 1) asked = await read();
  return asked;
}

const isUncached = ({ answer }: Asked): boolean => answer.cache === 'miss' || answer.cache === 'bypass';
