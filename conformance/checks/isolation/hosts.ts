import { domainToASCII } from 'node:url';
import type { TestAccount } from '../../../reference-worker/target/index.ts';
import { hostOf } from '../kit/index.ts';

const ACCENTED: Readonly<Record<string, string>> = { a: 'à', e: 'è', o: 'ò' };

/** A hostname of the same form and length that names no account. */
export const hostOfNobody = (account: Pick<TestAccount, 'id' | 'urls'>): string =>
  hostOf(account).replace(account.id, 'x'.repeat(account.id.length));

/**
 * Ways to write a host. A port, capitals and a dot at the end do not change what is meant (RFC 3986, sections 3.2.2 and 6.2.2.1;
 * RFC 1034, section 3.1); the last one only looks alike to those who read it (RFC 5890).
 */
export const spellingsOf = (host: string): readonly string[] => [
  host,
  host.toUpperCase(),
  `${host}:8443`,
  `${host}.`,
  `${host}.:443`,
  domainToASCII(host.replace(/[aeo]/, (letter) => ACCENTED[letter] ?? letter)),
];

/** Headers by which proxies tell which host was asked for (RFC 7239, section 5.3, and those before it). */
export const HOST_HEADERS: readonly { readonly name: string; readonly naming: (host: string) => string }[] = [
  ...['x-forwarded-host', 'x-original-host', 'x-host', 'x-forwarded-server'].map((name) => ({
    name,
    naming: (host: string) => host,
  })),
  { name: 'forwarded', naming: (host) => `for=192.0.2.1;host=${host};proto=https` },
];
