import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { parsedJson, type TestAccount } from '../../../reference-worker/target/index.ts';
import { hostOf } from '../kit/index.ts';

const encoded = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');

/** A token with one thing wrong. */
export interface Forgery {
  readonly header?: object;
  /** Beside or instead of those of a good token. */
  readonly claims?: object;
  /** HMAC-SHA-256 with the real secret unless told otherwise; an empty algorithm leaves the signature empty. */
  readonly algorithm?: 'sha256' | 'sha384' | 'sha512' | '';
  readonly secret?: string;
}

/** "Usually no more than a few minutes" of leeway (RFC 7519, sections 4.1.4 and 4.1.5) are less than these ten. */
const LEEWAY_SECONDS = 600;

const nowSeconds = (): number => Math.floor(Date.now() / 1_000);
const keyIn = (kid: string, secret: string): Forgery => ({ header: { kid }, secret });

const baseDomainOf = (account: TestAccount): string => hostOf(account).slice(account.id.length + 1);

/** What a key is where it was not set, was set as in an example, or is what everybody knows. */
function knownKeys(account: TestAccount): readonly string[] {
  const host = hostOf(account);
  const examples = ['secret', 'password', 'changeme', 'test', 'your-256-bit-secret', 'JWT_SECRET'];
  return ['undefined', 'null', '[object Object]', ...examples, account.id, host, baseDomainOf(account)];
}

/** What is wrong with each, by RFC 8725 (sections 2 and 3), RFC 7515 (section 4.1) and RFC 7519 (section 4.1). */
const forgeriesOf = (account: TestAccount): Readonly<Record<string, Forgery>> => ({
  'a token signed with another secret': { secret: 'another-secret' },
  // RFC 2104 takes a key of any length.
  'a token signed with an empty secret': { secret: '' },
  'a token without a signature': { algorithm: '' },
  'a token of the algorithm none': { header: { alg: 'none' }, algorithm: '' },
  'a token of the algorithm None': { header: { alg: 'None' }, algorithm: '' },
  'a token of the algorithm NONE': { header: { alg: 'NONE' }, algorithm: '' },
  'a token without an algorithm': { header: { alg: undefined } },
  'a token of several algorithms': { header: { alg: ['HS256', 'none'] }, algorithm: '' },
  'a token of the algorithm HS384': { header: { alg: 'HS384' }, algorithm: 'sha384' },
  'a token of the algorithm HS512': { header: { alg: 'HS512' }, algorithm: 'sha512' },
  'a token of the algorithm RS256 with an HMAC': { header: { alg: 'RS256' } },
  'a token of the algorithm ES256 with an HMAC': { header: { alg: 'ES256' } },
  'a token that brings its own key': {
    header: { jwk: { kty: 'oct', k: Buffer.from('own').toString('base64url') } },
    secret: 'own',
  },
  'a token that brings its own key as text': {
    header: { key: 'own', secret: 'own', k: 'own' },
    secret: 'own',
  },
  // RFC 7515, section 4.1.4: a kid is a hint, and what it names is chosen by whoever made the token.
  'a token whose kid is the key': keyIn('own', 'own'),
  'a token whose kid is a path to nothing': keyIn('../../../../dev/null', ''),
  'a token whose kid is part of a query': keyIn("x' UNION SELECT 'own'--", 'own'),
  'a token whose kid is a property of every object': keyIn('constructor', String(Object)),
  'a token whose kid names another setting': keyIn('BASE_DOMAIN', baseDomainOf(account)),
  // RFC 7515, section 4.1.11: what must be understood, and is not, makes the token invalid.
  'a token with an extension that must be understood': {
    header: { crit: ['no-such-extension'], 'no-such-extension': true },
  },
  'an expired token': { claims: { exp: 1_000_000_000 } },
  'a token that expired ten minutes ago': { claims: { exp: nowSeconds() - LEEWAY_SECONDS } },
  'a token without an expiry': { claims: { exp: undefined } },
  'a token whose expiry is null': { claims: { exp: null } },
  'a token whose expiry is a text': { claims: { exp: '9999999999' } },
  'a token that is not valid yet': { claims: { nbf: 9_999_999_999 } },
  'a token that is valid in ten minutes': { claims: { nbf: nowSeconds() + LEEWAY_SECONDS } },
  // RFC 7519, section 4.1.3: who is not among those that a token names must reject it.
  'a token for another audience': { claims: { aud: 'https://another-service.example' } },
  'a token for two other audiences': { claims: { aud: ['another-service', 'a-third-service'] } },
  ...Object.fromEntries(
    identityIn(account).flatMap(([claim, value]) => claimForgeries(claim, value === account.id)),
  ),
});

/**
 * What a token says of whose it is: its subject (RFC 7519, section 4.1.2), and what holds the account's name. A Worker may do
 * without whatever else is in it, such as who issued it or a role.
 */
const identityIn = ({ id, token }: TestAccount): readonly [claim: string, value: unknown][] =>
  Object.entries(claimsIn(token)).filter(([claim, value]) => claim === 'sub' || value === id);

const claimForgeries = (claim: string, namesAccount: boolean): readonly (readonly [string, Forgery])[] => [
  [`a token without the claim ${claim}`, { claims: { [claim]: undefined } }],
  ...(namesAccount
    ? [
        [
          `a token of two accounts in the claim ${claim}`,
          { claims: { [claim]: ['nobody', 'somebody'] } },
        ] as const,
      ]
    : []),
];

const Payload = z.record(z.string(), z.unknown());

/** @throws ZodError for a token that is no JSON Web Token */
const claimsIn = (token: string): Readonly<Record<string, unknown>> =>
  Payload.parse(parsedJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));

/** A token for an account, with one thing wrong; with none it is genuine. */
export function forge({ token }: TestAccount, real: string, forgery: Forgery): string {
  const { header = {}, claims = {}, algorithm = 'sha256', secret = real } = forgery;
  const text = [
    encoded({ alg: 'HS256', typ: 'JWT', ...header }),
    encoded({ ...claimsIn(token), ...claims }),
  ].join('.');
  return `${text}.${algorithm && createHmac(algorithm, secret).update(text).digest('base64url')}`;
}

/** Forged tokens for an account, by what is wrong with them. @param real the secret that genuine ones are signed with */
export function forgedTokens(account: TestAccount, real: string): readonly (readonly [string, string])[] {
  const keys = knownKeys(account)
    .filter((key) => key !== real)
    .map((secret) => [`a token signed with the key "${secret}"`, { secret }] as const);
  return [...Object.entries(forgeriesOf(account)), ...keys].map(
    ([name, forgery]) => [name, forge(account, real, forgery)] as const,
  );
}

/** A token with one letter changed near its end, where those that are signed have their signature. */
export function changedIn(token: string): string {
  const at = token.length - 10;
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
}

/** What can be done to tokens of any kind, without knowing how they are signed. */
export function tamperedTokens(own: string, theirs: string): readonly (readonly [string, string])[] {
  const middle = (text: string): number => Math.floor(text.length / 2);
  const dot = theirs.lastIndexOf('.');
  const tokens = {
    'an empty token': '',
    'a token that is the word undefined': 'undefined',
    'a token that is the word null': 'null',
    "another account's token, cut short": theirs.slice(0, -8),
    "another account's token with a letter changed": changedIn(theirs),
    'two halves of two tokens': own.slice(0, middle(own)) + theirs.slice(middle(theirs)),
    ...(dot > 0 && {
      'the own signature under the claims of another account':
        theirs.slice(0, dot) + own.slice(own.lastIndexOf('.')),
    }),
  };
  return Object.entries(tokens);
}
