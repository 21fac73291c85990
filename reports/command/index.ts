/** What every command line of the project has in common. */
export { decimal, fromCaller, optionOf, programOf, readFlags, wholeNumber } from './program.ts';
export { runCommand } from './run-command.ts';
