export { D1Database, type D1Reply } from './database.ts';
export { type Exported, exportSql } from './export.ts';
export { EXPORT_PATH } from './http.ts';
export { importSql, statementsIn } from './import.ts';

export { OPERATION_HEADER, type Query, type WireValue } from './protocol.ts';
export { nearestInstance } from './route.ts';
export type { CountedRequest, RequestCount, StatementCount } from './row-count.ts';
export { ServiceQueue } from './service-queue.ts';
export { splitStatements } from './sql.ts';
export type { StatementSample, StatementUse } from './statement-log.ts';
export { type DatabasePart, threadPart } from './thread-protocol.ts';
