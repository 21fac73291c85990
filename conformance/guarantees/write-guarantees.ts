import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guaranteesDocument } from './document.ts';
import { PUBLISHED_SEARCH, runner, search } from './evidence.ts';
import { CONFIGURATIONS } from './modes.ts';
import { type Rig, startRig } from './rig.ts';
import type { GuaranteeRow } from './table.ts';

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

/** Writes conformance/guarantees/GUARANTEES.md. */
export async function writeGuarantees(signal: AbortSignal): Promise<number> {
  const rows = await demonstrate(signal).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  writeFileSync(join(import.meta.dirname, 'GUARANTEES.md'), guaranteesDocument(rows, PUBLISHED_SEARCH));
  return 0;
}
