import { sign } from 'hono/jwt';
import { everyNth, isClientRead, planted } from './defect.ts';

/** A router that now and then mixes accounts up: the request is answered as birch, who has the same ids. */
const mixesUp = everyNth(20);

export default planted(async (request, env, right) => {
  if (!isClientRead(request) || !mixesUp()) return right(request);
  const claims = { sub: 'us-00001', acct: 'birch', exp: Math.floor(Date.now() / 1_000) + 60 };
  const token = await sign(claims, env.JWT_SECRET, 'HS256');
  const url = request.url.replace('//acme.', '//birch.');
  return right(new Request(url, { headers: { authorization: `Bearer ${token}` } }));
});
