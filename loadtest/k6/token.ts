// By name: a default import makes every function of the module, once for each virtual user.
import { hmac } from 'k6/crypto';
import { b64encode } from 'k6/encoding';

const LIFETIME_SECONDS = 86_400;

/**
 * Signs the identity token of one user (HS256, RFC 7519), once per virtual user. The secret comes from the
 * environment: a command line can be read by every user of a machine.
 */
export function mintToken(secret: string, account: string, user: string): string {
  const exp = Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;
  const part = (value: object): string => b64encode(JSON.stringify(value), 'rawurl');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: user, acct: account, exp })}`;
  return `${signed}.${hmac('sha256', secret, signed, 'base64rawurl')}`;
}
