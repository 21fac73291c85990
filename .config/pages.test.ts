import { describe, expect, test } from 'vitest';
import { files, text } from './tracked-files.ts';

/** What pages, comments and tests refer to must be in this repository, or public. */

/**
 * Made by machines, or by others: nobody here chose their words. Samples are stored runs of their day. And this file, whose
 * examples break the rules.
 */
const EXEMPT =
  /^(package-lock\.json|LICENSE|reports\/(sample|conformance\/schemas)\/|\.config\/pages\.test\.ts)|\.(sum|png)$/;
const written = files.filter((file) => !EXEMPT.test(file));

describe('requirements', () => {
  const REQUIREMENT_PAGES = ['reference-worker/README.md', '.github/ARCHITECTURE.md'];
  const rows = REQUIREMENT_PAGES.flatMap((page) =>
    [...text(page).matchAll(/^\| <a id="(\w+)"><\/a>(\w+) \| (.+) \| (.+) \|$/gm)].map(
      ([, anchor, id = '', , shownBy = '']) => ({ anchor, id, shownBy }),
    ),
  );
  const stated: ReadonlySet<string> = new Set(rows.map(({ id }) => id));
  const count = (letter: string, last: number): string[] =>
    Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);

  /** The ids that a text cites and no page states. D1 is an id only in a list of requirements: else it is the database. */
  function unknownIn(source: string): string[] {
    const inFields = [...source.matchAll(/\brequirements?: (\[[^\]]*\]|'[^']*')/g)].flatMap(
      ([, field = '']) => [...field.matchAll(/'([^']*)'/g)].map(([, id = '']) => id),
    );
    const inWords = source.match(/(?<![\w%./#$-])(?:[A-F]\d{1,2}|P[1-9])(?![\w%])/g) ?? [];
    const cited = [...inFields, ...inWords.filter((id) => id !== 'D1')];
    return [...new Set(cited)].filter((id) => !stated.has(id));
  }

  test('are stated once each, under an anchor of their name, and say where they are shown', () => {
    expect(rows.map(({ id }) => id)).toEqual([...count('A', 12), ...count('B', 11), ...count('P', 8)]);
    expect(rows.filter(({ anchor, id }) => anchor !== id.toLowerCase())).toEqual([]);
    expect(rows.filter(({ shownBy }) => !/\]\(|^nothing: /.test(shownBy))).toEqual([]);
  });

  test('that code, checks and pages cite are stated', () => {
    expect(written.map((file) => [file, unknownIn(text(file))]).filter(([, ids]) => ids?.length)).toEqual([]);
  });

  test('and an unknown one is seen', () => {
    expect(unknownIn('/** Its own shard only (C3). */')).toEqual(['C3']);
    expect(unknownIn("  requirements: ['A7', 'D1', 'C3'],")).toEqual(['D1', 'C3']);
    expect(unknownIn("  requirement: 'A99',")).toEqual(['A99']);
    expect(unknownIn('D1 answers within a few milliseconds (B7), and %A9 is no id.')).toEqual([]);
  });
});
