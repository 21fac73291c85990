import { bundleWorker } from './bundle.ts';

/** `npm run build`: proves that the Worker bundles, and says how large it is. */
const { code, gzipBytes } = await bundleWorker();
const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
console.log(`reference Worker: ${kib(code.length)}, ${kib(gzipBytes)} with gzip`);
