import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planAccount } from '../../fixtures/index.ts';
import { POPS } from '../../reference-worker/local/topology.ts';
import { bundleScript } from '../bundle-script.ts';
import { type Aggregate, mergeSamples, SampleAggregator } from '../generator/index.ts';
import { startK6 } from '../generator/run-k6.ts';
import { pinnedArchives, resolveK6 } from '../k6-binary/resolve.ts';
import { writePlan } from '../plan.ts';
import type { Scenario } from '../scenarios/index.ts';

export const ACCOUNT = 'acme';
const STATE = join(import.meta.dirname, '..', '..', '.shardproof');

export interface ScriptRun {
  readonly scenario: Scenario;
  /** Of the target, without an account in front of it. */
  readonly url: string;
  readonly generators?: number;
  /** A bundled script; the journey unless told otherwise. */
  readonly script?: string;
  /** Called with each k6's process id once it runs. */
  readonly onStart?: (pid: number) => void;
}

/** Lets real k6 run the real script against a target that is no platform. @returns what it measured */
export async function runScript(run: ScriptRun): Promise<Aggregate> {
  const { scenario, url, generators = 1, onStart } = run;
  const folder = mkdtempSync(join(tmpdir(), 'script-'));
  const planFile = join(folder, 'plan.json');
  const { sizeBytes, virtualUsers: users, seed } = scenario;
  const account = planAccount({ account: ACCOUNT, sizeBytes, users, seed });
  writePlan(planFile, account, scenario, Object.fromEntries(POPS.map((pop) => [pop, url])), {
    placement: 'trivial',
  });
  const script = run.script ?? join(folder, 'journey.js');
  if (!run.script) await bundleScript(script);
  const { signal } = new AbortController();
  const k6 = await resolveK6({ env: process.env, stateDir: STATE, archives: pinnedArchives, signal });
  const started = Array.from({ length: generators }, (_, index) => {
    const aggregator = new SampleAggregator(scenario);
    const process = startK6({
      ...{ file: k6.file, script, planFile, jwtSecret: 'not a secret', outputs: [], dashboard: false },
      segment: { index, of: generators },
      onSample: (sample) => aggregator.add(sample),
    });
    onStart?.(process.pid);
    return { aggregator, process };
  });
  await Promise.all(started.map(({ process }) => process.ended));
  const samples = started.map(({ aggregator }) => aggregator.samples());
  return mergeSamples(scenario, samples);
}
