import { bundleWorker } from './bundle/index.ts';

const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;

/** `npm run internal -- build`: proves that the Worker bundles, and says how large it is. */
export async function build(): Promise<number> {
  const { code, gzipBytes } = await bundleWorker();
  console.log(`reference Worker: ${kib(code.length)}, ${kib(gzipBytes)} with gzip`);
  return 0;
}
