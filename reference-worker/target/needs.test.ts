import { describe, expect, test } from 'vitest';
import { system } from '../shared-shards/system.ts';
import { lackOf, type Need, type Offer } from './needs.ts';
import { defineSystem } from './system/index.ts';

const account = (role: 'subject' | 'neighbour') => ({ role, id: role, token: '', urls: {} });
const nothing: Offer = {
  capabilities: [],
  accounts: [account('subject')],
  system: defineSystem({
    ...{ name: 'bare', routes: {}, resources: { things: {} } },
    request: { identify: system.request.identify },
    answer: system.answer,
  }),
};
const met: [Need, Offer][] = [
  ['lag', { ...nothing, capabilities: ['lag'] }],
  ['another-account', { ...nothing, accounts: [account('subject'), account('neighbour')] }],
  ['neighbour', { ...nothing, accounts: [account('subject'), account('neighbour')] }],
  ...(['batch', 'bookmarks', 'if-match', 'versions', 'tenant-hosts'] as const).map((need): [Need, Offer] => [
    need,
    { ...nothing, system },
  ]),
];

describe.each(met)('%s', (need, offer) => {
  test('is met by an offer that has it', () => {
    expect(lackOf(need, offer)).toBeUndefined();
  });

  test('is told as lacking otherwise', () => {
    expect(lackOf(need, nothing)).toMatch(/^needs .+/);
  });
});

test('an account of another role is not the one that is needed', () => {
  expect(lackOf('dedicated', { ...nothing, accounts: [account('subject'), account('neighbour')] })).toBe(
    'needs an account in the role dedicated',
  );
});
