import {
  type Asked,
  accountOf,
  Client,
  type Handle,
  type Overrides,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, hostOf, makerOf, store, storedResource } from '../kit/index.ts';

/** A cache may be filled after the answer: the reads before the last one let it. */
const OWNER_READS = 3;
/**
 * Endings of paths by which a CDN takes an answer for a static file, whatever it is
 * (developers.cloudflare.com/cache/concepts/default-cache-behavior): an id may have such an ending.
 */
const STATIC_ENDINGS = ['.css', '.js', '.jpg', '.pdf', '.csv'] as const;

export const edgeAnswerForItsReader: Check = {
  id: 'cache/edge-answer-for-its-reader',
  title: 'What a cache at the edge keeps under a URL is given to nobody but those who may read it.',
  requirements: ['A7', 'A10'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['another-account', 'read'],
  method:
    'An account reads its document until a cache at the edge would have it: at the host that all accounts share, and at its ' +
    'own. The same URL is then asked for without credentials, with forged ones, and with those of another account, in the ' +
    'same place: none may be shown the document. Another document is asked for by those strangers first: their refusal ' +
    'must not be what its owner is given. Other documents have ids that end like those of static files, where the Worker takes such ids. The Cache API of Workers knows a URL and nothing else: neither Authorization nor ' +
    'cookies are part of its key, and it does not obey Vary. The control: the owner is shown the document, at each host ' +
    'that is judged. A host at which the owner is not served is left out.',
  async run(context) {
    const { target, evidence } = context;
    const owner = accountOf(target, 'subject');
    // Behind a URL that names no account, a made-up subdomain may reach no Worker at all.
    const isNamed = target.environment !== 'remote';
    for (const host of isNamed ? [undefined, hostOf(owner)] : [undefined]) await judgeHost(context, host);
    evidence.remark(
      `Judged at ${isNamed ? `the host that accounts share, and at ${hostOf(owner)}` : 'the host of the URL'}.`,
    );
  },
};

async function judgeHost(context: Context, host: string | undefined): Promise<void> {
  const { target, evidence, unique } = context;
  const client = new Client(target, accountOf(target, 'subject'));
  const at: Overrides = { bookmark: null, ...(host !== undefined && { host }) };
  const where = host === undefined ? 'the shared host' : 'its own host';
  const resource = storedResource(target.system, { routes: ['read'] });
  const secret = unique('secret');
  const place = async (name: string): Promise<Handle> => {
    const id = unique(`${name}${host === undefined ? '' : '-own'}`);
    return (await store(context, client, resource, { id, body: documentBody(resource, secret) })).handle;
  };
  const [kept, refused] = [await place('kept'), await place('refused')];
  const read = (id: Handle, overrides: Overrides = {}) =>
    client.ask({ kind: 'read', ...id }, { ...at, ...overrides });
  const isShown = ({ response }: Asked): boolean => response.body.includes(secret);

  const ownedIn = async (each: typeof kept): Promise<readonly Asked[]> => {
    const owned: Asked[] = [];
    for (let reads = 0; reads < OWNER_READS; reads += 1) owned.push(await read(each));
    return owned;
  };
  const judgeStrangers = async (each: typeof kept, what: string, owned: readonly Asked[]): Promise<void> => {
    for (const [who, token] of strangers(context)) {
      const asked = await read(each, { token });
      evidence.claim(`${what} that the owner has read at ${where} is not shown ${who}`, !isShown(asked), {
        sentences: [
          `Because ${client.account.id} alone may read ${asked.request.path}, nobody else may be given what was kept of it.`,
          `However, asked ${who} the answer was ${asked.response.status} with the document.`,
        ],
        exchanges: [...owned.slice(-1), asked],
      });
    }
  };
  const owned = await ownedIn(kept);
  const isServed = owned.every(isShown);
  if (host !== undefined && !isServed) return;
  evidence.control(`the owner is shown its document at ${where}`, isServed, owned);
  await judgeStrangers(kept, 'a document', owned);

  // Only whoever chooses ids can choose how a path ends.
  const areChosen = makerOf(target.system, resource) === 'put';
  for (const ending of areChosen ? STATIC_ENDINGS : []) {
    const wished = { id: `${kept.id}${ending}`, body: documentBody(resource, secret) };
    const { handle, asked } = await store(context, client, resource, wished);
    if (asked.answer.outcome === 'ok')
      await judgeStrangers(handle, `a document whose id ends in ${ending}`, await ownedIn(handle));
  }

  const turnedAway: Asked[] = [];
  for (const [, token] of strangers(context)) turnedAway.push(await read(refused, { token }));
  const afterwards = await read(refused);
  evidence.claim(`a refusal at ${where} is not given to the owner`, isShown(afterwards), {
    sentences: [
      `Because ${client.account.id} may read ${afterwards.request.path}, it must be shown it, whoever asked before.`,
      `However, after others had been refused, it was answered ${afterwards.response.status} without the document.`,
    ],
    exchanges: [...turnedAway, afterwards],
  });
}

/** Who is not the owner, with the credentials that they send; null: none. */
const strangers = ({ target }: Context): readonly (readonly [string, string | null])[] => [
  ['without credentials', null],
  ['with forged credentials', 'forged'],
  ...target.accounts
    .filter(({ role }) => role === 'neighbour' || role === 'elsewhere')
    .map(({ id, token }) => [`with the credentials of ${id}`, token] as const),
];
