/** What reports say, in statements and tables, for every form of them. */

export { faultOutcome, modelledStatement, ROWS_STATEMENT, readReplicationStatement } from './behaviour.ts';
export { billStatements, billTable, headroomStatements } from './headroom.ts';
export { bracketStatement, limitStatements, rungTables, sustainedStatement } from './knee.ts';
export {
  askedStatements,
  connectingStatement,
  failuresShown,
  generatorStatement,
  loadStatement,
  MODEL_STATEMENT,
  measuredStatement,
  OMISSION_STATEMENT,
  phaseTable,
  popTable,
} from './load.ts';
export { sensitivityStatement, sensitivityTable } from './sensitivity.ts';
export { databaseTable, partName, partsByShare, partTable } from './service-time.ts';
export { verificationStatements } from './verification.ts';
