import type { WorkerFiles } from '../../local/index.ts';

/**
 * A Worker of one deployment, and what it needs to run on the local platform: its wrangler configuration, or its entry. Paths begin
 * at the description's folder. Of `vars`, secrets too, nothing is written to disk but for the run.
 */
export type WorkerPart = WorkerFiles;
