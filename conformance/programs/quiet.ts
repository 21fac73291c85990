import { setTimeout } from 'node:timers/promises';

/** Most requests answer within it; asking who waits costs as much as one more request. */
const HEAD_START_MS = 2;

/**
 * Resolves when every request has answered or waits for time to pass.
 *
 * @param pending the requests; one that has answered removes itself
 * @param waiting asks how many requests wait for time to pass
 */
export async function quiet(
  pending: ReadonlyMap<string, Promise<void>>,
  waiting: () => Promise<number>,
): Promise<void> {
  if (pending.size > 0) await Promise.race([setTimeout(HEAD_START_MS), ...pending.values()]);
  while (pending.size > 0) {
    const count = await Promise.race([waiting(), ...pending.values()]);
    // A request on its way between workerd and the data plane is in neither account; then both are asked again.
    if (count === pending.size) return;
  }
}
