import { everyNth, planted } from './defect.ts';

/** A write behind that loses what it has acknowledged. */
const loses = everyNth(2);

export default planted(async (request, _, right) => {
  if (request.method !== 'PATCH' || !loses()) return right(request);
  const version = Number(request.headers.get('if-match')?.replaceAll('"', '')) + 1;
  const id = request.url.split('/').at(-1);
  return Response.json(
    { id, _version: version },
    { headers: { 'cache-control': 'private, no-store', etag: `"${version}"` } },
  );
});
