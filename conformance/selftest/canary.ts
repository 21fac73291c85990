import type { Defect } from '../defects/defect.ts';

/** A defect that nothing can overlook: if its check stays green, green means nothing. */
export const CANARY: Defect = {
  id: 'canary/every-response-may-be-shared',
  title: 'Every response may be kept by a shared cache for an hour.',
  check: 'cache/shared-caching-forbidden',
  edits: [
    {
      file: 'index.ts',
      find: "'cache-control', 'private, no-store'",
      replace: "'cache-control', 'public, max-age=3600'",
    },
  ],
};
