import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { INTERRUPTED_EXIT_CODE, interruption, PlatformError } from '../../reference-worker/local/index.ts';
import { programOf, readFlags, runCommand } from '../../reports/command/index.ts';
import { ConformanceError } from '../run/errors.ts';
import { guaranteesDocument } from './document.ts';
import { PUBLISHED_SEARCH, runner, search } from './evidence.ts';
import { CONFIGURATIONS } from './modes.ts';
import { type Rig, startRig } from './rig.ts';
import type { GuaranteeRow } from './table.ts';

/** `npm run guarantees`: writes conformance/guarantees/GUARANTEES.md. */

const program = programOf({
  name: 'guarantees',
  does: 'Finds out which guarantees D1 and KV keep in which session mode, and writes GUARANTEES.md.',
  help: `Examples:
  npm run guarantees

Exit codes: 0 written, 3 it broke down, 4 nothing was started: usage, 130 stopped by Ctrl-C.`,
});

/** @throws whatever a request meets whose platform was stopped by Ctrl-C */
async function demonstrate(signal: AbortSignal): Promise<GuaranteeRow[]> {
  const rows: GuaranteeRow[] = [];
  const rigs: Rig[] = [];
  const stop = () => Promise.all(rigs.map((each) => each.stop()));
  signal.addEventListener('abort', () => void stop());
  try {
    const replicated = await startRig('auto');
    rigs.push(replicated);
    const alone = await startRig('disabled');
    rigs.push(alone);
    for (const configuration of CONFIGURATIONS) {
      signal.throwIfAborted();
      const { session, cache } = configuration;
      const rig = session.readReplication === 'disabled' ? alone : replicated;
      const run = runner(session, () => rig.target(cache.id));
      const findings = await search(run, PUBLISHED_SEARCH);
      rows.push({ configuration, findings });
      const broken = findings.filter(({ smallest }) => smallest).map(({ guarantee }) => guarantee.name);
      console.log(
        `${rows.length}/${CONFIGURATIONS.length}  ${session.name}, ${cache.name}: ${verdict(broken)}`,
      );
    }
  } finally {
    await stop();
  }
  return rows;
}

function verdict(broken: readonly string[]): string {
  return broken.length === 0 ? 'everything holds' : `breaks ${broken.join(', ')}`;
}

const signal = interruption(new ConformanceError('interrupted', 'stopping; GUARANTEES.md is as it was.'));
await runCommand(
  async () => {
    readFlags(program, process.argv.slice(2), z.strictObject({}));
    const rows = await demonstrate(signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
    writeFileSync(join(import.meta.dirname, 'GUARANTEES.md'), guaranteesDocument(rows, PUBLISHED_SEARCH));
    return 0;
  },
  { known: [ConformanceError, PlatformError], signal, interruptedExitCode: INTERRUPTED_EXIT_CODE },
);
