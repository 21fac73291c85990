import { expect, test } from 'vitest';
import { projectOf, startProject } from './testing/project.ts';

test('objects in R2 have their metadata, conditions, ranges, lists and parts, and outlive the platform', async () => {
  const worker = `export default { async fetch(request, { BUCKET, SAME }) {
  if (new URL(request.url).pathname === '/after') return Response.json(await (await BUCKET.get('a/1')).text());
  const put = await BUCKET.put('a/1', 'hello there', { httpMetadata: { contentType: 'text/plain' }, customMetadata: { by: 'ada' } });
  const read = await SAME.get('a/1');
  const body = await read.text();
  const part = await (await BUCKET.get('a/1', { range: { offset: 6, length: 5 } })).text();
  const refused = await BUCKET.put('a/1', 'other', { onlyIf: { etagDoesNotMatch: put.etag } });
  const unread = await BUCKET.get('a/1', { onlyIf: { etagMatches: 'another' } });
  const upload = await BUCKET.createMultipartUpload('a/2');
  await upload.complete([await upload.uploadPart(1, 'in parts')]);
  await BUCKET.put('b', 'x');
  await BUCKET.delete('b');
  const list = await BUCKET.list({ prefix: 'a/', limit: 1 });
  const rest = await BUCKET.list({ prefix: 'a/', cursor: list.cursor });
  return Response.json({
    body, part, by: read.customMetadata.by, type: read.httpMetadata.contentType, size: (await BUCKET.head('a/2')).size,
    refused, isUnread: unread !== null && !('body' in unread), gone: await BUCKET.get('b'),
    keys: [...list.objects, ...rest.objects].map(({ key }) => key), truncated: [list.truncated, rest.truncated],
  });
} };`;
  const folder = projectOf({
    'wrangler.jsonc': {
      ...{ name: 'files', main: 'files.ts', compatibility_date: '2026-10-20' },
      r2_buckets: [
        { binding: 'BUCKET', bucket_name: 'objects' },
        { binding: 'SAME', bucket_name: 'objects' },
      ],
    },
    'files.ts': worker,
  });

  const { ask, platform } = await startProject(folder);
  expect(await ask()).toEqual({
    ...{ body: 'hello there', part: 'there', by: 'ada', type: 'text/plain', size: 8 },
    ...{ refused: null, isUnread: true, gone: null, keys: ['a/1', 'a/2'], truncated: [true, false] },
  });
  await platform.stop();

  expect(await (await startProject(folder)).ask('/after')).toBe('hello there');
});

test('R2 fails and is slow as planned, and what it was asked is counted', async () => {
  const folder = projectOf({
    'wrangler.jsonc': {
      ...{ name: 'files', main: 'files.ts', compatibility_date: '2026-10-20' },
      r2_buckets: [{ binding: 'BUCKET', bucket_name: 'objects' }],
    },
    'files.ts': `export default { async fetch(request, { BUCKET }) {
  const key = new URL(request.url).pathname.slice(1);
  const told = (work) => work.then(() => 'ok', (error) => error.message);
  if (request.method === 'PUT') return Response.json(await told(BUCKET.put(key, 'x')));
  if (request.method === 'DELETE') return Response.json(await told(BUCKET.delete(key)));
  return Response.json([await told(BUCKET.get(key)), (await BUCKET.list()).objects.length]);
} };`,
  });
  const { platform, url } = await startProject(folder);
  const { control } = platform;
  const ask = async (path: string, method = 'GET') => (await fetch(`${url}${path}`, { method })).json();
  const aimed = { bucket: 'BUCKET', keyPattern: '^a' } as const;

  await control.setFaults([
    { ...aimed, id: 'lost', kind: 'r2-error', operation: 'put', when: 'after', times: 1 },
  ]);
  expect(await ask('/a', 'PUT')).toMatch(/internal error/);
  expect(await ask('/b', 'PUT')).toBe('ok');
  // It was done all the same.
  expect(await ask('/a')).toEqual(['ok', 2]);
  await control.setFaults([
    { ...aimed, id: 'none', kind: 'r2-error', operation: 'delete' },
    { ...aimed, id: 'slow', kind: 'r2-slow', operation: 'get', addMs: 300 },
  ]);
  expect(await ask('/a', 'DELETE')).toMatch(/internal error/);
  const sentMs = performance.now();
  expect(await ask('/a')).toEqual(['ok', 2]);
  expect(performance.now() - sentMs).toBeGreaterThanOrEqual(295);

  expect((await control.faultReports()).map(({ id, count }) => [id, count])).toEqual([
    ['none', 1],
    ['slow', 1],
  ]);
  expect((await control.usage()).buckets).toEqual([
    { bucket: 'BUCKET', reads: 2, writes: 2, deletes: 1, lists: 2 },
  ]);
  await expect(control.setFaults([{ id: 'f', kind: 'r2-slow', bucket: 'OTHER', addMs: 1 }])).rejects.toThrow(
    /there is no bucket OTHER; known are BUCKET/,
  );
});
