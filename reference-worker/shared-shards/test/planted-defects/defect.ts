import type { Bindings } from '../../src/env.ts';
import app from '../../src/index.ts';

/** What a defect does instead, given the Worker that would do it right. */
export type Defect = (
  request: Request,
  env: Bindings,
  right: (request: Request) => Promise<Response>,
) => Promise<Response>;

/** A Worker with the defect in front of the reference Worker. */
export const planted = (defect: Defect): ExportedHandler<Bindings> => ({
  fetch: (request, env, context) => defect(request, env, async (changed) => app.fetch(changed, env, context)),
});

/** True once in so many calls. */
export function everyNth(n: number): () => boolean {
  let calls = 0;
  return () => {
    calls += 1;
    return calls % n === 0;
  };
}

export const isClientRead = ({ method, url }: Request): boolean =>
  method === 'GET' && /\/v1\/clients\/[^/?]+$/.test(url);
