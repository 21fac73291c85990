import type { Guarantee, GuaranteeViolation, RecordedHistory } from '../history.ts';
import { BAR_HEIGHT, type Bar, GUTTER, type Lane, type Layout, layoutOf, WIDTH } from './timeline-layout.ts';

const LINE_HEIGHT = 20;
/** Letters that fit beside each other in 14 px. */
const LETTERS_PER_LINE = 118;
const MARGIN = 16;

/** Colours for light and dark, each pair of text and ground with a contrast of 4.5 or more. */
const STYLE = `
.timeline{--ground:#fff;--ink:#1c2128;--faint:#59636e;--line:#d1d9e0;--bar:#eaeef2;--known:#cfe4ff;--known-edge:#0b62c4;--wrong:#ffdcd7;--wrong-edge:#c11f1f}
@media (prefers-color-scheme:dark){.timeline{--ground:#14181d;--ink:#e6edf3;--faint:#9aa4af;--line:#343b43;--bar:#2a3037;--known:#123a66;--known-edge:#6db1ff;--wrong:#5a1d1d;--wrong-edge:#ff8a80}}
.timeline text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--ink)}
.timeline .heading{font-size:16px;font-weight:600}
.timeline .sentence{font-size:14px}
.timeline .session{font-weight:600}
.timeline .faint{fill:var(--faint)}
.timeline .ground{fill:var(--ground)}
.timeline .lane{stroke:var(--line)}
.timeline .bar{fill:var(--bar);stroke:var(--line)}
.timeline .known{fill:var(--known);stroke:var(--known-edge);stroke-width:1.5}
.timeline .wrong{fill:var(--wrong);stroke:var(--wrong-edge);stroke-width:2.5}
.timeline .unsure{stroke-dasharray:4 3}
.timeline .arrow{fill:none;stroke:var(--known-edge);stroke-width:2}
.timeline .clash{fill:none;stroke:var(--wrong-edge);stroke-width:2.5;stroke-dasharray:7 4}
.timeline .arrow-head{fill:var(--known-edge)}
.timeline .clash-head{fill:var(--wrong-edge)}
`
  .trim()
  .replaceAll('\n', '');

/**
 * Draws how a history breaks a guarantee, as an SVG of fixed width: a lane for each session, a bar from each operation's start
 * to its answer, those of the argument marked and joined in its order, the last arrow leading to what contradicts it.
 *
 * @param history in whole; of a long one only the operations of the argument are drawn
 */
export function timeline(
  history: RecordedHistory,
  violation: GuaranteeViolation,
  { title }: Pick<Guarantee, 'title'>,
): string {
  const sentences = [violation.because, violation.however].flatMap(wrapped);
  const top = MARGIN + 28 + sentences.length * LINE_HEIGHT + 12;
  const layout = layoutOf(history, violation, top);
  const height = top + layout.height + MARGIN + (layout.omitted > 0 ? LINE_HEIGHT : 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="timeline" role="img" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">`,
    `<title>${escaped(`${title}: broken`)}</title>`,
    `<desc>${escaped(`${violation.because} ${violation.however}`)}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}" rx="8"/>`,
    `<text class="heading" x="${MARGIN}" y="${MARGIN + 14}">${escaped(`${title}: broken`)}</text>`,
    ...sentences.map(
      (line, index) =>
        `<text class="sentence" x="${MARGIN}" y="${MARGIN + 40 + index * LINE_HEIGHT}">${escaped(line)}</text>`,
    ),
    ...layout.lanes.map(laneOf),
    ...layout.bars.map((bar) => barOf(bar, violation)),
    ...arrowsOf(layout, violation),
    ...omission(layout, height),
    '</svg>\n',
  ].join('\n');
}

function wrapped(sentence: string): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > LETTERS_PER_LINE) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

const laneOf = ({ session, top, height }: Lane): string =>
  `<line class="lane" x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${top}" y2="${top}"/>` +
  `<text class="session" x="${MARGIN}" y="${top + height / 2 + 5}">${escaped(session)}</text>`;

function barOf(bar: Bar, violation: GuaranteeViolation): string {
  const { operation, label, left, right, top, labelLeft } = bar;
  const isUnsure = operation.kind === 'write' && operation.outcome !== 'ok';
  const role = !violation.operations.includes(operation)
    ? 'bar'
    : operation === violation.operations.at(-1)
      ? 'wrong'
      : 'known';
  return (
    `<rect class="${role}${isUnsure ? ' unsure' : ''}" x="${round(left)}" y="${top}" width="${round(right - left)}" height="${BAR_HEIGHT}" rx="4"/>` +
    `<text x="${round(labelLeft)}" y="${top + BAR_HEIGHT / 2 + 4.5}">${escaped(label)}</text>`
  );
}

/** From each operation of the argument to the next one; none of an argument of one operation. */
function arrowsOf({ bars }: Layout, { operations }: GuaranteeViolation): string[] {
  const places = operations.flatMap((operation) => bars.find((bar) => bar.operation === operation) ?? []);
  return places.slice(1).map((to, index) => {
    const from = places[index] ?? to;
    return arrow(from, to, index === places.length - 2 ? 'clash' : 'arrow');
  });
}

/** Leaves at the foot (or head) of one bar and ends at the other's nearer edge. */
function arrow(from: Bar, to: Bar, role: 'arrow' | 'clash'): string {
  const isDown = to.top > from.top;
  const [x1, x2] = [from.left + 4, to.left + 4];
  const y1 = from.top === to.top ? from.top : from.top + (isDown ? BAR_HEIGHT : 0);
  const y2 = to.top + (isDown ? 0 : to.top === from.top ? 0 : BAR_HEIGHT);
  const sign = isDown ? -1 : to.top === from.top ? -1 : 1;
  const bend = Math.max(18, Math.abs(y2 - y1) / 2);
  const path =
    from.top === to.top
      ? `M${round(x1)} ${y1}C${round(x1 + 10)} ${y1 - 14} ${round(x2 - 10)} ${y2 - 18} ${round(x2)} ${y2 - 6}`
      : `M${round(x1)} ${y1}C${round(x1)} ${y1 - sign * bend} ${round(x2)} ${y2 + sign * bend} ${round(x2)} ${y2 + sign * 6}`;
  const head = `M${round(x2)} ${y2}l-5 ${sign * 9}h10z`;
  return `<path class="${role}" d="${path}"/><path class="${role}-head" d="${head}"/>`;
}

const omission = ({ omitted }: Layout, height: number): string[] =>
  omitted > 0
    ? [
        `<text class="faint" x="${GUTTER}" y="${height - MARGIN}">${omitted} other operations are not shown.</text>`,
      ]
    : [];

const round = (value: number): number => Math.round(value * 10) / 10;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** For text and attributes; what XML forbids even when escaped is replaced. */
const escaped = (text: string): string =>
  text
    .replaceAll(/[&<>"]/g, (letter) => ENTITIES[letter] ?? letter)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .toWellFormed();
