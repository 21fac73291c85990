import { etagOf, type Row } from './documents.ts';
import { Refusal } from './refusals.ts';
import { hasVersion, IS_NOT_THERE, IS_THERE } from './statements.ts';
import type { Switches } from './switches.ts';

/** If-Match and If-None-Match, from headers or from a write of a batch. */
export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

const LIST = /^\s*(?:W\/)?"[^"]*"\s*(?:,\s*(?:W\/)?"[^"]*"\s*)*$/;

/** The entity tags of a list, weak ones with `W/` (RFC 9110, section 8.8.3). @throws Refusal for what is no such list */
function tagsIn(value: string): readonly string[] {
  if (!LIST.test(value)) throw new Refusal('bad_condition');
  return value.match(/(?:W\/)?"[^"]*"/g) ?? [];
}

/** Whether a read goes on: compared strongly, so that no weak tag is ever matched (RFC 9110, section 13.1.1). */
export function isMatched({ ifMatch }: Conditions, row: Row, tags: Switches['tags']): boolean {
  if (ifMatch === undefined || ifMatch.trim() === '*') return true;
  return tagsIn(ifMatch).includes(etagOf(row)) && tags === 'strong';
}

/** Whether the reader has it already: compared weakly (section 13.1.2). */
export function isFresh({ ifNoneMatch }: Conditions, row: Row): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return tagsIn(ifNoneMatch).some((tag) => tag.replace(/^W\//, '') === etagOf(row));
}

/** What a write demands of the row. @throws Refusal for what is no list of entity tags */
export function demandsOf({ ifMatch, ifNoneMatch }: Conditions, tags: Switches['tags']): string[] {
  const versions = (list: readonly string[]): number[] =>
    list.flatMap((tag) => /^"v(\d{1,15})"$/.exec(tag)?.slice(1).map(Number) ?? []);
  const match = (value: string): string =>
    value.trim() === '*' ? IS_THERE : hasVersion(tags === 'strong' ? versions(tagsIn(value)) : []);
  const noneMatch = (value: string): string =>
    value.trim() === '*'
      ? IS_NOT_THERE
      : `NOT ${hasVersion(versions(tagsIn(value).map((tag) => tag.replace(/^W\//, ''))))}`;
  return [
    ...(ifMatch === undefined ? [] : [match(ifMatch)]),
    ...(ifNoneMatch === undefined ? [] : [noneMatch(ifNoneMatch)]),
  ];
}
