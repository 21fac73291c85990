import type { Fetcher } from '@cloudflare/workers-types';

/**
 * Takes webhooks for all shops at one address and passes each on to the deployment of its shop (C11). It is bound to Workers
 * only, so that there is nothing in which it could keep what passes through, and it cannot read a shop's database.
 */
export default {
  async fetch(request: Request, env: Readonly<Record<string, Fetcher | string>>): Promise<Response> {
    const [, slug = '', path = ''] =
      /^\/([a-z\d-]+)(\/hooks\/[\w-]+)$/.exec(new URL(request.url).pathname) ?? [];
    const shop = Object.hasOwn(env, slug) ? env[slug] : undefined;
    if (typeof shop !== 'object' || request.method !== 'POST') return new Response(null, { status: 404 });
    const { 'x-event-id': id = '', 'x-signature': signature = '' } = Object.fromEntries(request.headers);
    // Only what the shop reads: no cookie and no header of an intermediary goes along.
    const headers = { 'x-event-id': id, 'x-signature': signature };
    const url = `https://${slug}.${env.BASE_DOMAIN}${path}`;
    const { status } = await shop.fetch(url, { method: 'POST', headers, body: await request.text() });
    return new Response(null, { status });
  },
};
