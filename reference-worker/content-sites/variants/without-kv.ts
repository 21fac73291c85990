import type { Bindings } from '../src/env.ts';
import { Fills as FillsWithKv } from '../src/fills.ts';
import worker from '../src/index.ts';

export { Limits } from '../src/limits.ts';

/** The same Worker with a cache that keeps nothing: every view asks D1, through the tenant's coordinator. */
const withoutKv = <Env extends Pick<Bindings, 'CACHE'>>(env: Env): Env => ({
  ...env,
  CACHE: { get: async () => null, put: async () => undefined, delete: async () => undefined },
});

export class Fills extends FillsWithKv {
  constructor(state: DurableObjectState, env: Bindings) {
    super(state, withoutKv(env));
  }
}

export default {
  fetch: (request: Request, env: Bindings, context: ExecutionContext) =>
    worker.fetch(request, withoutKv(env), context),
};
