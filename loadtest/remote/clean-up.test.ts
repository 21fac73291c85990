import { afterAll, beforeAll, expect, test } from 'vitest';
import { canaryOf } from '../../fixtures/index.ts';
import {
  documentStore,
  startTiny,
  type TinyServer,
} from '../../reference-worker/target/tiny-target.testing.ts';
import { Scenario } from '../scenarios/index.ts';
import { subjectOf } from '../system.ts';
import { system } from '../testing/reference.ts';
import { scenarios } from '../testing/scenarios.ts';
import { cleanUp } from './clean-up.ts';

const scenario = Scenario.parse({ ...scenarios.smoke, virtualUsers: 20, sizeBytes: 1_000_000 });
const subject = await subjectOf(system);
const { sizeBytes, virtualUsers: users, seed } = scenario;
const plan = subject.data.model.plan({ account: 'acme', sizeBytes, users, seed });
const [place] = subject.data.model.placesOf(plan, 'clients');
const seeded = JSON.parse(place ? subject.data.model.rowAt(plan, place).body : '');
const client = `clients/${place?.id}`;
const { documents, store } = documentStore(() => 'acme');
let tiny: TinyServer;

beforeAll(async () => {
  tiny = await startTiny((request, response) => {
    // One that cannot be deleted just now.
    const isStubborn = request.method === 'DELETE' && request.url?.endsWith('stubborn');
    return isStubborn ? void response.writeHead(503).end() : store(request, response);
  });
});
afterAll(() => void tiny.server.close().closeAllConnections());

const keyOf = (document: string): string => `acme /v1/${document}`;
const put = (document: string, version: number, body: object): void =>
  void documents.set(keyOf(document), { version, body: JSON.stringify({ body }) });

test('what a load made is gone, what it changed is as it was seeded, and what could not be taken back is named', async () => {
  put(client, 7, {
    ...seeded,
    canary: canaryOf({ account: 'acme', collection: 'clients', id: place?.id ?? '', version: 7 }),
    editedBy: 'us-1',
  });
  put('notes/no-1-zabc', 1, { subject: 'Telephone call' });
  put('notes/stubborn', 1, { subject: 'Telephone call' });
  const http = { system, url: tiny.url, token: () => Promise.resolve('a.b.c') };

  const cleaned = await cleanUp(
    { url: tiny.url, subject, plan, http },
    [client, 'notes/no-1-zabc', 'notes/stubborn', 'notes/lost-on-the-way'],
    new AbortController().signal,
  );

  expect(cleaned).toEqual({
    ...{ removed: 2, restored: 1 },
    left: [{ document: 'notes/stubborn', why: 'the delete was answered with 503' }],
  });
  expect([...documents.keys()].toSorted()).toEqual([keyOf(client), keyOf('notes/stubborn')].toSorted());
  const restored = JSON.parse(documents.get(keyOf(client))?.body ?? '').body;
  // Of its own version, or the next load would take it for a damaged one.
  const canary = canaryOf({ account: 'acme', collection: 'clients', id: place?.id ?? '', version: 8 });
  expect(restored).toEqual({ ...seeded, canary });
});
