import { listLiteral, literal, simulatorFile } from './literal.ts';

/** What miniflare's simulator of R2 was made for. */
const COMPATIBILITY = 'compatibilityDate = "2023-07-24"';

const FILES = {
  bucket: 'r2/bucket.worker.js',
  entry: 'shared/object-entry.worker.js',
  shared: 'shared/index.worker.js',
  zod: 'shared/zod.worker.js',
} as const;

/** The files of miniflare's simulators that the configuration embeds. */
export const BUCKET_FILES: readonly string[] = Object.values(FILES);

const embed = (file: keyof typeof FILES): string => `embed ${literal(simulatorFile(FILES[file]))}`;

/**
 * The workerd configuration of R2.
 *
 * @param storage the folder that holds metadata and bodies, as an absolute path
 */
export function bucketsConfig(buckets: readonly string[], storage: string): string {
  const services = [
    `(name = "storage", disk = (path = ${literal(storage)}, writable = true))`,
    `(name = "objects", worker = (
      ${COMPATIBILITY},
      compatibilityFlags = ["nodejs_compat", "experimental"],
      modules = [(name = "bucket.worker.js", esModule = ${embed('bucket')})],
      durableObjectNamespaces = [(className = "R2BucketObject", uniqueKey = "r2", enableSql = true)],
      durableObjectStorage = (localDisk = "storage"),
      bindings = [(name = "MINIFLARE_BLOBS", service = "storage")]
    ))`,
    ...buckets.map(
      (bucket) => `(name = ${literal(`r2/${bucket}`)}, worker = (
      ${COMPATIBILITY},
      modules = [(name = "entry.worker.js", esModule = ${embed('entry')})],
      bindings = [
        (name = "MINIFLARE_NAMESPACE", text = ${literal(bucket)}),
        (name = "MINIFLARE_OBJECT", durableObjectNamespace = (className = "R2BucketObject", serviceName = "objects"))
      ]
    ))`,
    ),
  ];
  const sockets = buckets.map(
    (bucket) =>
      `(name = ${literal(`r2/${bucket}`)}, address = "127.0.0.1:0", service = ${literal(`r2/${bucket}`)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = ${listLiteral(services, '  ')},
  sockets = ${listLiteral(sockets, '  ')},
  extensions = [(modules = [
    (name = "miniflare:shared", esModule = ${embed('shared')}),
    (name = "miniflare:zod", esModule = ${embed('zod')})
  ])]
);
`;
}
