import { Hono } from 'hono';
import type { ShopApp } from './env.ts';
import { ShopError } from './refusal.ts';

const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;

function keyOf(name: string): string {
  if (NAME.test(name)) return `media/${name}`;
  throw new ShopError('bad_id', 'A name has 1 to 128 letters, digits and - . _, no dot in front.');
}

/** Pictures and receipts, in a bucket that is the shop's own. They are shown as downloads: none may run as a page of the shop. */
export const media = new Hono<ShopApp>()
  .put('/:name', async (c) => {
    const type = c.req.header('content-type') ?? 'application/octet-stream';
    const { key } = await c.env.MEDIA.put(keyOf(c.req.param('name')), await c.req.arrayBuffer(), {
      httpMetadata: { contentType: type },
    });
    return c.json({ key }, 201);
  })
  .get('/:name', async (c) => {
    const object = await c.env.MEDIA.get(keyOf(c.req.param('name')));
    if (!object) throw new ShopError('not_found', 'There is no such file in this shop.');
    return c.body(await object.arrayBuffer(), 200, {
      'content-type': object.httpMetadata?.contentType ?? 'application/octet-stream',
      'content-disposition': 'attachment',
    });
  })
  .delete('/:name', async (c) => {
    await c.env.MEDIA.delete(keyOf(c.req.param('name')));
    return c.body(null, 204);
  });
