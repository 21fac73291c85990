export { compareRows, compareSeries, compareSql, isSame, type Sides, startSides } from './compare.ts';
export { explanationOf, SQL_DIFFERENCES } from './differences.ts';
