import { expect, test } from 'vitest';
import { sampleKnee } from '../../testing/sample-ladder.ts';
import { kneeFigure } from './knee-chart.ts';

/** Marks of a colour, over both panels and both sizes of the picture. */
const marks = async (knee: typeof sampleKnee, colour: string) =>
  (await kneeFigure(knee)).toString().match(new RegExp(`<\\w+ [^>]*fill="var\\(--${colour}\\)"`, 'g'))
    ?.length ?? 0;
const PICTURES = 4;

test('every rung is a mark, and those that missed an objective stand out', async () => {
  const missed = sampleKnee.rungs.filter(({ withinObjectives }) => !withinObjectives).length;

  expect(await marks(sampleKnee, 'bad')).toBe(missed * PICTURES);
  expect(await marks(sampleKnee, 'accent')).toBe((sampleKnee.rungs.length - missed) * PICTURES);
});

test('the bracket is shaded, and without one nothing is', async () => {
  const uncertain = { ...sampleKnee, virtualUsersBracket: null };

  expect(await marks(sampleKnee, 'line')).toBe(PICTURES);
  expect(await marks(uncertain, 'line')).toBe(0);
  expect((await kneeFigure(uncertain)).toString()).not.toMatch(/shaded/);
});

test('a knee without a fit, at a rung that took no time, is still a picture', async () => {
  const [rung] = sampleKnee.rungs;
  const bare = { ...sampleKnee, scalability: null, rungs: rung ? [{ ...rung, p95Ms: 0 }] : [] };

  const picture = (await kneeFigure(bare)).toString();

  expect(picture).toContain('<svg');
  expect(picture).not.toMatch(/NaN|Infinity|fitted law/);
});
