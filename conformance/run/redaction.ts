import type { System, TestAccount } from '../../reference-worker/target/index.ts';

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
  system: System,
  areTokensGiven: boolean,
): Redaction {
  const secrets = accounts
    .flatMap((account) => secretsOf(account, system))
    .toSorted(([one], [other]) => other.length - one.length);
  const sent = accounts.flatMap(({ token }) => Object.entries(system.request.identify(token)));
  const credentialHeaders = new Set(sent.map(([name]) => name.toLowerCase()));
  const genuine = new Set(sent.map(([, value]) => value));
  const text = (value: string): string =>
    secrets.reduce((shown, [secret, variable]) => replaced(shown, secret, variable), value);
  const header = (name: string, value: string): string => {
    const shown = text(value);
    // Made from a token by a check, so that more of the token shows than may be shown.
    const isForged =
      areTokensGiven && credentialHeaders.has(name.toLowerCase()) && shown === value && !genuine.has(value);
    return isForged ? '$FORGED_CREDENTIALS' : shown;
  };
  return { text, header };
}

export const variableOf = ({ role }: Pick<TestAccount, 'role'>): string => `$${role.toUpperCase()}_TOKEN`;

/** A short secret may be an ordinary word, and then it is a part of others: only where it stands alone is it replaced. */
function replaced(text: string, secret: string, variable: string): string {
  if (secret.length >= SECRET_PART_MIN_LENGTH) return text.replaceAll(secret, variable);
  const escaped = secret.replace(/[^\w\s]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\w-])${escaped}(?![\\w-])`, 'g'), () => variable);
}

/** The token, each header that the system makes of it, and the signature of a JWT. The account's name is no secret. */
function secretsOf(account: TestAccount, system: System): [secret: string, variable: string][] {
  const variable = variableOf(account);
  const { token } = account;
  const sent = Object.entries(system.request.identify(token)).filter(
    ([, value]) => value !== '' && value !== account.id && !value.includes(token),
  );
  const signature = token.split('.')[2] ?? '';
  return [
    ...sent.map(([name, value]): [string, string] => [
      value,
      `${variable}_IN_${name.toUpperCase().replaceAll(/\W/g, '_')}`,
    ]),
    [token, variable],
    ...(signature.length >= SECRET_PART_MIN_LENGTH
      ? [[signature, `${variable}_SIGNATURE`] as [string, string]]
      : []),
  ];
}
