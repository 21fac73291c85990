import { z } from 'zod';
import { Interval95 } from './latency.ts';

/** How one figure of a run stands to that of an earlier one. */
export const FigureAgainstBaseline = z.strictObject({
  figure: z.string(),
  /** This run over the earlier one: the geometric mean over the pairs. */
  ratio: z.number().positive(),
  /** Those of all figures hold together. */
  interval95: Interval95,
  pairs: z.int().positive(),
  /** `none`: the interval shows that it is not worse by as much as the smallest regression. */
  finding: z.enum(['regression', 'none', 'not told apart']),
});
export type FigureAgainstBaseline = z.infer<typeof FigureAgainstBaseline>;

/** What a run came to against an earlier one of the same question. */
export const BaselineOfRun = z.strictObject({
  runId: z.string(),
  startedAt: z.iso.datetime(),
  commit: z.string(),
  figures: z.array(FigureAgainstBaseline),
  /** In words: why this run is worse. Empty when it is not shown to be. */
  regressions: z.array(z.string()),
  /** In words: what the two runs are too short or too uneven to tell. */
  open: z.array(z.string()),
});
export type BaselineOfRun = z.infer<typeof BaselineOfRun>;
