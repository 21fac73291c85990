import { areaOf, type Check } from '../checks/index.ts';

/** The checks by area, for --list. */
export function describeChecks(checks: readonly Check[]): string {
  const areas = [...new Set(checks.map(areaOf))];
  return areas
    .flatMap((area) => [area, ...checks.filter((check) => areaOf(check) === area).flatMap(linesOf), ''])
    .concat(`${checks.length} checks`)
    .join('\n');
}

function linesOf({ id, title, severity, requirements, needs }: Check): string[] {
  const lacks = needs.length > 0 ? `; needs ${needs.join(', ')}` : '';
  return [`  ${id}`, `      ${title}`, `      ${severity}; ${requirements.join(', ')}${lacks}`];
}
