import { planted } from './defect.ts';

/** Lists that a cache in front of the Worker would keep for hours, and share. */
export default planted(async (request, _, right) => {
  const response = await right(request);
  if (request.method !== 'GET' || !request.url.includes('?')) return response;
  const headers = new Headers(response.headers);
  headers.delete('cache-control');
  return new Response(response.body, { status: response.status, headers });
});
