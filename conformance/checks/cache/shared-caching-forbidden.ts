import { accountOf, Client, type Exchange, type Target } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import type { CheckEvidence } from '../evidence.ts';
import { samplesOf } from './answers.ts';
import { sharingFlaw } from './sharing.ts';

export const sharedCachingForbidden: Check = {
  id: 'cache/shared-caching-forbidden',
  title:
    'No cache in front of the Worker may keep what a client can get: every answer forbids it, errors included.',
  requirements: ['A7', 'A10'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['read', 'put'],
  promises: ['never-stored'],
  method:
    'Every route, and where it is promised a path beside them, is asked for what it can do and for what it cannot, without credentials and with forged ones, with broken ' +
    'bodies, paths and bookmarks, with headers that frameworks mark their own requests with, and with every method. No answer that a cache may keep (RFC 9110, 9.3 and 15.1) may ' +
    'come without Cache-Control: private or no-store, or with anything to the contrary in a header that a CDN obeys first ' +
    '(RFC 9213); where it is promised, each says both, and Vary names the header that tells who is asking; and none may have an Age, as an answer from a cache has. The controls: there are successes and refusals among ' +
    'the answers. What a cache in front does all the same cannot be seen from here.',
  async run({ target, evidence, unique }) {
    const client = new Client(target, accountOf(target, 'subject'));
    const statuses = new Set<number>();
    for (const { what, send } of samplesOf(target, client, unique('document'))) {
      const exchange = await send();
      statuses.add(exchange.response.status);
      judgeSharing(evidence, target, what, exchange);
    }
    if (target.lacks('never-stored') === undefined) {
      // What is there for everybody, as a start page is, is not judged.
      const beside = await client.send({ method: 'GET', path: `/${unique('beside')}`, headers: {} });
      if (beside.response.status >= 400) judgeSharing(evidence, target, 'a path beside all routes', beside);
    }
    const some = (from: number): boolean =>
      [...statuses].some((status) => status >= from && status < from + 100);
    evidence.control('there are successes among the answers', some(200));
    evidence.control('there are refusals among the answers', some(400));
    evidence.remark(`The answers had the statuses ${[...statuses].sort((a, b) => a - b).join(', ')}.`);
  },
};

/** Claims that no cache that several users share may keep an answer. */
export function judgeSharing(
  evidence: CheckEvidence,
  target: Target,
  what: string,
  exchange: Exchange,
): void {
  const flaw = sharingFlaw(exchange.response, {
    method: exchange.request.method,
    identifiedBy: Object.keys(target.system.request.identify('')).map((name) => name.toLowerCase()),
    isStrict: target.lacks('never-stored') === undefined,
  });
  evidence.claim(`no shared cache may keep the answer to ${what}`, flaw === undefined, {
    sentences: [
      `Because ${exchange.request.method} ${exchange.request.path} is answered for one account, no other may be given the answer.`,
      `However, the ${exchange.response.status} may be shared: ${flaw}.`,
    ],
    exchanges: [exchange],
  });
}
