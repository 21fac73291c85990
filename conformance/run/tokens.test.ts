import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTokens } from './tokens.ts';

const URL = 'https://documents.example';
const folder = mkdtempSync(join(tmpdir(), 'tokens-'));
const fileOf = (content: unknown): string => {
  const file = join(folder, 'tokens.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
};
const read = (content: unknown, env: NodeJS.ProcessEnv = {}, url = URL) =>
  readTokens(url, fileOf(content), env);

const subject = { account: 'acme', token: 'secret-of-acme' };
const neighbour = { account: 'birch', token: 'secret-of-birch' };

describe('a tokens file', () => {
  test('gives each account its role and the URL of the target', () => {
    expect(read({ neighbour, subject })).toEqual([
      { role: 'subject', id: 'acme', token: 'secret-of-acme', urls: { anywhere: URL } },
      { role: 'neighbour', id: 'birch', token: 'secret-of-birch', urls: { anywhere: URL } },
    ]);
  });

  test('may leave the tokens to the environment', () => {
    const accounts = read(
      { subject: { account: 'acme', token: { tokenEnv: 'ACME' } } },
      { ACME: 'from outside' },
    );

    expect(accounts[0]?.token).toBe('from outside');
  });

  test('may give one account a URL for each PoP, and then all have these PoPs', () => {
    const url = { LHR: 'https://lhr.example', MAN: 'https://man.example:8443' };

    const accounts = read({ subject: { ...subject, url }, neighbour });

    expect(accounts.map(({ urls }) => urls)).toEqual([url, { LHR: URL, MAN: URL }]);
  });

  test.each([
    ['no JSON', '{subject', /is not a tokens file/],
    ['no subject', { neighbour }, /subject/],
    ['an unknown role', { subject, neighbor: neighbour }, /neighbor/],
    ['an empty token', { subject: { account: 'acme', token: '' } }, /token/],
    [
      'a variable that is not set',
      { subject: { account: 'a', token: { tokenEnv: 'NOWHERE' } } },
      /variable NOWHERE/,
    ],
    [
      'a URL with a path',
      { subject: { ...subject, url: 'https://x.example/api' } },
      /must be a host and a port/,
    ],
    [
      'one account in two roles',
      { subject, neighbour: { ...neighbour, account: 'acme' } },
      /one account, acme/,
    ],
    ['one token in two roles', { subject, neighbour: { ...neighbour, token: subject.token } }, /one token/],
    [
      'different PoPs',
      { subject: { ...subject, url: { LHR: URL } }, neighbour: { ...neighbour, url: { MAN: URL } } },
      /other PoPs/,
    ],
  ])('%s is refused, and no token is shown', (_, content, message) => {
    const refused = (): unknown => read(content);

    expect(refused).toThrow(
      expect.objectContaining({ code: 'bad_tokens', message: expect.stringMatching(message) }),
    );
    expect(refused).not.toThrow(/secret-of/);
  });

  test('the target must be an origin', () => {
    expect(() => read({ subject }, {}, 'documents.example')).toThrow(
      /bad_option: --target: documents.example must be/,
    );
    expect(() => read({ subject }, {}, 'https://x.example/v1')).toThrow(
      /--target: .* must be a host and a port/,
    );
  });

  test('a file that is not there is named', () => {
    expect(() => readTokens(URL, join(folder, 'nowhere.json'), {})).toThrow(
      /bad_tokens: .*nowhere.json cannot be read/,
    );
  });
});
