/** The parts of a page, whatever it is a page of. */

export { signals, verification } from './evidence.ts';
export { type AnswerOfScreen, firstScreen, type Headline } from './first-screen.ts';
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
export { environmentFacts, scenarioFacts, timeFacts } from './origin.ts';
