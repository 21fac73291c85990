import type { Adapter } from '../contract/index.ts';
import type { TestAccount } from '../target/index.ts';

/** What of a run may be shown: tokens are replaced by the shell variables that a reader sets. */
export interface Redaction {
  text(value: string): string;
  header(name: string, value: string): string;
}

/** A signature this long is a secret; shorter parts of a token could be ordinary words. */
const SECRET_PART_MIN_LENGTH = 16;

/**
 * @param accounts those whose tokens are secret
 * @param areTokensGiven whether they are somebody's own; on the local platform they end with the run, and what a check
 *   has forged from them says what the check did
 */
export function redaction(
  accounts: readonly TestAccount[],
  adapter: Adapter,
  areTokensGiven: boolean,
): Redaction {
  const secrets = accounts.flatMap((account) => secretsOf(account, adapter));
  const credentialHeaders = new Set(accounts.flatMap(({ token }) => Object.keys(adapter.identify(token))));
  const text = (value: string): string =>
    secrets.reduce((shown, [secret, variable]) => shown.replaceAll(secret, variable), value);
  const header = (name: string, value: string): string => {
    const shown = text(value);
    // Made from a token by a check, so that more of the token shows than may be shown.
    const isForged = areTokensGiven && credentialHeaders.has(name.toLowerCase()) && shown === value;
    return isForged ? '$FORGED_CREDENTIALS' : shown;
  };
  return { text, header };
}

export const variableOf = ({ role }: Pick<TestAccount, 'role'>): string => `$${role.toUpperCase()}_TOKEN`;

/** The token, what the adapter makes of it, and the signature of a JWT. The longest first: it may hold the others. */
function secretsOf(account: TestAccount, adapter: Adapter): [secret: string, variable: string][] {
  const variable = variableOf(account);
  const { token } = account;
  const sent = Object.values(adapter.identify(token)).filter((value) => !value.includes(token));
  const signature = token.split('.')[2] ?? '';
  return [
    ...sent.map((value): [string, string] => [value, `${variable}_SENT`]),
    [token, variable],
    ...(signature.length >= SECRET_PART_MIN_LENGTH
      ? [[signature, `${variable}_SIGNATURE`] as [string, string]]
      : []),
  ];
}
