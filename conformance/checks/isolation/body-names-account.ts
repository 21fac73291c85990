import {
  asForm,
  type HttpRequest,
  type OperationKind,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import { isolationCheck } from './isolation-check.ts';
import { type AttackVariant, tryVariants } from './variants.ts';

/** Names under which requests have chosen a tenant or its shard (mass assignment, CWE-915). */
export const ACCOUNT_FIELDS = [
  'account_id',
  'accountId',
  'account',
  'acct',
  'tenant',
  'tenantId',
  'tenant_id',
  'org_id',
  'customer_id',
  'shard',
  'shardId',
  'shard_id',
] as const;

const inSearch = (field: string, { id }: TestAccount): AttackVariant => ({
  name: `${field}=${id} in the query`,
  change: ({ path }) => ({ path: `${path}${path.includes('?') ? '&' : '?'}${field}=${id}` }),
});

const inBody = (field: string, { id }: TestAccount): AttackVariant => ({
  name: `${field}: ${id} in the body`,
  change: (request) => withJson(request, (json) => ({ ...json, [field]: id })),
});

const inContent = (field: string, { id }: TestAccount): AttackVariant => ({
  name: `${field}: ${id} in the document`,
  change: (request) => withJson(request, (json) => inLeaves(json, { [field]: id })),
});

type Json = Readonly<Record<string, unknown>>;

function withJson({ body, headers }: HttpRequest, change: (json: Json) => unknown): { body?: string } {
  if (body === undefined) return {};
  if (!headers['content-type']?.includes('form')) return { body: JSON.stringify(change(JSON.parse(body))) };
  return { body: asForm(change(Object.fromEntries(new URLSearchParams(body)))) };
}

/** Adds fields to the objects that hold no others: to the content of documents, however a dialect wraps it. */
function inLeaves(json: unknown, fields: Json): unknown {
  if (Array.isArray(json)) return json.map((each) => inLeaves(each, fields));
  if (typeof json !== 'object' || json === null) return json;
  const values = Object.values(json);
  if (!values.some((value) => typeof value === 'object' && value !== null)) return { ...json, ...fields };
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, inLeaves(value, fields)]));
}

const hasBody = (route: OperationKind): boolean => ['create', 'put', 'patch', 'batch'].includes(route);

export const bodyNamesAccount = isolationCheck({
  name: 'body-names-account',
  title: 'No field of a query, a body or a document chooses whose data is shown or changed.',
  severity: 'critical',
  needs: ['another-account', 'read'],
  leavesOut: [],
  method: `On every route, every account sends its own token and one field that names another account or a shard: in the
query, at the top of the body, or inside the document. It may be refused, ignored or stored as content; nothing of the other
account shows, and its document of the same id stays as it was. Fields of single operations of a batch are tried by
isolation/batch-mixing, headers by isolation/header-spoofing.`,
  judge: tryVariants({
    what: 'a field that names another account',
    isRefused: false,
    variants: ({ owner, route }) =>
      ACCOUNT_FIELDS.flatMap((field) => [
        inSearch(field, owner.account),
        ...(hasBody(route) ? [inBody(field, owner.account), inContent(field, owner.account)] : []),
      ]),
  }),
});
