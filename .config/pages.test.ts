import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { REQUIREMENT_TITLES } from '../reports/document/index.ts';
import { files, root, textOf } from './tracked-files.ts';
import { INTERNAL_VERBS } from './verbs.ts';

/** What pages, comments and tests refer to must be in this repository, or public. */

/**
 * Made by machines, or by others: nobody here chose their words. Samples are stored runs of their day. And this file, whose
 * examples break the rules.
 */
const EXEMPT =
  /^(package-lock\.json|LICENSE|reports\/(sample|conformance\/schemas)\/|\.config\/pages\.test\.ts)|\.(sum|png)$/;
const written = files.filter((file) => !EXEMPT.test(file));
const pages = files.filter((file) => file.endsWith('.md'));

describe('requirements', () => {
  const REQUIREMENT_PAGES = [
    'reference-worker/shared-shards/README.md',
    'reference-worker/single-tenant/README.md',
    'reference-worker/content-sites/README.md',
    'reference-worker/synced-settings/README.md',
    '.github/ARCHITECTURE.md',
  ];
  const rows = REQUIREMENT_PAGES.flatMap((page) =>
    [...textOf(page).matchAll(/^\| <a id="(\w+)"><\/a>(\w+) \| \*\*(.+?)\.\*\* .+ \| (.+) \|$/gm)].map(
      ([, anchor, id = '', title = '', shownBy = '']) => ({ anchor, id, title, shownBy }),
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
    expect(rows.map(({ id }) => id)).toEqual([
      ...count('A', 12),
      ...count('B', 11),
      ...count('C', 12),
      ...count('D', 11),
      ...count('E', 10),
      ...count('P', 8),
    ]);
    expect(rows.filter(({ anchor, id }) => anchor !== id.toLowerCase())).toEqual([]);
    expect(rows.filter(({ shownBy }) => !/\]\(|^nothing: /.test(shownBy))).toEqual([]);
  });

  test('are called in reports what they are called on their page', () => {
    const titles = rows.map(({ id, title }) => [id, title.toLowerCase()]);

    expect(Object.entries(REQUIREMENT_TITLES).map(([id, title]) => [id, title.toLowerCase()])).toEqual(
      titles,
    );
  });

  test('that code, checks and pages cite are stated', () => {
    expect(written.map((file) => [file, unknownIn(textOf(file))]).filter(([, ids]) => ids?.length)).toEqual(
      [],
    );
  });

  test('and an unknown one is seen', () => {
    expect(unknownIn('/** Its own shard only (C99). */')).toEqual(['C99']);
    expect(unknownIn("  requirements: ['A7', 'D99', 'C99'],")).toEqual(['D99', 'C99']);
    expect(unknownIn("  requirement: 'A99',")).toEqual(['A99']);
    expect(unknownIn('D1 answers within a few milliseconds (B7), and %A9 is no id.')).toEqual([]);
  });
});

describe('citations', () => {
  /** Words that lead to a page or a list that a reader of this repository does not have. */
  const PRIVATE = [
    /\(design\b|\bdesign (?:page|rules?)\b/i,
    /\bdesign\.md\b/,
    /\b(?:the|this|our) issue(?:'s)?\b(?! (?:tracker|template))/i,
    /\bissues? #?\d+\b/i,
    /\b(?:design|anchors|plan|brief|audit|requirements)(?: page)?, (?:section|rule|row|item) \d/i,
  ];
  /** Who or what has sections: a standard, an address, a year of publication. */
  const PUBLIC =
    /\bRFC[ _]?\d+|\b(?:NIST|W3C|CSS|SVG|XML|CommonMark|TPC-C|OWASP|CWE)\b|https?:\/\/|\b(?:19|20)\d\d\b|\bvol\. ?\d/;
  const LINES_BEFORE = 14;
  const LINES_AFTER = 2;

  /** The lines of a text that cite what its reader cannot look up. */
  function privateIn(source: string): string[] {
    const lines = source.split('\n');
    return lines.filter((line, at) => {
      if (PRIVATE.some((words) => words.test(line))) return true;
      if (!/\bsections? \d/i.test(line)) return false;
      return !PUBLIC.test(lines.slice(Math.max(0, at - LINES_BEFORE), at + LINES_AFTER + 1).join('\n'));
    });
  }

  test('lead to what is here, or public', () => {
    expect(
      written.map((file) => [file, privateIn(textOf(file))]).filter(([, lines]) => lines?.length),
    ).toEqual([]);
  });

  test.each([
    '/** Which folders a folder may import from (design, section 1). */',
    'No percentile is averaged (design rule 6).',
    'What stands for what (anchors, section 5).',
    '30 s is the number of the issue.',
    'As issue 17 asks.',
    'The contract (section 3) says so.',
  ])('and it is seen that this does not: %s', (line) => {
    expect(privateIn(line)).toEqual([line]);
  });

  test.each([
    'The algorithm is pinned here (RFC 8725, section 3.1).',
    'It breaks its objectives by design, beyond the knee.',
    'A public thread: cloudflare/workerd#2790.',
    'const [issue] = error.issues;',
  ])('while this may stay: %s', (line) => {
    expect(privateIn(line)).toEqual([]);
  });

  test('of a rule of evidence name one that the architecture page states', () => {
    const stated = [
      ...(textOf('.github/ARCHITECTURE.md').split('## Rules of evidence')[1] ?? '').matchAll(/^(\d+)\. /gm),
    ].map(([, number]) => Number(number));
    const cited = written.flatMap((file) =>
      [...textOf(file).matchAll(/\brules? of evidence (\d+)(?: and (\d+))?/gi)].flatMap(([, ...numbers]) =>
        numbers.filter((number) => number !== undefined).map(Number),
      ),
    );

    expect(cited.length).toBeGreaterThan(20);
    expect(cited.filter((number) => !stated.includes(number))).toEqual([]);
  });
});

describe('commands', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(textOf('package.json')));
  const internal = new Set(INTERNAL_VERBS.map(({ name }) => name));

  /** The commands that a text names and nobody can give. */
  const unknownIn = (source: string): string[] =>
    [...source.matchAll(/\bnpm run (?:--silent )?(\w+(?:[:-]\w+)*)(?: -- (\w+(?:[:-]\w+)*))?/g)]
      .filter(([, script = '', verb]) =>
        script === 'internal' ? verb !== undefined && !internal.has(verb) : !Object.hasOwn(scripts, script),
      )
      .map(([command]) => command);

  test('that code and pages name can be given', () => {
    // A test may give examples of its own.
    const named = written.filter((file) => !file.endsWith('.test.ts'));

    expect(named.map((file) => [file, unknownIn(textOf(file))]).filter(([, all]) => all?.length)).toEqual([]);
  });

  test('and an unknown one is seen', () => {
    expect(
      unknownIn(
        '`npm run capacity -- --scenario smoke`, npm run data-dictionary, npm run internal -- nowhere',
      ),
    ).toEqual(['npm run data-dictionary', 'npm run internal -- nowhere']);
  });
});

describe('links', () => {
  const withoutCode = (page: string): string =>
    page.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '');
  /** As GitHub names them: a heading in lower case, without punctuation, with hyphens for spaces. */
  const anchorsOf = (page: string): string[] => [
    ...[...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
    ...[...page.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id),
  ];

  /** The relative links of a page that lead nowhere. @param file where the page is */
  function brokenIn(file: string, page: string): string[] {
    const links = [...withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    return links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      if (!existsSync(join(root, target))) return true;
      if (anchor === undefined || (target !== file && !target.endsWith('.md'))) return false;
      return !anchorsOf(target === file ? page : textOf(target)).includes(anchor);
    });
  }

  test('of every page lead to a file, and to a heading in it', () => {
    expect(pages.length).toBeGreaterThan(10);
    expect(
      pages.map((page) => [page, brokenIn(page, textOf(page))]).filter(([, links]) => links?.length),
    ).toEqual([]);
  });

  test('and one that does not is seen', () => {
    expect(brokenIn('README.md', '[x](nowhere.md) [y](LICENSE) [z](https://example.com/nowhere)')).toEqual([
      'nowhere.md',
    ]);
    expect(
      brokenIn('loadtest/x.md', '[x](CONTENTS.md) [y](../README.md#layout) [z](../README.md#nowhere)'),
    ).toEqual(['CONTENTS.md', '../README.md#nowhere']);
    expect(brokenIn('LICENSE', '# The heading, here\n[x](#the-heading-here) [y](#another)')).toEqual([
      '#another',
    ]);
  });
});
