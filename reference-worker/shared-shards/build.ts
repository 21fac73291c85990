import { gzipSync } from 'node:zlib';
import { bundleWorker } from '../local/index.ts';
import { WORKER_ENTRY } from './platform.ts';

const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;

/** `npm run internal -- build`: proves that the Worker bundles, and says how large it is. */
export async function build(): Promise<number> {
  const { code } = await bundleWorker(WORKER_ENTRY);
  // What counts against the size limit of a deployed Worker.
  const gzipBytes = gzipSync(code).length;
  console.log(`reference Worker: ${kib(code.length)}, ${kib(gzipBytes)} with gzip`);
  return 0;
}
