import { POPS } from '../../reference-worker/local/index.ts';
import {
  CHANGE_KINDS,
  type Change,
  CONDITIONS,
  KEYS,
  type Program,
  READ_MISHAPS,
  SESSIONS,
  type Step,
  WEATHERS,
  WRITE_MISHAPS,
} from './program.ts';

/**
 * Reads a program: `storm: A put x@seen in EDI; wait 1000; A put x + patch y !reply-lost; B read all`. `+` joins what
 * one batch changes, `@` names the condition of a change, `!` the mishap that a request meets. Unless told otherwise a
 * request enters in LHR.
 *
 * @throws Error for a word that is none of these
 */
export function programOf(text: string): Program {
  const [weather = '', steps = ''] = text.split(': ');
  return { weather: oneOf(WEATHERS, weather), steps: steps.split('; ').map(stepOf) };
}

function stepOf(text: string): Step {
  const wait = /^wait (\d+)$/.exec(text)?.[1];
  if (wait !== undefined) return { kind: 'wait', ms: Number(wait) };
  const [, session = '', what = '', pop = 'LHR', mishap = 'none'] =
    /^(\w) (.+?)(?: in (\w+))?(?: !([\w-]+))?$/.exec(text) ?? [];
  const request = { session: oneOf(SESSIONS, session), pop: oneOf(POPS, pop) };
  const read = /^read (\w+)$/.exec(what)?.[1];
  return read === undefined
    ? {
        kind: 'write',
        ...request,
        changes: what.split(' + ').map(changeOf),
        mishap: oneOf(['none', ...WRITE_MISHAPS], mishap),
      }
    : {
        kind: 'read',
        ...request,
        of: oneOf([...KEYS, 'all'], read),
        mishap: oneOf(['none', ...READ_MISHAPS], mishap),
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
