export { D1Database, type D1Reply } from './database.ts';
export { type Exported, exportSql } from './export.ts';
export { EXPORT_PATH } from './http.ts';
export { importSql, statementsIn } from './import.ts';

export type { Query, WireValue } from './protocol.ts';
export { nearestInstance } from './route.ts';
export { ServiceQueue } from './service-queue.ts';
export { splitStatements } from './sql.ts';
export { threadPart } from './thread-protocol.ts';
