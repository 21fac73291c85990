import type { TestAccount } from '../../../reference-worker/target/index.ts';

/** The hostname that names an account: its URL's own, or a subdomain of the one that all share. */
export function hostOf({ id, urls }: Pick<TestAccount, 'id' | 'urls'>): string {
  const hostname = new URL(Object.values(urls)[0] ?? '').hostname;
  return hostname.startsWith(`${id}.`) ? hostname : `${id}.${hostname}`;
}
