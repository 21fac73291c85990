import { z } from 'zod';
import { programOf, readFlags, runCommand } from '../../reports/command/index.ts';
import { bundleWorker } from './bundle.ts';
import { PlatformError } from './errors.ts';

/** `npm run build`: proves that the Worker bundles, and says how large it is. */

const program = programOf({
  name: 'build',
  does: 'Bundles the reference Worker as wrangler would, writes nothing, and says how large it is.',
  help: `Examples:
  npm run build

Exit codes: 0 it bundles, 1 it does not, 4 nothing was started: usage.`,
});
const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;

await runCommand(
  async () => {
    readFlags(program, process.argv.slice(2), z.strictObject({}));
    const { code, gzipBytes } = await bundleWorker();
    console.log(`reference Worker: ${kib(code.length)}, ${kib(gzipBytes)} with gzip`);
    return 0;
  },
  { known: [PlatformError], failures: ['worker_does_not_build'] },
);
