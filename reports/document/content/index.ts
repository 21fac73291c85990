/** What reports of several kinds say, in statements, tables and whole sections. */

export { isolation, isolationStatements, signals } from './evidence.ts';
export { billStatements, billTable, headroomStatements, operationBillTable } from './headroom.ts';
export { environmentBlock, MODEL_STATEMENT, readReplicationStatement, scenarioBlocks } from './origin.ts';
export { databasesBlocks, databaseTable, partName, partsBlocks, partTable } from './service-time.ts';
