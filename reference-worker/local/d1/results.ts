import type { Instance } from '../latency/index.ts';
import type { Execution } from './connection.ts';
import type { QueryResult } from './protocol.ts';

export interface ServedBy {
  readonly instance: Instance;
  readonly isPrimary: boolean;
  /** Modelled, of the whole request. */
  readonly serviceMs: number;
  readonly attempts: number;
}

/**
 * The results of a request, with the metadata that D1 gives (developers.cloudflare.com/d1/worker-api/return-object),
 * `rows_read` and `rows_written` where they were counted: a number that is wrong would be worse than none.
 */
export function resultsOf(
  executions: readonly Execution[],
  { instance, isPrimary, serviceMs, attempts }: ServedBy,
): QueryResult[] {
  return executions.map(
    ({ columns, rows, count, changes, schemaChanged, lastRowId, sizeBytes, durationMs }) => {
      const duration = Math.max(durationMs, serviceMs / executions.length);
      const meta = {
        served_by: `shardproof.${isPrimary ? 'primary' : 'replica'}`,
        served_by_region: instance.region,
        served_by_primary: isPrimary,
        served_by_colo: instance.colo,
        duration,
        changes,
        last_row_id: lastRowId,
        changed_db: schemaChanged || changes > 0,
        size_after: sizeBytes,
        ...(count && { rows_read: count.rowsRead, rows_written: count.rowsWritten }),
        total_attempts: attempts,
        timings: { sql_duration_ms: duration },
      };
      return { columns, rows, meta };
    },
  );
}
