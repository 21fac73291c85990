import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { INTERRUPTED_EXIT_CODE, interruption } from '../../reference-worker/local/interruption.ts';
import { guaranteesDocument } from './document.ts';
import { runner, search } from './evidence.ts';
import { CONFIGURATIONS } from './modes.ts';
import { PUBLISHED_SEARCH } from './published.ts';
import { startRig } from './rig.ts';
import type { Row } from './table.ts';

new Command('guarantees')
  .description('Finds out which guarantees D1 and KV keep in which session mode, and writes GUARANTEES.md.')
  .parse();

/** @throws whatever a request meets whose platform was stopped by Ctrl-C */
async function demonstrate(signal: AbortSignal): Promise<Row[]> {
  const rig = await startRig();
  signal.addEventListener('abort', () => void rig.stop());
  const rows: Row[] = [];
  try {
    for (const configuration of CONFIGURATIONS) {
      signal.throwIfAborted();
      const { session, cache } = configuration;
      const run = runner(session, () => rig.target(cache.id));
      const findings = await search(run, PUBLISHED_SEARCH);
      rows.push({ configuration, findings });
      const broken = findings.filter(({ smallest }) => smallest).map(({ guarantee }) => guarantee.name);
      console.log(
        `${rows.length}/${CONFIGURATIONS.length}  ${session.name}, ${cache.name}: ${verdict(broken)}`,
      );
    }
  } finally {
    await rig.stop();
  }
  return rows;
}

function verdict(broken: readonly string[]): string {
  return broken.length === 0 ? 'everything holds' : `breaks ${broken.join(', ')}`;
}

const signal = interruption(new Error('Interrupted; GUARANTEES.md is as it was.'));
try {
  const rows = await demonstrate(signal);
  writeFileSync(join(import.meta.dirname, 'GUARANTEES.md'), guaranteesDocument(rows, PUBLISHED_SEARCH));
} catch (error) {
  if (!signal.aborted) throw error;
  console.error(signal.reason.message);
  process.exitCode = INTERRUPTED_EXIT_CODE;
}
