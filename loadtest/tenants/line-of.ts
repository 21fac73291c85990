/** The tokens of JSON that a place is found by: strings, brackets, what separates; whatever else is a number or a word. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g;

/**
 * On which line of a JSON text a value begins, or the key of an object that leads to it.
 *
 * @param text JSON that can be parsed
 * @param path the keys and positions that lead to the value
 * @returns from 1; the line of the deepest part of the path that is there
 */
export function lineOf(text: string, path: readonly PropertyKey[]): number {
  const open: { isList: boolean; key: PropertyKey | undefined }[] = [];
  let [best, depth] = [0, -1];
  let previous = '';
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const inside = open.at(-1);
    if (token === ',' && inside?.isList) inside.key = Number(inside.key) + 1;
    const isKey = token.startsWith('"') && !inside?.isList && (previous === '{' || previous === ',');
    if (isKey && inside) inside.key = JSON.parse(token) as string; // a token in quotes
    const isValue = isKey || !/^[\]}:,]$/.test(token);
    const matched = open.every(({ key }, at) => at < path.length && String(key) === String(path[at]));
    if (isValue && matched && open.length > depth) [best, depth] = [index, open.length];
    if (token === '{') open.push({ isList: false, key: undefined });
    if (token === '[') open.push({ isList: true, key: 0 });
    if (token === '}' || token === ']') open.pop();
    previous = token;
  }
  return text.slice(0, best).split('\n').length;
}
