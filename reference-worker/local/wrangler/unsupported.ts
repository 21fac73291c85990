/** Of a wrangler configuration: something that the local platform does not have, and what does not work without it. */
export interface Unsupported {
  /** Its place in the configuration, as in `queues.producers`. */
  readonly field: string;
  readonly lack: string;
}

/** What the local platform takes from a configuration, or what makes no difference to how a request is answered. */
const KNOWN = new Set<string>([
  // Of the configuration itself.
  ...['configPath', 'userConfigPath', 'topLevelName', 'definedEnvironments', 'targetEnvironment', '$schema'],
  // Taken.
  ...['name', 'main', 'compatibility_date', 'compatibility_flags', 'vars', 'secrets', 'd1_databases'],
  ...[
    'kv_namespaces',
    'cache',
    'services',
    'durable_objects',
    'migrations',
    'triggers',
    'r2_buckets',
    'assets',
    'ratelimits',
  ],
  // How the Worker is built.
  ...['build', 'rules', 'define', 'alias', 'tsconfig', 'jsx_factory', 'jsx_fragment', 'minify', 'keep_names'],
  ...['no_bundle', 'find_additional_modules', 'base_dir', 'preserve_file_names'],
  // Where it is deployed, who may reach it there, and what is kept of its logs.
  ...['account_id', 'workers_dev', 'preview_urls', 'previews', 'route', 'routes', 'placement', 'limits'],
  ...['observability', 'logpush', 'tail_consumers', 'streaming_tail_consumers', 'upload_source_maps'],
  ...['compliance_region', 'keep_vars', 'send_metrics', 'dev', 'first_party_worker', 'access'],
  ...['dependencies_instrumentation', 'python_modules', 'addresses', 'legacy_env'],
]);

/** What does not work without something, by its place; anything else that is configured is named without it. */
const LACKS: Readonly<Record<string, string>> = {
  agent_memory: 'what the Worker asks of an agent memory',
  ai: 'every model that the Worker runs',
  ai_search: 'every search that the Worker asks AI Search for',
  ai_search_namespaces: 'every search that the Worker asks AI Search for',
  analytics_engine_datasets: 'data points that the Worker writes',
  artifacts: 'what the Worker stores as artifacts',
  browser: 'every page that the Worker opens in a browser',
  cloudchamber: 'containers',
  connect: 'TCP connections to the Worker',
  containers: 'containers, and every Durable Object that asks one',
  data_blobs: 'the global variable with its bytes; import the file instead',
  dispatch_namespaces: "calls to users' Workers (Workers for Platforms)",
  exports: 'entrypoints that are configured by their exports',
  flagship: 'what the Worker asks of feature flags',
  hyperdrive: 'connections to a database behind Hyperdrive',
  images: 'images that the Worker transforms',
  k2: 'what the Worker asks of this store',
  logfwdr: 'logs that are forwarded',
  media: 'media that the Worker transforms',
  mtls_certificates: 'requests with a client certificate',
  pages_build_output_dir: 'a Pages project; point to the configuration of a Worker',
  pipelines: 'records that the Worker sends to a pipeline',
  queues: 'messages: what the Worker sends arrives nowhere, and its queue handler is never called',
  secrets_store_secrets: 'secrets of the Secrets Store; give them as vars in the description',
  send_email: 'mail that the Worker sends',
  site: 'the files of Workers Sites; use assets instead',
  stream: 'videos',
  text_blobs: 'the global variable with its text; import the file instead',
  unsafe: 'what wrangler calls unsafe',
  vectorize: 'every vector that the Worker stores or asks for',
  version_metadata: 'the id of the deployed version',
  vpc_networks: 'requests into a private network',
  vpc_services: 'requests to a service of a private network',
  wasm_modules: 'the global variable with the module; import the file instead',
  worker_loaders: 'Workers that the Worker loads',
  workflows: 'every instance of a workflow that the Worker starts',
};

/** Rate limits were unsafe bindings before wrangler 4.36, and may still be. */
export const isUnsafeRateLimit = (binding: unknown): boolean => Object(binding).type === 'ratelimit';

/** Everything that is configured and would not work here: all of it, so that nobody meets it one by one. */
export function unsupportedIn(config: object): Unsupported[] {
  return Object.entries(config)
    .filter(
      ([field, value]) =>
        !KNOWN.has(field) && isConfigured(field === 'unsafe' ? withoutRateLimits(value) : value),
    )
    .map(([field]) => ({ field, lack: LACKS[field] ?? 'what the Worker asks of it' }))
    .toSorted((a, b) => a.field.localeCompare(b.field));
}

const withoutRateLimits = (unsafe: object) => ({
  ...unsafe,
  bindings: [Object(unsafe).bindings ?? []].flat().filter((binding) => !isUnsafeRateLimit(binding)),
});

/** Wrangler completes a configuration: what nobody has set is there, and empty. */
const isConfigured = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).some(isConfigured)
    : value !== undefined && value !== null && value !== false;
