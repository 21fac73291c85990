import { POPS } from '../../reference-worker/target/index.ts';
import {
  CHANGE_KINDS,
  type Change,
  CONDITIONS,
  KEYS,
  PROGRAM_MODES,
  type Program,
  READ_FAULTS,
  READ_FORMS,
  SESSIONS,
  type Step,
  WRITE_FAULTS,
} from './program.ts';

/**
 * Reads a program: `faulty: A put x@seen in EDI; wait 1000; A put x + patch y !reply-lost; B read all`. `+` joins what
 * one batch changes, `@` names the condition of a change, `head`, `if-changed`, `pages` and `join` stand for `read`, `!` the fault that a request meets. Unless told otherwise a
 * request enters in LHR.
 *
 * @throws Error for a word that is none of these
 */
export function parseProgram(text: string): Program {
  const [mode = '', steps = ''] = text.split(': ');
  return { mode: oneOf(PROGRAM_MODES, mode), steps: steps.split('; ').map(stepOf) };
}

function stepOf(text: string): Step {
  const wait = /^wait (\d+)$/.exec(text)?.[1];
  if (wait !== undefined) return { kind: 'wait', ms: Number(wait) };
  const [, session = '', what = '', pop = 'LHR', fault = 'none'] =
    /^(\w) (.+?)(?: in (\w+))?(?: !([\w-]+))?$/.exec(text) ?? [];
  const request = { session: oneOf(SESSIONS, session), pop: oneOf(POPS, pop) };
  const [, verb = '', read] = /^(read|head|if-changed|pages|join) (\w+)$/.exec(what) ?? [];
  return read === undefined
    ? {
        kind: 'write',
        ...request,
        changes: what.split(' + ').map(changeOf),
        fault: oneOf(['none', ...WRITE_FAULTS], fault),
      }
    : {
        kind: 'read',
        ...request,
        of: oneOf([...KEYS, 'all'], read),
        how: verb === 'read' ? 'plain' : oneOf(READ_FORMS, verb),
        fault: oneOf(['none', ...READ_FAULTS], fault),
      };
}

function changeOf(text: string): Change {
  const [, kind = '', key = '', condition = 'none'] = /^(\w+) (\w)(?:@(\w+))?$/.exec(text) ?? [];
  return { kind: oneOf(CHANGE_KINDS, kind), key: oneOf(KEYS, key), condition: oneOf(CONDITIONS, condition) };
}

function oneOf<Word extends string>(words: readonly Word[], text: string): Word {
  const word = words.find((each) => each === text);
  if (word === undefined) throw new Error(`${JSON.stringify(text)} is none of ${words.join(', ')}`);
  return word;
}
