import { z } from 'zod';
import { Behaviour } from '../behaviour/index.ts';
import { UpstreamSpec } from '../upstream/index.ts';

/** The data plane's only argument, as JSON. Its sockets are called `d1/<id>`, `kv/<id>`, `upstream/<name>`, `cache`, `limits` and `control`. */
export const DataPlaneOptions = z.strictObject({
  databases: z.array(z.strictObject({ id: z.string(), file: z.string() })),
  namespaces: z.array(z.string()),
  /** By the variable in which a Worker finds their address. */
  upstreams: z.record(z.string(), UpstreamSpec),
  behaviour: Behaviour,
});
export type DataPlaneOptions = z.input<typeof DataPlaneOptions>;
