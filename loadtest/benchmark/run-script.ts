import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleScript } from '../bundle-script.ts';
import { type Aggregate, mergeSamples, SampleAggregator, startK6 } from '../generator/index.ts';
import { findK6 } from '../k6-binary/index.ts';
import type { Scenario } from '../scenarios/index.ts';
import { accountOf, JWT_SECRET, system, writePlanFile } from '../testing/index.ts';

export interface ScriptRun {
  readonly scenario: Scenario;
  /** Of the target, without an account in front of it. */
  readonly url: string;
  readonly generators?: number;
  /** A bundled script; the journey unless told otherwise. */
  readonly script?: string;
  /** Stops every k6 when it aborts. */
  readonly signal?: AbortSignal;
  /** Called with each k6's process id once it runs. */
  readonly onStart?: (pid: number) => void;
}

/**
 * Lets real k6 run the real script against a target that is no platform.
 *
 * @returns what it measured
 * @throws the reason of `signal`; nothing runs then, and nothing is left
 */
export async function runScript(run: ScriptRun): Promise<Aggregate> {
  const { scenario, url, generators = 1, signal, onStart } = run;
  const k6 = await findK6(signal);
  signal?.throwIfAborted();
  const folder = mkdtempSync(join(tmpdir(), 'shardproof-script-'));
  try {
    const planFile = writePlanFile(folder, scenario, url);
    const script = run.script ?? join(folder, 'journey.js');
    if (!run.script) await bundleScript(script, system, accountOf(scenario));
    const started = Array.from({ length: generators }, (_, index) => {
      const aggregator = new SampleAggregator(scenario);
      const process = startK6({
        name: 'k6',
        ...{ file: k6.file, script, planFile, jwtSecret: JWT_SECRET, outputs: [], dashboard: false },
        virtualUsers: scenario.virtualUsers,
        segment: { index, of: generators },
        onSample: (sample) => aggregator.add(sample),
      });
      onStart?.(process.pid);
      return { aggregator, process };
    });
    const stop = (): void => {
      for (const { process } of started) void process.stop();
    };
    signal?.addEventListener('abort', stop);
    await Promise.all(started.map(({ process }) => process.ended));
    signal?.removeEventListener('abort', stop);
    signal?.throwIfAborted();
    return mergeSamples(
      scenario,
      started.map(({ aggregator }) => aggregator.samples()),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
