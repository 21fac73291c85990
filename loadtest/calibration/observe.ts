import type { Pop } from '../../reference-worker/target/index.ts';
import { POPS } from '../../reference-worker/target/index.ts';
import { badOption } from '../../reports/command/index.ts';
import { LoadTestError } from '../errors.ts';
import type { SeenOfAccount } from './findings.ts';
import { observeBookmarks } from './observe-bookmarks.ts';
import { nearestPlace, observeReads, observeService } from './observe-d1.ts';
import { observeKv } from './observe-kv.ts';
import { observeLag } from './observe-lag.ts';
import type { Observer, ProbedPlace } from './observer.ts';
import { Probe, type ProbeOptions } from './probe.ts';
import { AT_ONCE, SETTLING_TRIES } from './spending.ts';

/** Where a place really is, and which PoP of the model stands for it. */
export interface NamedPlace extends ProbedPlace {
  readonly pop: Pop;
  readonly colo: string;
}

/**
 * Finds the probe at every URL, and has its tables made.
 *
 * @returns each with the PoP that it is in, or one that stands for it where the model does not have that
 * @throws LoadTestError as the probe does; CommandError `bad_option` for two places in one PoP
 */
export async function placesAt(
  urls: readonly string[],
  options: Omit<ProbeOptions, 'url'>,
): Promise<NamedPlace[]> {
  const found: { probe: Probe; colo: string }[] = [];
  for (const url of urls) {
    const probe = new Probe({ ...options, url });
    const { colo, did } = await probe.ask({ does: 'ready' });
    const failed = did.find(({ error }) => error !== undefined);
    if (failed)
      throw new LoadTestError(
        'probe_failed',
        `the databases of ${url} cannot be used (${failed.error}). Bind DB and OTHER to databases of the probe's own.`,
      );
    const name = colo ?? 'somewhere';
    if (found.some((each) => each.colo === name))
      throw badOption('target', `two places are in the PoP ${name}; give each place once`);
    found.push({ probe, colo: name });
  }
  const known = (colo: string): Pop | undefined => POPS.find((pop) => pop === colo);
  const free = POPS.filter((pop) => !found.some(({ colo }) => colo === pop));
  return found.map(({ probe, colo }) => ({ probe, colo, pop: known(colo) ?? free.shift() ?? 'LHR' }));
}

const SETTLING_MS = 1_000;

/** A table, too, takes its time to get to the replicas. */
async function settle({ places, timing }: Observer): Promise<void> {
  const [place] = places;
  for (let tries = 0; tries < SETTLING_TRIES; tries += 1) {
    const answered = await place?.probe.ask({
      ...{ does: 'read', session: 'first-unconstrained', times: AT_ONCE },
    });
    if (answered?.did.every(({ error }) => error === undefined)) return;
    await timing.sleep(SETTLING_MS);
  }
}

/** Everything, one after the other: nothing that is measured waits for anything of ours. @throws LoadTestError as the probe does */
export async function observe(observer: Observer, seed: number): Promise<SeenOfAccount> {
  const { places } = observer;
  await settle(observer);
  const reads = await observeReads(observer);
  const bookmarks = await observeBookmarks(observer, reads.served);
  const nearest = nearestPlace(places, reads.served);
  const service = await observeService(observer, nearest);
  const lags = await observeLag(observer, nearest, reads.served);
  const kv = await observeKv(observer, seed);
  const isolates = new Map(places.map(({ probe, pop }) => [pop, probe.isolates]));
  return { pops: places.map(({ pop }) => pop), reads, bookmarks, service, lags, kv, isolates };
}
