import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { bundleWorker } from '../bundle/index.ts';

/** A Worker on miniflare's own D1 and KV, in memory. @param vars that it finds in its environment */
export async function startMiniflare(
  entry: string,
  bindings: { readonly d1Databases: string[]; readonly kvNamespaces?: string[] },
  vars: Readonly<Record<string, string>> = {},
): Promise<Miniflare> {
  const { code } = await bundleWorker(entry);
  const script = Buffer.from(code).toString();
  const runtime = { modules: true, script, compatibilityDate: '2026-10-20', host: '127.0.0.1' } as const;
  return new Miniflare(convertV4MiniflareOptions({ ...runtime, ...bindings, bindings: { ...vars } }));
}
