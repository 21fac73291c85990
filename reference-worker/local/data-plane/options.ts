import { z } from 'zod';

/** The data plane's only argument, as JSON. Its sockets are called `d1/<id>` and `kv`. */
export const DataPlaneOptions = z.strictObject({
  databases: z.array(z.strictObject({ id: z.string(), file: z.string() })),
  kv: z.boolean(),
});
export type DataPlaneOptions = z.infer<typeof DataPlaneOptions>;
