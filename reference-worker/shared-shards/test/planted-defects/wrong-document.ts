import { everyNth, isClientRead, planted } from './defect.ts';

/** A cache key that forgets the id. */
const forgets = everyNth(20);

export default planted(async (request, _, right) => {
  if (!isClientRead(request) || !forgets()) return right(request);
  return right(new Request(request.url.replace(/[^/]+$/, 'cl-0000001'), request));
});
