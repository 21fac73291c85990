import type { Client, Exchange, Overrides, Target } from '../../../reference-worker/target/index.ts';
import { encode, type HttpRequest, type Operation } from '../../../reference-worker/target/index.ts';

/** A request that is made for its answer's headers. */
interface Sample {
  readonly what: string;
  send(): Promise<Exchange>;
}

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** More than a document may hold; the platform refuses it too (developers.cloudflare.com/d1/platform/limits). */
const TOO_LARGE = 'x'.repeat(2_000_001);

/** Operations of every kind: done, not done, and not possible. In this order. */
function operationsOn(id: string): readonly Operation[] {
  const clients = { resource: 'clients', id } as const;
  const absent = { resource: 'clients', id: `${id}-absent` } as const;
  const created = { resource: 'groups', id } as const;
  const body = { surname: id };
  const stale = { ifMatch: '"999"' };
  return [
    { kind: 'put', ...clients, body },
    { kind: 'put', ...clients, body },
    { kind: 'put', ...clients, body, ...stale },
    { kind: 'put', ...clients, body: { text: TOO_LARGE } },
    { kind: 'create', ...created, body },
    { kind: 'create', ...created, body },
    { kind: 'patch', ...clients, body },
    { kind: 'patch', ...absent, body },
    { kind: 'batch', writes: [{ kind: 'put', ...clients, body }] },
    { kind: 'batch', writes: [{ kind: 'put', ...clients, body, ...stale }] },
    { kind: 'read', ...clients },
    { kind: 'read', ...clients, ifNoneMatch: '*' },
    { kind: 'read', ...clients, ...stale },
    { kind: 'read', ...absent },
    { kind: 'list', resource: 'clients', filter: { field: 'surname', is: id } },
    { kind: 'list', resource: 'clients', filter: { field: 'nosuchfield', is: id } },
    { kind: 'list', resource: 'clients', cursor: 'forged' },
    { kind: 'join', resource: 'clients', child: 'finances', id },
    { kind: 'join', resource: 'clients', child: 'finances', id: absent.id },
    { kind: 'delete', ...created },
    { kind: 'delete', ...absent },
  ];
}

/** What a client can get from a target with nothing but its token: answers of every route, to every method, and errors. */
export function samplesOf({ system }: Target, client: Client, id: string): readonly Sample[] {
  const operations = operationsOn(id).filter(({ kind }) => system.routes[kind]);
  const kinds = Object.keys(system.routes);
  const one = kinds.flatMap((name) => operations.find(({ kind }) => kind === name) ?? []);
  const spoilt = one.flatMap((operation) =>
    Object.entries(spoil(encode(system, operation))).map(([what, overrides]) => ({
      what: `${operation.kind} ${what}`,
      send: () => client.ask(operation, overrides),
    })),
  );
  const paths = new Set(one.map((operation) => encode(system, operation).path));
  const methods = [...paths].flatMap((path) =>
    METHODS.map((method) => ({
      what: `${method} ${path}`,
      send: () => client.send({ method, path, headers: {} }),
    })),
  );
  return [...operations.map(sampleOf), ...spoilt, ...methods];

  function sampleOf(operation: Operation): Sample {
    const condition = ['ifMatch', 'ifNoneMatch'].find((name) => name in operation);
    const what = condition ? `${operation.kind} with ${condition}` : operation.kind;
    return { what, send: () => client.ask(operation) };
  }
}

/** What a client may do to a request, by accident or not. */
function spoil({ path, body }: HttpRequest): Readonly<Record<string, Overrides>> {
  const [place = ''] = path.split('?');
  return {
    'without credentials': { token: null },
    'with forged credentials': { token: 'forged' },
    'with a forged bookmark': { bookmark: 'forged' },
    'below its path': { path: `${place}/no/such/route` },
    'with a broken escape in its path': { path: `${place}%zz` },
    ...(body !== undefined && {
      'with half of its body': { body: body.slice(0, body.length / 2) },
      'with an empty object': { body: '{}' },
    }),
  };
}
