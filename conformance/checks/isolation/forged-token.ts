import {
  Client,
  encode,
  type HttpRequest,
  signingOf,
  type Target,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import { INTERNAL_HEADERS, resourcesFor } from '../kit/index.ts';
import { changedIn, forge, forgedTokens, tamperedTokens } from './forgeries.ts';
import { type IsolationContext, isolationCheck } from './isolation-check.ts';
import { spellings } from './path-encoding.ts';
import { type AttackVariant, tryVariants } from './variants.ts';

function tokensAgainst(
  target: Target,
  own: string,
  other: TestAccount,
): readonly (readonly [string, string])[] {
  // Where only a part of a token counts, another one may be as good: what is somebody's token is not forged.
  const genuine = target.accounts.map(({ token }) => token);
  const generic = tamperedTokens(own, other.token).filter(([, token]) => !genuine.includes(token));
  if (target.lacks('signing') !== undefined) return generic;
  return [...generic, ...forgedTokens(other, signingOf(target).secret)];
}

/** As a server sees a header that was sent twice. */
function bothTokens({ system }: Target, other: TestAccount): Readonly<Record<string, string>> {
  const [invalid, valid] = [system.request.identify('x.y.z'), system.request.identify(other.token)];
  return Object.fromEntries(
    Object.entries(valid).map(([name, value]) => [name, `${invalid[name]}, ${value}`]),
  );
}

/** No method is for everybody: not one that the route lacks, and not HEAD, which is a GET without its body (RFC 9110, 9.3.2). */
const METHODS = ['HEAD', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

const withoutToken = (method?: string): AttackVariant => ({
  name: method ? `no token, as ${method}` : 'no token',
  change: (request: HttpRequest) => ({ token: null, method: method ?? request.method }),
});

/** With a token that nobody has signed: by another way to the same route it is no better. */
function besides(token: string, other: TestAccount): readonly AttackVariant[] {
  const headers = Object.entries(INTERNAL_HEADERS).map(
    ([name, value]): AttackVariant => ({
      name: `${name}: ${value}`,
      change: (request) => ({ headers: { ...request.headers, [name]: value } }),
    }),
  );
  return [...headers, ...spellings(other)].map(({ name, change }) => ({
    name: `another account's token with a letter changed, and ${name}`,
    change: (request) => ({ ...change(request), token }),
  }));
}

/** That what is tried differs from a good token in what is wrong with it, and in nothing else. */
async function judgeGenuine({ target, evidence }: IsolationContext): Promise<void> {
  if (target.lacks('signing') !== undefined) return;
  for (const account of target.accounts) {
    const token = forge(account, signingOf(target).secret, {});
    const { name } = resourcesFor(target.system, 'read')[0] ?? {};
    if (name === undefined) throw new Error('there is nothing to read');
    const read = { kind: 'read', resource: name, id: 'nobody' } as const;
    const asked = await new Client(target, account).ask(read, { token });
    const isAccepted = asked.answer.outcome === 'absent';
    evidence.served(`a token with nothing wrong is accepted for ${account.id}`, isAccepted, [asked]);
  }
}

export const forgedToken = isolationCheck({
  name: 'forged-token',
  title: 'Only a token that was signed for an account, and has not expired, is accepted for it.',
  severity: 'critical',
  needs: ['another-account', 'read'],
  leavesOut: [],
  method: `On every route, tokens for another account with one thing wrong each: tampered with, signed with another secret, with
a key that everybody knows or that the token itself names, with another algorithm or with none, expired or not valid yet by more
than a few minutes, without an expiry, or with an extension that must be understood (RFC 8725, RFC 7515, RFC 7519); and no token
at all, with every method; and one with a letter changed beside headers that frameworks mark their own requests with, and on paths
that routers read in several ways. Each is refused. What needs the signing secret is tried where it is known, on the local platform;
elsewhere real tokens are cut, changed and put together from halves. Keys that a token tells where to fetch (jku, x5u) are not
tried: from the local platform nothing could be fetched that the attacker owns.`,
  async judge(context) {
    const { target } = context;
    await judgeGenuine(context);
    await tryVariants({
      what: 'a forged token',
      isRefused: true,
      variants: (testCase) => {
        const { attacker, owner } = testCase;
        const own = encode(target.system, testCase.operation(testCase.handle('both'))).method;
        return [
          ...tokensAgainst(target, attacker.account.token, owner.account).map(
            ([name, token]): AttackVariant => ({ name, change: () => ({ token }) }),
          ),
          withoutToken(),
          ...METHODS.filter((method) => method !== own).map(withoutToken),
          {
            name: 'two tokens in one header',
            // Without the own token: where credentials are a cookie, another one is added to it.
            change: () => ({ token: null, headers: bothTokens(target, owner.account) }),
          },
          ...besides(changedIn(owner.account.token), owner.account),
        ];
      },
    })(context);
  },
});
