import type { WorkerFiles } from '../../local/index.ts';

/**
 * A Worker of one deployment, and what it needs to run on the local platform: its wrangler configuration, or its entry. Paths begin
 * at the description's folder. Of `vars`, secrets too, nothing is written to disk but for the run.
 */
export interface WorkerPart extends WorkerFiles {
  /**
   * Where each account has a deployment of its own: the environments of `config`, two at least, each of which is the deployment of the
   * account that is called as it is, with its vars beside those of the configuration, secrets too.
   */
  readonly environments?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
