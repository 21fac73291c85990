import type { Pop } from '../pops.ts';
import type { Compatibility } from './bindings.ts';
import { literal } from './literal.ts';

/** Static assets of a Worker, as its configuration has them. */
export interface AssetsBinding {
  /** Where the files are, as an absolute path. */
  readonly directory: string;
  /** Absent where the Worker does not ask for them itself. */
  readonly binding: string | undefined;
  readonly htmlHandling: string | undefined;
  readonly notFoundHandling: string | undefined;
  /** Whether the Worker is asked first, or for which paths. */
  readonly runWorkerFirst: boolean | readonly string[] | undefined;
}

/** A script whose requests are answered with assets where there are some. */
export interface AssetsOf extends AssetsBinding {
  readonly script: string;
  readonly compatibility: Compatibility;
}

export const routerService = (pop: Pop, script: string): string => `router-${pop}-${script}`;
export const assetsService = (script: string): string => `assets:assets-service:${script}`;

/** A service as miniflare describes it, in workerd's own terms. */
type Described = {
  readonly name: string;
  readonly worker?: { readonly bindings: readonly { readonly name: string }[] };
};

/**
 * The services that answer requests with static assets: Cloudflare's own asset Worker and router, as miniflare carries them, one
 * router for each PoP in front of the Worker of that PoP. `_headers`, `_redirects` and `.assetsignore` are theirs, too.
 *
 * @param userService the Worker that is asked where there is no asset
 */
export async function assetsServices(
  { script, compatibility, directory, ...assets }: AssetsOf,
  pops: readonly Pop[],
  userService: (pop: Pop) => string,
): Promise<string[]> {
  // Heavy, and needed only here.
  const { ASSETS_PLUGIN } = await import('miniflare');
  const config = {
    name: script,
    compatibilityDate: compatibility.date,
    compatibilityFlags: compatibility.flags,
    assets: { ...assets, directory, hasUserWorker: true },
  };
  const described: Described[] = await Reflect.apply(
    Reflect.get(ASSETS_PLUGIN, 'getServices'),
    ASSETS_PLUGIN,
    [{ options: { config }, log: console }],
  );
  const isRouter = ({ name }: Described): boolean => name === `assets:router:${script}`;
  const isProxy = ({ name }: Described): boolean => name === `assets:rpc-proxy:${script}`;
  return [
    ...described.filter((each) => !isRouter(each) && !isProxy(each)).map(textOf),
    ...described.filter(isRouter).flatMap((router) =>
      pops.map((pop) =>
        textOf({
          ...router,
          name: routerService(pop, script),
          worker: {
            ...router.worker,
            bindings: (router.worker?.bindings ?? []).map((binding) =>
              binding.name === 'USER_WORKER' ? { ...binding, service: { name: userService(pop) } } : binding,
            ),
          },
        }),
      ),
    ),
  ];
}

/** A value as Cap'n Proto text. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return literal(value);
  if (value instanceof Uint8Array) return `0x"${Buffer.from(value).toString('hex')}"`;
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `(${fields.map(([name, field]) => `${name} = ${textOf(field)}`).join(', ')})`;
}
