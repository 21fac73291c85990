import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { startWorker, type WorkerOptions } from './worker.ts';
import type { Platform } from './workers.ts';

/** What a suite has of its Worker. */
export interface WorkerOfSuite {
  /** Where the Worker is reached; of a PoP, LHR unless told otherwise. */
  url(pop?: 'LHR' | 'MAN' | 'EDI'): string;
  /** The running platform, with its clock, faults and databases. */
  readonly platform: Platform;
}

/**
 * Runs a Worker while the tests of a file, or of the `describe` in which this is called, run: started before the first, stopped
 * and removed after the last.
 *
 * @param options as for `startWorker`; the state lies in a temporary folder
 */
export function useWorker(options: Omit<WorkerOptions, 'stateDir'>): WorkerOfSuite {
  let running: Platform | undefined;
  const platform = (): Platform => {
    if (running) return running;
    throw new Error(
      'not_started: the Worker is there within tests and hooks, and not while they are declared.',
    );
  };
  let stateDir: string | undefined;
  beforeAll(async () => {
    // Not before: of a suite whose tests are all left out, nobody would remove it.
    stateDir = mkdtempSync(join(tmpdir(), 'shardproof-suite-'));
    running = await startWorker({ ...options, stateDir });
  }, START_MS);
  afterAll(async () => {
    try {
      await running?.stop();
    } finally {
      if (stateDir !== undefined) rmSync(stateDir, { recursive: true, force: true });
    }
  });
  return {
    url: (pop = 'LHR') => platform().deployments[0]?.urls[pop] ?? '',
    get platform() {
      return platform();
    },
  };
}

/** It takes a second; machines of CI are busy. */
const START_MS = 60_000;
