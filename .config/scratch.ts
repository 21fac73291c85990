import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for everything that tests put into the system's temporary folder; gone when the run ends. */
export default function scratch(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'shardproof-tests-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
