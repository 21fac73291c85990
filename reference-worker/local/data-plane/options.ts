import { z } from 'zod';
import { Behaviour } from '../behaviour/index.ts';

/** The data plane's only argument, as JSON. Its sockets are called `d1/<id>`, `kv/<id>`, `cache`, `limits` and `control`. */
export const DataPlaneOptions = z.strictObject({
  databases: z.array(z.strictObject({ id: z.string(), file: z.string() })),
  namespaces: z.array(z.string()),
  behaviour: Behaviour,
});
export type DataPlaneOptions = z.infer<typeof DataPlaneOptions>;
