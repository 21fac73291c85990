/** A figure of the benchmark with its unit, as in 5,600 requests/s. */
export interface AimedFigure {
  readonly value: number;
  readonly unit: string;
}

/** What the project promises about one figure, by itself or as a ratio to a rival's in the same run. */
export interface Aim {
  readonly what: string;
  readonly measured: AimedFigure;
  /** In the same unit. */
  readonly rival?: { readonly name: string; readonly value: number };
  readonly bound: 'at least' | 'at most';
  /** Of the ratio where there is a rival, of the figure itself where there is none. */
  readonly limit: number;
}

/** What one part of the benchmark found: its figures in words, and its aims. */
export interface PartResult {
  readonly lines: readonly string[];
  readonly aims: readonly Aim[];
}

/** How many times the rival's figure ours is; NaN without a rival, infinite when the rival did nothing. */
export const ratioOf = ({ measured, rival }: Aim): number =>
  rival ? measured.value / rival.value : Number.NaN;

/** What was not measured, NaN or infinite, is not met. */
export function isMet(aim: Aim): boolean {
  const held = aim.rival ? ratioOf(aim) : aim.measured.value;
  if (!Number.isFinite(held)) return false;
  return aim.bound === 'at least' ? held >= aim.limit : held <= aim.limit;
}

/** One line: met or not, the figure, the rival's, the ratio, the limit. */
export function describeAim(aim: Aim): string {
  const { what, measured, rival, bound, limit } = aim;
  const figure = `${readable(measured.value)} ${measured.unit}`;
  const beside = rival
    ? `; ${rival.name} ${readable(rival.value)} ${measured.unit}; ratio ${readable(ratioOf(aim))}`
    : '';
  const wanted = rival ? `ratio ${bound} ${readable(limit)}` : `${bound} ${readable(limit)} ${measured.unit}`;
  return `${isMet(aim) ? 'met    ' : 'NOT MET'}  ${what}: ${figure}${beside}; aim: ${wanted}`;
}

/** Three digits that count: 5,630 and 0.0123. */
export const readable = (value: number): string =>
  value.toLocaleString('en-GB', { maximumSignificantDigits: 3 });

/** The middle one, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}
