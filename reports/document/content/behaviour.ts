import type { PlannedFault, ReadReplication } from '../../schema/index.ts';
import type { RunEvidence } from '../figures.ts';
import { formatCount } from '../index.ts';

/** Which parts of the latencies were modelled, and what the rest is: two clauses, for one line each. */
export function modelledStatement({ behaviour }: RunEvidence): [string, string] {
  const { modelled, latencyProfile } = behaviour;
  if (modelled.length === 0)
    return ['nothing, not even the network to Europe', "every latency is this machine's own"];
  return [
    modelled.join(', '),
    `as in ${latencyProfile.name}; the rest is this machine's own, and the users' network is not there`,
  ];
}

/** Which database was measured: one with replicas, or one as it is created. One line. */
export const readReplicationStatement = (readReplication: ReadReplication): string =>
  readReplication === 'auto'
    ? 'auto: the primary and replicas share the reads of sessions'
    : 'disabled, as a database is created: every query ran at the primary';

/** Rows are what D1 bills, and nobody counted them. One line. */
export const ROWS_STATEMENT = 'not counted in this run: the local D1 cannot tell how many rows a query scans';

/** What became of a planned fault; one that never fired proves nothing about the target. */
export function faultOutcome({ count }: PlannedFault): string {
  if (count === null) return 'not known whether it fired';
  if (count === 0) return 'never fired';
  return count === 1 ? 'fired once' : `fired ${formatCount(count)} times`;
}
