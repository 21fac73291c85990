import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { system as reference } from '../../reference-worker/shared-shards/system.ts';
import type { Exchange, TestAccount } from '../../reference-worker/target/index.ts';
import { cabinet } from '../testing/cabinet/cabinet.ts';
import { curlOf } from './curl.ts';
import { redaction } from './redaction.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJhY2N0IjoiYWxkZXIifQ.c2lnbmF0dXJlLW9mLWFsZGVy';
const alder: TestAccount = { role: 'subject', id: 'alder', token: JWT, urls: {} };
const show = redaction([alder], reference, true);

const exchange = (request: Partial<Exchange['request']>): Exchange => ({
  account: 'alder',
  pop: 'LHR',
  url: 'http://localhost:1234',
  request: { method: 'GET', path: '/v1/clients/x', headers: {}, ...request },
  response: { status: 200, headers: {}, body: '' },
});
/** The arguments as a shell passes them on. */
function argumentsOf(line: string, env: NodeJS.ProcessEnv = {}): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${line}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8', env }).split('\0').slice(0, -1);
}

describe('a curl line', () => {
  test('sends the request again once the variable holds the token, and shows no token', () => {
    const headers = { authorization: `Bearer ${JWT}`, 'x-d1-bookmark': "it's" };
    const { line } = curlOf(
      exchange({ method: 'PUT', headers, body: '{"body":{"a":"$HOME `id`"}}' }),
      show,
      'body',
    );

    expect(line).not.toContain('c2lnbmF0dXJl');
    expect(argumentsOf(line, { SUBJECT_TOKEN: JWT })).toEqual([
      ...['-sS', '-i', '--path-as-is', '--globoff', '-X', 'PUT'],
      ...['-H', `authorization: Bearer ${JWT}`, '-H', "x-d1-bookmark: it's"],
      ...['--data-raw', '{"body":{"a":"$HOME `id`"}}', 'http://localhost:1234/v1/clients/x'],
    ]);
  });

  test('passes any path and body on as they are', () => {
    const printable = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(printable, printable, (path, body) => {
        const { line } = curlOf(exchange({ method: 'POST', path: `/${path}`, body }), show, 'body');

        expect(argumentsOf(line).slice(-2)).toEqual([body, `http://localhost:1234/${path}`]);
      }),
      { numRuns: 30 },
    );
  });

  test('sends bytes that are no text through printf', () => {
    const body = '{"t":"%\xc3\\\'\xff"}';
    const { line } = curlOf(exchange({ method: 'PUT', body, bodyEncoding: 'latin1' }), show, 'body');

    const sent = execFileSync('sh', ['-c', `curl() { cat; }\n${line}`]);

    expect(sent.toString('latin1')).toBe(body);
  });

  test('leaves a long body to a file', () => {
    const body = 'x'.repeat(5_000);

    const { line, file } = curlOf(exchange({ method: 'POST', body }), show, 'witnesses/a/body-1');

    expect(line).toContain('--data-raw "$(cat witnesses/a/body-1)"');
    expect(file).toEqual({ path: 'witnesses/a/body-1', text: body });
  });
});

describe('what is shown of a token', () => {
  test('nothing of a given one, wherever it appears, nor of what a check made of it', () => {
    const tampered = `${JWT.split('.')[0]}.e30.${JWT.split('.')[2]}`;

    expect(show.text(`Because ${JWT} was sent`)).toBe('Because $SUBJECT_TOKEN was sent');
    expect(show.text(`Because ${tampered} was sent`)).not.toContain('c2lnbmF0dXJl');
    expect(show.header('authorization', `Bearer ${tampered}`)).not.toContain('c2lnbmF0dXJl');
    expect(show.header('authorization', `Bearer ${JWT.slice(0, -1)}x`)).toBe('$FORGED_CREDENTIALS');
    expect(show.header('x-other', 'plain')).toBe('plain');
  });

  test('what a check forged on the local platform is shown: it says what the check did', () => {
    const local = redaction([alder], reference, false);

    expect(local.header('authorization', 'Bearer forged')).toBe('Bearer forged');
    expect(local.header('authorization', `Bearer ${JWT}`)).toBe('Bearer $SUBJECT_TOKEN');
  });

  test('each credential header of a kind has a variable of its own, and an account is no secret', () => {
    const signed = (token: string) => ({ 'X-Tenant': 'alder', 'x-key': `k${token.length}`, 'x-sum': 'sum!' });
    const two = redaction(
      [{ ...alder, token: 'top-secret' }],
      { ...reference, request: { identify: signed } },
      true,
    );
    const headers = { 'x-tenant': 'alder', 'x-key': 'k10', 'x-sum': 'sum!' };

    const { line } = curlOf(exchange({ headers, path: '/alder/alders/k101' }), two, 'body');

    const values = { SUBJECT_TOKEN_IN_X_KEY: 'k10', SUBJECT_TOKEN_IN_X_SUM: 'sum!' };
    expect(argumentsOf(line, values)).toEqual([
      ...['-sS', '-i', '--path-as-is', '--globoff', '-H', 'x-tenant: alder', '-H', 'x-key: k10'],
      ...['-H', 'x-sum: sum!', 'http://localhost:1234/alder/alders/k101'],
    ]);
    expect(line).not.toMatch(/k10\b|sum!/);
  });

  test('a short token is replaced where it stands alone, not inside of other words', () => {
    const { text } = redaction([{ ...alder, id: 'oaks', token: 'oak' }], reference, true);

    expect(text('oak soak oaks oak-1 "oak" Bearer oak')).toBe(
      '$SUBJECT_TOKEN soak oaks oak-1 "$SUBJECT_TOKEN" Bearer $SUBJECT_TOKEN',
    );
  });

  test('a token that goes into a cookie is found there', () => {
    const { header } = redaction([alder], cabinet, true);

    expect(header('cookie', `session=${JWT}`)).toBe('session=$SUBJECT_TOKEN');
  });
});
