/** What every verb of the command has in common. */
export { badOption, CommandError, type Ending, errorsOf, exitCodeOf, hasCode } from './errors/index.ts';
export { interruption } from './interruption.ts';
export { badField, decimal, fromCaller, readOptions, wholeNumber } from './options.ts';
export { type Progress, startProgress, timeLeft } from './progress.ts';
export { shellQuoted, shellWord } from './shell-word.ts';
export {
  type Invocation,
  type Leaving,
  runVerb,
  spelledAsCalled,
  type Verb,
  type VerbOfParts,
} from './verb.ts';
export { IS_INSTALLED, WORKSPACE } from './workspace.ts';
