import { createHmac } from 'node:crypto';
import { secretsOf, type Target, type TestAccount } from '../../../reference-worker/target/index.ts';
import { isolationCheck } from './isolation-check.ts';
import { type AttackVariant, tryVariants } from './variants.ts';

const encoded = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');

interface Forgery {
  readonly header?: object;
  /** Beside or instead of those of a good token. */
  readonly claims?: object;
  /** HMAC-SHA-256 with the real secret unless told otherwise; an empty algorithm leaves the signature empty. */
  readonly algorithm?: 'sha256' | 'sha512' | '';
  readonly secret?: string;
}

/** Tokens for another account with one thing wrong each (RFC 8725, section 2; RFC 7519, section 4.1). */
const FORGERIES: Readonly<Record<string, Forgery>> = {
  'a token signed with another secret': { secret: 'another-secret' },
  // RFC 2104 takes a key of any length.
  'a token signed with an empty secret': { secret: '' },
  'a token without a signature': { algorithm: '' },
  'a token of the algorithm none': { header: { alg: 'none' }, algorithm: '' },
  'a token of the algorithm None': { header: { alg: 'None' }, algorithm: '' },
  'a token without an algorithm': { header: { alg: undefined } },
  'a token of the algorithm HS512': { header: { alg: 'HS512' }, algorithm: 'sha512' },
  'a token of the algorithm RS256 with an HMAC': { header: { alg: 'RS256' } },
  'a token that brings its own key': {
    header: { jwk: { kty: 'oct', k: Buffer.from('own').toString('base64url') } },
    secret: 'own',
  },
  'an expired token': { claims: { exp: 1_000_000_000 } },
  'a token without an expiry': { claims: { exp: undefined } },
  'a token whose expiry is a text': { claims: { exp: '9999999999' } },
  'a token that is not valid yet': { claims: { nbf: 9_999_999_999 } },
  'a token without a user': { claims: { sub: undefined } },
  'a token of two accounts': { claims: { acct: ['nobody', 'somebody'] } },
};

function forge({ id }: TestAccount, real: string, forgery: Forgery): string {
  const { header = {}, claims = {}, algorithm = 'sha256', secret = real } = forgery;
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  const text = [
    encoded({ alg: 'HS256', typ: 'JWT', ...header }),
    encoded({ sub: 'us-00001', acct: id, exp, ...claims }),
  ].join('.');
  return `${text}.${algorithm && createHmac(algorithm, secret).update(text).digest('base64url')}`;
}

/** What can be done to tokens of any kind, without knowing how they are signed. */
function tampered(own: string, theirs: string): Readonly<Record<string, string>> {
  const middle = (text: string): number => Math.floor(text.length / 2);
  const at = theirs.length - 10;
  const changed = theirs[at] === 'A' ? 'B' : 'A';
  const dot = theirs.lastIndexOf('.');
  return {
    "another account's token, cut short": theirs.slice(0, -8),
    "another account's token with a letter changed": theirs.slice(0, at) + changed + theirs.slice(at + 1),
    'two halves of two tokens': own.slice(0, middle(own)) + theirs.slice(middle(theirs)),
    ...(dot > 0 && {
      'the own signature under the claims of another account':
        theirs.slice(0, dot) + own.slice(own.lastIndexOf('.')),
    }),
  };
}

function forgedTokens(
  target: Target,
  own: string,
  other: TestAccount,
): readonly (readonly [string, string])[] {
  // Where only a part of a token counts, another one may be as good: what is somebody's token is not forged.
  const genuine = target.accounts.map(({ token }) => token);
  const generic = Object.entries(tampered(own, other.token)).filter(([, token]) => !genuine.includes(token));
  if (target.lacks('signing') !== undefined) return generic;
  const { jwtSecret } = secretsOf(target);
  const signed = Object.entries(FORGERIES).map(
    ([name, forgery]) => [name, forge(other, jwtSecret, forgery)] as const,
  );
  return [...generic, ...signed];
}

/** As a server sees a header that was sent twice. */
function bothTokens({ system }: Target, other: TestAccount): Readonly<Record<string, string>> {
  const [invalid, valid] = [system.request.identify('x.y.z'), system.request.identify(other.token)];
  return Object.fromEntries(
    Object.entries(valid).map(([name, value]) => [name, `${invalid[name]}, ${value}`]),
  );
}

const withToken = ([name, token]: readonly [string, string]): AttackVariant => ({
  name,
  change: () => ({ token }),
});

export const forgedToken = isolationCheck({
  name: 'forged-token',
  title: 'Only a token that was signed for an account, and has not expired, is accepted for it.',
  severity: 'critical',
  needs: ['another-account', 'read'],
  leavesOut: [],
  method: `On every route, tokens for another account with one thing wrong each: tampered with, signed with another secret
or algorithm or with none, expired or without an expiry. Each is refused. What needs the signing secret is tried where it is
known, on the local platform; elsewhere real tokens are cut, changed and put together from halves.`,
  judge: (context) =>
    tryVariants({
      what: 'a forged token',
      isRefused: true,
      variants: ({ attacker, owner }) => [
        ...forgedTokens(context.target, attacker.account.token, owner.account).map(withToken),
        { name: 'no token', change: () => ({ token: null }) },
        {
          name: 'two tokens in one header',
          // Without the own token: where credentials are a cookie, another one is added to it.
          change: () => ({ token: null, headers: bothTokens(context.target, owner.account) }),
        },
      ],
    })(context),
});
