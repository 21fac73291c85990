import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { setMetric, timing } from 'hono/timing';
import { lookUpAccount } from './accounts.ts';
import { retryingRead } from './d1-errors.ts';
import type { App } from './env.ts';
import { hostAgrees, identify } from './identity.ts';
import { REQUEST_MAX_BYTES } from './limits.ts';
import { Problem, problemResponse } from './problem.ts';
import { batch } from './routes/batch.ts';
import { documents } from './routes/documents.ts';
import { lists } from './routes/lists.ts';
import { openShard } from './shard-session.ts';

/** No response may be shared, errors included: a response without Cache-Control may be cached for hours. */
const forbidSharedCaching = createMiddleware<App>(async (c, next) => {
  await next();
  c.header('cache-control', 'private, no-store');
  c.header('vary', 'authorization, host');
  c.header('x-content-type-options', 'nosniff');
});

/** Says which cache answered; with EVIDENCE off, neither this nor Server-Timing leaves the Worker. */
const evidence = createMiddleware<App>(async (c, next) => {
  c.set('cacheOutcome', c.env.CACHE ? 'bypass' : 'off');
  await next();
  if (c.env.EVIDENCE !== 'off') c.header('x-cache', c.var.cacheOutcome);
});

/** Identity, account and shard, in this order; whatever fails here fails before any tenant data is near. */
const route = createMiddleware<App>(async (c, next) => {
  const startMs = performance.now();
  const identity = await identify(c.req.header('authorization'), c.env.JWT_SECRET);
  const account = await retryingRead(() => lookUpAccount(c.env.ACCOUNTS, identity.accountId));
  const { hostname } = new URL(c.req.url);
  if (!hostAgrees(hostname, c.env.BASE_DOMAIN, identity.accountId, account?.domains ?? [])) {
    throw new Problem('host_mismatch', `The host ${hostname} does not belong to the account of the token.`);
  }
  if (!account?.isActive)
    throw new Problem('account_unavailable', 'The account of the token is unknown or not active.');
  const onServed = (durationMs: number, servedBy: string) => setMetric(c, 'd1', durationMs, servedBy);
  const store = await openShard(c.env, account, c.req.header('x-d1-bookmark'), onServed);
  c.set('account', account);
  c.set('store', store);
  setMetric(c, 'route', performance.now() - startMs, 'account and shard');
  await next();
  // After errors too: a failed write may have happened, and a failed read has seen a position.
  const token = await store.token();
  if (token) c.header('x-d1-bookmark', token);
});

const limitRequest = bodyLimit({
  maxSize: REQUEST_MAX_BYTES,
  onError: () => {
    throw new Problem('too_large', `A request holds at most ${REQUEST_MAX_BYTES} bytes.`);
  },
});

const app = new Hono<App>()
  .use(forbidSharedCaching)
  .use(timing({ enabled: (c) => c.env.EVIDENCE !== 'off', total: false }))
  .use(evidence)
  .use('/v1/*', route, limitRequest)
  .route('/v1', batch)
  .route('/v1', lists)
  .route('/v1', documents)
  .notFound((c) =>
    problemResponse(new Problem('unknown_route', `${c.req.method} ${c.req.path} is not a route.`)),
  )
  .onError((error, c) => {
    const unexpected = { definite: false, cause: error };
    const problem =
      error instanceof Problem
        ? error
        : new Problem('internal', 'Something unexpected happened.', unexpected);
    // Only for 5xx: the cause of a 401 may quote the token, and a log must not hold one.
    if (problem.status >= 500) {
      const cause = problem.cause instanceof Error ? problem.cause.stack : problem.message;
      console.error(
        JSON.stringify({ event: problem.code, account: c.var.account?.id, path: c.req.path, cause }),
      );
    }
    return problemResponse(problem);
  });

export default app;
