/** The parts of a page, whatever it is a page of. */
export { type Answer, firstScreen, type Headline } from './first-screen.ts';
export {
  type Column,
  type Fact,
  facts,
  type Html,
  lines,
  page,
  type Section,
  status,
  table,
  textTable,
} from './layout.ts';
