import { type ReportBlock, requirementText, type Section } from '../document/index.ts';
import type { CheckResult } from '../schema/index.ts';
import { responseLine } from './witness-lines.ts';

/** Pictures share the page's 600 KB with everything else; what does not fit is linked. */
const PICTURES_BYTES_MAX = 300_000;

/** Checks that did not pass, the failed ones first, each with its witness and the command that repeats it. */
export function failures(
  checks: readonly CheckResult[],
  attachments: Readonly<Record<string, string>>,
): Section {
  const outcomes = ['FAIL', 'VOID', 'INCONCLUSIVE'] as const;
  const those = outcomes.flatMap((outcome) =>
    checks.filter(({ verdict }) => verdict === outcome).map((check) => ({ outcome, check })),
  );
  const pictures = picturesOf(
    those.flatMap(({ check }) => check.broken[0]?.witness?.files ?? []),
    attachments,
  );
  return {
    id: 'failures',
    title: 'What does not hold',
    blocks: those.map(({ outcome, check }): ReportBlock => {
      const { id, title, severity, requirements, reason, broken, reproduce } = check;
      const [first, ...others] = broken;
      const { sentences = [], exchanges = [], files = [] } = first?.witness ?? {};
      return {
        kind: 'evidence',
        in: ['page', 'summary', 'terminal'],
        ...{ outcome, id, title, reason, sentences, reproduce },
        about: `${severity}, requirements ${requirements.map(requirementText).join(', ')}`,
        exchanges: exchanges.map((each) => ({ command: each.curl, response: responseLine(each) })),
        files: files.map((path) => ({ path, picture: pictures.get(path) })),
        others: others.map(({ text }) => text),
      };
    }),
  };
}

/** Drawn timelines as data URIs: in an image an SVG can neither run a script nor fetch anything (SVG 2, section 2.2). */
function picturesOf(
  files: readonly string[],
  attachments: Readonly<Record<string, string>>,
): Map<string, string> {
  const pictures = new Map<string, string>();
  let bytes = 0;
  for (const file of files) {
    const svg = attachments[file];
    if (svg === undefined || !file.endsWith('.svg')) continue;
    const data = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
    if (bytes + data.length > PICTURES_BYTES_MAX) continue;
    bytes += data.length;
    pictures.set(file, data);
  }
  return pictures;
}
