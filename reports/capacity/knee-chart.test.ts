import { expect, test } from 'vitest';
import { renderHtml } from '../render/index.ts';
import { sampleKnee, sampleLadder } from '../testing/sample-ladder.ts';
import { capacityReport } from './report.ts';

const kneeFigure = async (knee: typeof sampleKnee): Promise<string> => {
  const page = await renderHtml(capacityReport(sampleLadder({ knee })));
  return page.match(/<figure>.*?<\/figure>/gs)?.find((each) => each.includes('Throughput and p95')) ?? '';
};

/** Marks of a colour, over both panels and both sizes of the picture. */
const marks = async (knee: typeof sampleKnee, colour: string) =>
  (await kneeFigure(knee)).match(new RegExp(`<\\w+ [^>]*fill="var\\(--${colour}\\)"`, 'g'))?.length ?? 0;
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
  expect(await kneeFigure(uncertain)).not.toMatch(/shaded/);
});

test('a knee without a fit, at a rung that took no time, is still a picture', async () => {
  const [rung] = sampleKnee.rungs;
  const bare = { ...sampleKnee, scalability: null, rungs: rung ? [{ ...rung, p95Ms: 0 }] : [] };

  const picture = await kneeFigure(bare);

  expect(picture).toContain('<svg');
  expect(picture).not.toMatch(/NaN|Infinity|fitted scalability law/);
});
