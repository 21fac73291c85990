import { accountOf, Client, type TestAccount } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { bodyIn, markIn, published, shows, Visitor, viewsOf } from './visitor.ts';

/** Other spellings of a hostname (RFC 3986, section 3.2.2; RFC 9110, section 4.2.3), and headers that name another one. */
const FORMS: readonly (readonly [
  string,
  (host: string, other: string) => Readonly<Record<string, string>>,
])[] = [
  ['in capitals', (host) => ({ host: host.toUpperCase() })],
  ['with a port', (host) => ({ host: `${host}:8443` })],
  ['with the dot of the root', (host) => ({ host: `${host}.` })],
  ['beside X-Forwarded-Host', (host, other) => ({ host, 'x-forwarded-host': other })],
  ['beside Forwarded', (host, other) => ({ host, forwarded: `host=${other}` })],
  ['beside X-Host', (host, other) => ({ host, 'x-host': other, 'x-original-host': other })],
  ['beside X-HTTP-Host-Override', (host, other) => ({ host, 'x-http-host-override': other })],
];
/** What is nobody's hostname. */
const NOBODYS = (host: string, other: string): readonly string[] => [
  `nobody-${host}`,
  `${host}.${other}`,
  `x.${host}`,
  host.replace(/^[^.]+/, '%61'),
  host.replace(/^[^.]+/, 'xn--'),
  host.replace(/^[^.]+\./, ''),
];

export const hostnameForms: Check = {
  id: 'visitors/hostname-forms',
  title:
    "However a hostname is spelled, and whatever other headers name, it leads to its own account's pages or to none.",
  requirements: ['D1'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['visitors', 'another-account', 'put'],
  method:
    'Two accounts publish a document of the same id. Visitors ask for it under the hostname of one, in capitals, with a port, with a ' +
    'dot behind it, and beside headers by which some routers name a host: only the account of the Host header may be shown. Then they ' +
    "ask for it under hostnames that are nobody's, and neither document may be shown.",
  async run({ target, evidence, unique }) {
    const accounts = [accountOf(target, 'subject'), accountOf(target, 'neighbour')] as const;
    const [view] = viewsOf(target, ({ view: { path, id } }) => path.includes(':id') && id === undefined);
    if (!view) return;
    const of = published(view, unique('host'));
    const states = new Map<TestAccount, string>(accounts.map((account, at) => [account, 'ab'[at] ?? '']));
    for (const account of accounts)
      await new Client(target, account).ask({
        kind: 'put',
        ...{ resource: view.resource.name, id: of.id, body: bodyIn(of, states.get(account) ?? '') },
      });
    for (const account of accounts) {
      const other = accounts.find((each) => each !== account) ?? account;
      const visitor = new Visitor(target, account);
      const [host, otherHost] = [account, other].map(
        ({ token }) => target.system.visitors?.reach(token).host ?? '',
      );
      if (!host || !otherHost) return;
      const plain = await visitor.look(of);
      evidence.control(
        'the own hostname shows the own document',
        shows(plain, markIn(of, states.get(account) ?? '')),
        [plain],
      );
      for (const [name, headersOf] of FORMS) {
        const look = await visitor.look(of, { headers: headersOf(host, otherHost) });
        const isOthers = shows(look, markIn(of, states.get(other) ?? ''));
        evidence.claim(`a hostname ${name} shows nothing of another account`, !isOthers, [look]);
      }
      for (const nobodys of NOBODYS(host, otherHost)) {
        const look = await visitor.look(of, { headers: { host: nobodys } });
        const isShown = accounts.some((each) => shows(look, markIn(of, states.get(each) ?? '')));
        evidence.claim(`${nobodys.replaceAll(account.id, 'an account')} shows nobody's document`, !isShown, [
          look,
        ]);
      }
    }
  },
};
