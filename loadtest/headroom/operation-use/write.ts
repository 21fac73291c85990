import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PlatformError } from '../../../reference-worker/local/index.ts';
import { programOf, readFlags, runCommand } from '../../../reports/command/index.ts';

/** `npm run measure:rows`: measures what each operation of the journey costs, and writes it beside the code that bills it. */

const FILE = join(import.meta.dirname, 'operation-use.json');

const program = programOf({
  name: 'measure:rows',
  does: "Measures on workerd's own D1 the rows that each operation reads and writes, and writes operation-use.json.",
  help: `Examples:
  npm run measure:rows            about a minute

Exit codes: 0 measured and written, 3 it broke down, 4 nothing was started: usage.`,
});

await runCommand(
  async () => {
    readFlags(program, process.argv.slice(2), z.strictObject({}));
    // Only now: miniflare is not needed to say what this does.
    const { measureUse } = await import('./measure.ts');
    writeFileSync(FILE, `${JSON.stringify(await measureUse(), null, 2)}\n`);
    return 0;
  },
  { known: [PlatformError] },
);
