import {
  type Asked,
  Client,
  type List,
  NeedNotMet,
  resourceNamed,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import { resourcesFor, storeAt } from '../kit/index.ts';
import { routesExcept } from './cases.ts';
import { type IsolationContext, isolationCheck } from './isolation-check.ts';

/** What LIKE, GLOB, regular expressions and SQL read as more than themselves. */
const METACHARACTERS = ['%', '_', '*', '?', '[', ']', '\\', '^', "'", '"', '.', '-', '%25', '_%'] as const;

/** A field by which one account lists, while all accounts have the same values in it. */
interface Search {
  readonly account: TestAccount;
  readonly resource: string;
  readonly field: string;
  /** Short: D1 takes a LIKE pattern of 50 bytes. */
  readonly tag: string;
}

/** Documents whose values begin with, or hold, a metacharacter, and one that only a wildcard matches. */
async function makeDocuments(
  { target, fixture, unique }: IsolationContext,
  account: TestAccount,
  { resource, field, tag, account: searcher }: Search,
): Promise<Client> {
  const client = new Client(target, account);
  const values = METACHARACTERS.flatMap((mark) => [`${mark}${tag}`, `${tag}${mark}z`]);
  for (const [index, value] of [...values, `${tag}xz`].entries()) {
    const id = `${unique(`${resource}-${field}-${target.accounts.indexOf(searcher)}`)}-${index}`;
    const body = {
      ...resourceNamed(target.system, resource).document(fixture.markOf(account)),
      [field]: value,
    };
    await storeAt(client, target.system, { resource, id }, body);
  }
  return client;
}

async function judgeSearch(context: IsolationContext, search: Search): Promise<void> {
  const { resource, field, tag, account } = search;
  const made = await Promise.all(
    context.target.accounts.map(async (each) => ({
      each,
      client: await makeDocuments(context, each, search),
    })),
  );
  const client = made.find(({ each }) => each === account)?.client;
  if (!client) throw new Error('the account that lists has no client');
  const plain = await client.ask({ kind: 'list', resource, filter: { field, prefix: `${tag}x` } });
  if (!plain.answer.documents.some(({ body }) => body?.[field] === `${tag}xz`))
    throw new NeedNotMet('needs lists by the prefix of a field');
  for (const mark of METACHARACTERS) {
    const filters: readonly (readonly [List['filter'], (value: string) => boolean, expected?: string])[] = [
      [{ field, prefix: mark }, (value) => value.startsWith(mark)],
      [{ field, prefix: `${tag}${mark}` }, (value) => value.startsWith(`${tag}${mark}`), `${tag}${mark}z`],
      [{ field, is: `${tag}${mark}z` }, (value) => value === `${tag}${mark}z`, `${tag}${mark}z`],
      [{ field, is: `${tag}${mark}` }, () => false],
    ];
    for (const [filter, matches, expected] of filters) {
      const asked = await client.ask({ kind: 'list', resource, ...(filter && { filter }) });
      judgeAnswer(context, search, asked, { matches, expected });
    }
  }
}

interface Expected {
  readonly matches: (value: string) => boolean;
  readonly expected?: string | undefined;
}

function judgeAnswer(
  { fixture, cases }: IsolationContext,
  { account, field }: Search,
  asked: Asked,
  { matches, expected }: Expected,
): void {
  const values = asked.answer.documents.map(({ body }) => String(body?.[field]));
  const stray = values.find((value) => !matches(value));
  for (const testCase of cases.filter(({ attacker }) => attacker.account === account)) {
    const isOwn = fixture.leaksIn(asked, account, [testCase.owner.account]).length === 0;
    testCase.claim('no character of a filter reaches documents of another account', isOwn, [asked]);
    testCase.claim('characters that are wildcards elsewhere match only themselves', stray === undefined, {
      sentences: [
        `Because ${asked.request.path} asks for a text that is meant as it stands, only that may match.`,
        `However, a document whose ${field} is ${stray} was listed.`,
      ],
      exchanges: [asked],
    });
    if (expected !== undefined)
      testCase.served('the own document is found by them', values.includes(expected), [asked]);
  }
}

export const prefixAndWildcards = isolationCheck({
  name: 'prefix-and-wildcards',
  title: 'What a wildcard would match, in the own account or another, is not found by a filter.',
  severity: 'high',
  requirements: ['B9'],
  needs: ['another-account', 'list', 'read'],
  leavesOut: [{ routes: routesExcept('list'), because: 'they take no filter' }],
  method: `All accounts have documents whose indexed fields begin with or hold the metacharacters of LIKE, GLOB, regular
expressions and SQL. Filters by them, as prefixes and as whole values, show the own documents that hold them literally.`,
  async judge(context) {
    const { seed, effort, target } = context;
    const fields = resourcesFor(target.system, 'list').flatMap(({ name: resource, texts }) =>
      texts.map((field) => ({ resource, field, tag: `w${seed}` })),
    );
    // Every account lists, and with more effort every field is listed by.
    const count =
      effort === 'full' ? Math.max(fields.length, target.accounts.length) : target.accounts.length;
    const searches = Array.from({ length: count }, (_, index): Search => {
      const field = fields[(seed + index) % fields.length];
      const account = target.accounts[index % target.accounts.length];
      if (!field || !account) throw new NeedNotMet('needs lists by an indexed field');
      return { ...field, account };
    });
    await Promise.all(searches.map((search) => judgeSearch(context, search)));
  },
});
