import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws numbers from [0, 1). */
export type Chance = () => number;

/**
 * A stream of random numbers of its own for each purpose, so that one more draw for one purpose does not move the
 * decisions of another.
 *
 * @param path names the purpose, as in `('accounts', 'WEUR', 'lag')`
 */
export function chanceOf(seed: number, ...path: readonly string[]): Chance {
  const hash = createHash('sha256')
    .update(JSON.stringify([seed, ...path]))
    .digest();
  const generator = xoroshiro128plus(hash.readInt32LE());
  return () => uniformFloat64(generator);
}
