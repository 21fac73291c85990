/** How figures read in every renderer: en-GB, three significant digits or more, the unit after a space. */

/** Whole numbers stay whole, and small ones keep three significant digits (0.00000123 never reads 0). */
const figure = new Intl.NumberFormat('en-GB', {
  maximumFractionDigits: 0,
  maximumSignificantDigits: 3,
  roundingPriority: 'morePrecision',
});

/** Latencies keep exactly three, trailing zeroes too, so that a column of them lines up. */
const latency = new Intl.NumberFormat('en-GB', {
  maximumFractionDigits: 0,
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
  roundingPriority: 'morePrecision',
});

/** Signals keep more digits, so that an observation just past its bound does not read as equal to it. */
const precise = new Intl.NumberFormat('en-GB', {
  maximumFractionDigits: 3,
  maximumSignificantDigits: 4,
  roundingPriority: 'morePrecision',
});

export const formatCount = (count: number): string => figure.format(count);
const ratio = new Intl.NumberFormat('en-GB', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
/** Three digits whatever they are, as in `1.00 times`, which says how near to one it is. */
export const formatTimes = (times: number): string => `${ratio.format(times)} times`;

/** With one full stop at its end, whether it had one or not. */
export const sentence = (text: string): string => text.replace(/\.?$/, '.');

/** As in `1 claim` and `4,000 claims`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
export const formatMs = (milliseconds: number): string => `${latency.format(milliseconds)} ms`;
export const formatSeconds = (seconds: number): string => `${figure.format(seconds)} s`;
export const formatPercent = (percent: number): string => `${figure.format(percent)} %`;

const price = new Intl.NumberFormat('en-GB', { style: 'currency', currency: 'USD' });

/** US dollars, to the cent; what costs something never reads as free. */
export const formatUsd = (usd: number): string =>
  usd > 0 && usd < 0.005 ? `< ${price.format(0.01)}` : price.format(usd);

/** The same in another currency. @param currency as ISO 4217 has it */
export const formatMoney = (amount: number, currency: string): string =>
  new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(amount);

/** Decimal units, as in the sizes one asks for and in D1's documented limits. */
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export function formatBytes(bytes: number, number = figure): string {
  const power = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${number.format(bytes / 1000 ** power)} ${BYTE_UNITS[power]}`;
}

/** An observation or a bound with its unit; a value that was not measured says so. */
export function formatQuantity(value: number | null, unit: string): string {
  if (value === null) return 'not measured';
  return unit === 'bytes' ? formatBytes(value, precise) : `${precise.format(value)} ${unit}`.trimEnd();
}

/** An ISO instant, to the second: `2026-11-21 12:03:00 UTC`. */
export function formatInstant(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
