import { describe, expect, test } from 'vitest';
import { GUARANTEES, type RecordedHistory, timeline } from '../index.ts';
import { historyOf } from '../notation.testing.ts';

const [readYourWrites] = GUARANTEES;

function drawn(history: RecordedHistory): string {
  const violation = readYourWrites?.check(history);
  if (!violation) throw new Error('nothing to draw');
  return timeline(history, violation, readYourWrites ?? { title: '' });
}

const count = (svg: string, part: string): number => svg.split(part).length - 1;

const numbers = (svg: string, pattern: RegExp): number[] =>
  [...svg.matchAll(pattern)].map(([, number]) => Number(number));

describe('the picture', () => {
  const svg = drawn(historyOf('A w x1\nA w x2\nB r x0\nA r x1\nC w? y\nC d y2/1\nC w! z'));

  test('has a lane for each session, and a bar with words for each operation', () => {
    expect([...svg.matchAll(/class="session"[^>]*>([^<]*)</g)].map(([, name]) => name)).toEqual([
      'A',
      'B',
      'C',
    ]);
    expect(
      [...svg.matchAll(/<rect class="(?:bar|known|wrong)[^>]*><text[^>]*>([^<]*)</g)].map(
        ([, label]) => label,
      ),
    ).toEqual([
      'writes x v1',
      'writes x v2',
      'reads x v1',
      'reads no x',
      'writes y: no answer',
      'deletes y v2 if v1',
      'writes z: refused',
    ]);
  });

  test('marks the argument, and leads from what was known to what contradicts it', () => {
    expect(count(svg, '<rect class="known"')).toBe(1);
    expect(count(svg, '<rect class="wrong"')).toBe(1);
    expect(count(svg, '<path class="clash"')).toBe(1);
    expect(count(svg, '<path class="arrow"')).toBe(0);
    expect(count(svg, ' unsure"')).toBe(2);
  });

  test('says in words what it shows', () => {
    expect(svg).toContain('role="img"');
    expect(svg).toContain('<title>Read your writes: broken</title>');
    expect(svg).toContain(
      '<desc>Because A wrote x at version 2, what A reads later must show x at version 2 or newer. However, A saw x at version 1.</desc>',
    );
  });

  test('lies within its frame', () => {
    const [height = 0] = numbers(svg, /<svg[^>]* height="(\d+)"/g);

    expect(svg).toContain('width="900"');
    for (const x of numbers(svg, / x="([-\d.]+)"/g)) expect(x >= 0 && x < 900).toBe(true);
    for (const y of numbers(svg, / y="([-\d.]+)"/g)) expect(y >= 0 && y < height).toBe(true);
  });
});

test('what overlaps lies side by side', () => {
  const svg = drawn(historyOf('A w x1\nB r y1 z1 q0 r1 s1 t1 ~1\nB r x0 y0\nA r x0\nC r x0 ~5'));
  const tops = [
    ...svg.matchAll(
      /y="([\d.]+)" width="[\d.]+" height="24"[^>]*\/><text[^>]*>reads (?:y v1|x v0|no x, no y)/g,
    ),
  ];

  expect(new Set(tops.map(([, top]) => top)).size).toBe(2);
});

test('of a long history only the argument is drawn', () => {
  const others = Array.from({ length: 30 }, (_, index) => `B w y${index + 1}`);

  const svg = drawn(historyOf(['A w x1', ...others, 'A r x0'].join('\n')));

  expect(count(svg, ' height="24"')).toBe(2);
  expect(svg).toContain('30 other operations are not shown.');
});

test('names are text, whatever is in them', () => {
  const { operations } = historyOf('A w x1\nA r x0');
  const session = '</text><script>alert("&")</script>\u0000\ud800';

  const svg = drawn({ operations: operations.map((each) => ({ ...each, session })) });

  expect(svg).not.toContain('<script');
  expect(svg).toContain('&lt;/text&gt;&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;\ufffd\ufffd');
});
