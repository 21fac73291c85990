import type { RunEvidence } from '../figures.ts';
import { formatCount } from '../index.ts';

/** How much was checked, and what was found: one clause each. */
export function verificationStatements({
  verification,
}: Pick<RunEvidence, 'verification'>): [checked: string, found: string] {
  const { bodiesChecked, documentsChecked, isolationViolations, staleReads, corruptBodies } = verification;
  return [
    `${formatCount(documentsChecked)} documents in ${formatCount(bodiesChecked)} bodies checked`,
    `${formatCount(isolationViolations)} isolation violations, ${formatCount(staleReads)} stale reads, ${formatCount(corruptBodies)} corrupt bodies`,
  ];
}
