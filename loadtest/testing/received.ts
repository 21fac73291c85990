import type { Received } from '../k6/shapes.ts';

/**
 * A body as k6 hands it to verification, where there is no k6; loadtest/proofs/verify-in-k6.test.ts holds the two together.
 *
 * Its `json(path)` knows the paths that verification asks for: `{a,"name":b.c}`, alone, within an object (`client.{...}`) or
 * within each item of a list (`items.#.{...}`).
 *
 * @throws Error, from `json`, on any other path
 */
export const received = (text: string): Received => ({ body: text, json: (path) => selectJson(text, path) });

function selectJson(text: string, path: string): unknown {
  const [, within, each, fields] = /^(?:([\w.]+)\.)?(#\.)?\{(.+)\}$/.exec(path) ?? [];
  if (fields === undefined) throw new Error(`No answer is known to the path ${path}.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const found = within === undefined ? value : within.split('.').reduce(fieldOf, value);
  if (!each) return selectFields(found, fields);
  return Array.isArray(found) ? found.map((item) => selectFields(item, fields)) : undefined;
}

/** Fields that are not there are left out. */
function selectFields(value: unknown, fields: string): object {
  const paths = [...fields.matchAll(/(?:"(\w+)":)?([\w.]+)/g)];
  const selected = paths.map(
    ([, name, from = '']) => [name ?? from, from.split('.').reduce(fieldOf, value)] as const,
  );
  return Object.fromEntries(selected.filter(([, field]) => field !== undefined));
}

function fieldOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Record<string, unknown>)[key];
}
