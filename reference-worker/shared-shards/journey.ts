import type { Journey } from '../target/index.ts';

/**
 * People at work on one client after the other: they search, open it, its finances and notes, sometimes edit it, sometimes
 * add a note, and look at what they have written.
 *
 * 4,000 users (A4) with a median of 15 s between clicks, mean 18 s, offer about 220 requests a second. TPC-C's New-Order,
 * people at a business terminal too, has 18 s of keying and 12 s of thinking (clause 5.2.5.7).
 */
export const journey: Journey = {
  places: {
    ...{ id: 'id', version: '_version', body: 'body', canary: 'canary', items: 'items', parent: 'client' },
    write: 'receipt',
  },
  people: 'users',
  jwt: { sub: '{user}', acct: '{account}' },
  // Sigma, an assumption: a person who works on one client reads for some seconds between clicks; the tail is long.
  thinkTime: { medianMs: 15_000, sigma: 0.6 },
  // The request distribution of YCSB (Cooper et al., SoCC 2010): a few clients are opened by everybody.
  zipfExponent: 0.99,
  // Requirement B11 names the PoPs. The shares are an assumption: most staff are in the south-east.
  popShares: { LHR: 0.6, MAN: 0.3, EDI: 0.1 },
  opening: {
    // Assumption: one client in twenty is opened after a fresh start of the application.
    again: 0.05,
    steps: [
      { operation: 'sign-in', does: 'read', resource: 'users', which: 'own' },
      { operation: 'sign-in', does: 'list', resource: 'groups', sort: 'name', limit: 20 },
    ],
  },
  // Together 0.85 writes and 0.85 read-backs to 4 reads and 0.1 sign-in reads: 85 % reads.
  steps: [
    // The beginning of a surname or of a postcode (B9).
    { operation: 'search-clients', does: 'list', resource: 'clients', where: 'search', limit: 10 },
    { operation: 'open-client', does: 'read', resource: 'clients', which: 'drawn' },
    {
      operation: 'open-finances',
      does: 'join',
      resource: 'finances',
      where: { field: 'clientId', is: '{opened}' },
    },
    {
      ...{ operation: 'list-notes', does: 'list', resource: 'notes', sort: '-id', limit: 10 },
      where: { field: 'clientId', is: '{opened}' },
    },
    {
      ...{ operation: 'edit-client', does: 'patch', resource: 'clients', share: 0.45, mark: 'editMark' },
      body: { canary: '{canary}', editedBy: '{user}', editMark: '{mark}' },
    },
    // Read your writes (A11): at least the written version, and at exactly that version the own mark.
    { operation: 'read-back-client', does: 'read', resource: 'clients', which: 'written' },
    {
      ...{ operation: 'add-note', does: 'create', resource: 'notes', share: 0.4 },
      // A letter sorts after every digit, and so after every seeded note of this client.
      id: 'no-{opened:3}-z{mark}',
      body: {
        canary: '{canary}',
        clientId: '{opened}',
        authorId: '{user}',
        subject: 'Telephone call',
        text: 'The client called about the annual review. Figures were confirmed and a meeting was arranged.',
        createdAt: '{now}',
      },
    },
    {
      ...{ operation: 'read-back-notes', does: 'list', resource: 'notes', sort: '-id', limit: 10 },
      where: { field: 'clientId', is: '{opened}' },
      shows: 'written',
    },
  ],
};
