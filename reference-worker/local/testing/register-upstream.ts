import type { Upstream } from '../upstream/index.ts';

/** A register: GET shows what was PUT last, by its path. */
export default function register(): Upstream {
  const kept = new Map<string, string>();
  return ({ method, path, body }) => {
    if (method === 'PUT') kept.set(path, body);
    return { status: 200, body: kept.get(path) ?? 'nothing' };
  };
}
