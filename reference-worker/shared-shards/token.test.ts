import { verify } from 'hono/jwt';
import { expect, test } from 'vitest';
import { mintToken } from './token.ts';

const claims = { secret: 'secret', account: 'acme', user: 'us-00001' };

test('a token names account and user, and ends', async () => {
  const token = await mintToken({ ...claims, ttlSeconds: 60 });

  const payload = await verify(token, 'secret', 'HS256');

  expect(payload).toMatchObject({ sub: 'us-00001', acct: 'acme' });
  expect(Number(payload.exp) - Date.now() / 1_000).toBeCloseTo(60, -1);
  await expect(verify(token, 'another secret', 'HS256')).rejects.toThrow();
});

test('a negative lifetime makes an expired token', async () => {
  const token = await mintToken({ ...claims, ttlSeconds: -1 });

  await expect(verify(token, 'secret', 'HS256')).rejects.toThrow('expired');
});
