import { z } from 'zod';
import { Behaviour } from '../behaviour/index.ts';
import { UpstreamSpec } from '../upstream/index.ts';

/** The data plane's only argument, as JSON. Its sockets are called `d1/<id>`, `kv/<id>`, `upstream/<name>`, `r2/<name>`, `cache`, `limits` and `control`. */
export const DataPlaneOptions = z.strictObject({
  databases: z.array(z.strictObject({ id: z.string(), file: z.string() })),
  namespaces: z.array(z.string()),
  /** By the variable in which a Worker finds their address. */
  upstreams: z.record(z.string(), UpstreamSpec),
  /** R2 buckets, by name: the port at which the simulator serves each. */
  buckets: z.record(z.string(), z.int()),
  behaviour: Behaviour,
});
export type DataPlaneOptions = z.input<typeof DataPlaneOptions>;
