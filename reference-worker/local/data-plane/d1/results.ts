import type { Instance } from '../profile.ts';
import type { Execution } from './connection.ts';
import type { QueryResult } from './protocol.ts';

export interface ServedBy {
  readonly instance: Instance;
  readonly isPrimary: boolean;
  /** Modelled, of the whole request. */
  readonly serviceMs: number;
  readonly attempts: number;
}

/** The results of a request, with the metadata that D1 gives (developers.cloudflare.com/d1/worker-api/return-object). */
export function resultsOf(
  executions: readonly Execution[],
  { instance, isPrimary, serviceMs, attempts }: ServedBy,
): QueryResult[] {
  return executions.map(({ columns, rows, kind, changes, lastRowId, sizeBytes, durationMs }) => {
    const duration = Math.max(durationMs, serviceMs / executions.length);
    const meta = {
      served_by: `shardproof.${isPrimary ? 'primary' : 'replica'}`,
      served_by_region: instance.region,
      served_by_primary: isPrimary,
      served_by_colo: instance.colo,
      duration,
      changes,
      last_row_id: lastRowId,
      changed_db: kind === 'schema' || changes > 0,
      size_after: sizeBytes,
      // Lower bounds: node:sqlite counts neither the rows scanned nor the index rows written.
      rows_read: rows.length,
      rows_written: changes,
      total_attempts: attempts,
      timings: { sql_duration_ms: duration },
    };
    return { columns, rows, meta };
  });
}
