import type { Effect, GuaranteeViolation, RecordedHistory, RecordedOperation, Seen } from '../history.ts';
import { listed } from '../phrases.ts';

/** Where everything in the picture of a history goes, in pixels. */
export interface Layout {
  readonly lanes: readonly Lane[];
  readonly bars: readonly Bar[];
  readonly height: number;
  /** How many operations are not drawn. */
  readonly omitted: number;
}

export interface Lane {
  readonly session: string;
  readonly top: number;
  readonly height: number;
}

export interface Bar {
  readonly operation: RecordedOperation;
  readonly label: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  /** Where the label begins. */
  readonly labelLeft: number;
}

export const WIDTH = 900;
export const GUTTER = 92;
export const BAR_HEIGHT = 24;
const [RIGHT_MARGIN, ROW_HEIGHT, LANE_PADDING] = [16, 34, 10];
const SHORTEST_BAR = 10;
/** Of a letter in 13 px of a sans-serif font, on the generous side. */
const LETTER_WIDTH = 7.2;
const LABEL_PADDING = 8;
/** More than these are a muddle: then only those of the argument are drawn. */
const MOST_DRAWN = 24;

/**
 * Times keep their order, not their distances: what matters of a history is what overlaps. Labels need more room than bars, so
 * a lane has as many rows as it takes for nothing to lie upon anything else.
 *
 * @param top where the first lane begins
 */
export function layoutOf(
  { operations }: RecordedHistory,
  violation: GuaranteeViolation,
  top: number,
): Layout {
  const drawn = operations.length > MOST_DRAWN ? violation.operations : operations;
  const times = [...new Set(drawn.flatMap(({ invoked, completed }) => [invoked, completed]))].sort(
    (a, b) => a - b,
  );
  const step = (WIDTH - GUTTER - RIGHT_MARGIN) / Math.max(1, times.length);
  const lanes: Lane[] = [];
  const bars: Bar[] = [];
  let laneTop = top;
  for (const [session, own] of Map.groupBy(drawn, (each) => each.session)) {
    const rowEnds: number[] = [];
    for (const operation of own.toSorted((a, b) => a.invoked - b.invoked)) {
      const left = GUTTER + times.indexOf(operation.invoked) * step;
      const end = GUTTER + (times.indexOf(operation.completed) + 1) * step;
      const right = Math.max(left + SHORTEST_BAR, end - 4);
      const label = labelOf(operation);
      const labelWidth = label.length * LETTER_WIDTH + 2 * LABEL_PADDING;
      // Before the bar, where it would run over the edge behind it.
      const isBefore = left + labelWidth > WIDTH - RIGHT_MARGIN && right - left < labelWidth;
      const labelLeft = Math.max(GUTTER, isBefore ? left - labelWidth : left);
      let row = rowEnds.findIndex((rowEnd) => rowEnd <= Math.min(left, labelLeft));
      if (row < 0) row = rowEnds.length;
      rowEnds[row] = Math.max(right, labelLeft + labelWidth);
      const barTop = laneTop + LANE_PADDING + row * ROW_HEIGHT;
      bars.push({ operation, label, left, right, top: barTop, labelLeft: labelLeft + LABEL_PADDING });
    }
    const height = 2 * LANE_PADDING + rowEnds.length * ROW_HEIGHT - (ROW_HEIGHT - BAR_HEIGHT);
    lanes.push({ session, top: laneTop, height });
    laneTop += height;
  }
  return { lanes, bars, height: laneTop - top, omitted: operations.length - drawn.length };
}

/** As in `reads x v1, no y` and `writes x v2 if v1`. */
function labelOf(operation: RecordedOperation): string {
  if (operation.kind === 'read') {
    const observation = ({ key, version }: Seen): string =>
      version === 0 ? `no ${key}` : `${key} v${version}`;
    return `${operation.strong ? 'reads at last' : 'reads'} ${operation.seen.map(observation).join(', ')}`;
  }
  const deed = ({ key, version, expected }: Effect): string =>
    `${key}${version === undefined ? '' : ` v${version}`}${expected === undefined ? '' : ` if v${expected}`}`;
  const written = operation.effects.filter(({ kind }) => kind !== 'delete').map(deed);
  const deleted = operation.effects.filter(({ kind }) => kind === 'delete').map(deed);
  const deeds = [
    ...(written.length > 0 ? [`writes ${written.join(', ')}`] : []),
    ...(deleted.length > 0 ? [`deletes ${deleted.join(', ')}`] : []),
  ];
  const doubt = { ok: '', failed: ': refused', unknown: ': no answer' };
  return `${listed(deeds)}${doubt[operation.outcome]}`;
}
