/**
 * What k6's `response.json(path)` answers, for the paths that verification asks for: `{a,"name":b.c}`, alone, within an
 * object (`client.{...}`) or within each item of a list (`items.#.{...}`). Stands in for k6 where there is none;
 * loadtest/proofs/verify-in-k6.test.ts holds the two together.
 *
 * @throws Error on any other path
 */
export function selectJson(text: string, path: string): unknown {
  const [, within, each, fields] = /^(?:(\w+)\.(#\.)?)?\{(.+)\}$/.exec(path) ?? [];
  if (fields === undefined) throw new Error(`selectJson does not know the path ${path}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const found = within === undefined ? value : fieldOf(value, within);
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
