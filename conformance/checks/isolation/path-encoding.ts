import type { TestAccount } from '../../../reference-worker/target/index.ts';
import { hostOf } from '../kit/index.ts';
import { isolationCheck } from './isolation-check.ts';
import { type AttackVariant, tryVariants } from './variants.ts';

const escaped = (text: string): string =>
  [...text].map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');

/** Ways to write a path that routers, proxies and caches have read differently. */
const SPELLINGS: Readonly<Record<string, (path: Path, other: TestAccount) => string>> = {
  'escaped letters in front': ({ path }) => path.replace(/[^/]+/, escaped),
  'a doubled slash in front': ({ path }) => `/${path}`,
  'a doubled slash inside': ({ folder, last }) => `${folder}//${last}`,
  'a slash at the end': ({ path }) => `${path}/`,
  'capitals in the folder': ({ folder, last }) => `${folder.toUpperCase()}/${last}`,
  'escaped letters': ({ folder, last }) => `${folder}/${escaped(last)}`,
  'letters escaped twice': ({ folder, last }) => `${folder}/${escaped(last).replaceAll('%', '%25')}`,
  'dot segments': ({ folder, last }) => `${folder}/./x/../${last}`,
  'escaped dot segments': ({ folder, last }) => `${folder}/x/%2e%2e/${last}`,
  'escaped dots and slashes': ({ folder, last }, { id }) => `${folder}/..%2f..%2f${id}%2f${last}`,
  'a backslash': ({ folder, last }, { id }) => `${folder}/..%5c${id}%5c${last}`,
  'the account in front of the path': ({ path }, { id }) => `/${id}${path}`,
  'the account behind the version': ({ path }, { id }) => path.replace(/^(\/[^/]+)/, `$1/${id}`),
  'a folder of accounts': ({ path }, { id }) => path.replace(/^(\/[^/]+)/, `$1/accounts/${id}`),
  'a folder of tenants': ({ path }, { id }) => path.replace(/^(\/[^/]+)/, `$1/tenants/${id}`),
  'the account in front of the id': ({ folder, last }, { id }) => `${folder}/${id}:${last}`,
  'the account in front of the id, escaped': ({ folder, last }, { id }) => `${folder}/${id}%2F${last}`,
  'a null byte': ({ path }, { id }) => `${path}%00${id}`,
  'a matrix parameter': ({ path }, { id }) => `${path};account=${id};account_id=${id}`,
  'an escaped question mark': ({ path }, { id }) => `${path}%3Faccount_id=${id}`,
  // RFC 9112, section 3.2.2: the absolute form overrides the Host header.
  'the absolute form': ({ path }, other) => `http://${hostOf(other)}${path}`,
};

interface Path {
  readonly path: string;
  /** All but the last segment, which is often the id. */
  readonly folder: string;
  readonly last: string;
}

function partsOf(target: string): Path & { readonly search: string } {
  const [path = '', ...search] = target.split(/(?=\?)/);
  const slash = path.lastIndexOf('/');
  return { path, folder: path.slice(0, slash), last: path.slice(slash + 1), search: search.join('') };
}

/** A request in every spelling of its path. */
export const spellings = (other: TestAccount): readonly AttackVariant[] =>
  Object.entries(SPELLINGS).map(([name, spell]) => spelt(name, spell, other));

const spelt = (
  name: string,
  spell: (path: Path, other: TestAccount) => string,
  other: TestAccount,
): AttackVariant => ({
  name,
  change(request) {
    const { search, ...path } = partsOf(request.path);
    return { path: spell(path, other) + search };
  },
});

export const pathEncoding = isolationCheck({
  name: 'path-encoding',
  title: 'No way to write a path leads to the documents of another account.',
  severity: 'critical',
  needs: ['another-account', 'read'],
  leavesOut: [],
  method: `On every route, every account asks with its own token and with a path that is written as routers, proxies and
caches have read differently: doubled slashes, dot segments, escapes, escapes of escapes, names of accounts in it, and the
absolute form. It may be refused or answered from the own account; nothing of the other one shows, and its document of the
same id stays as it was.`,
  judge: tryVariants({
    what: 'a path written in another way',
    isRefused: false,
    variants: ({ owner }) =>
      Object.entries(SPELLINGS).map(([name, spell]) => spelt(name, spell, owner.account)),
  }),
});
