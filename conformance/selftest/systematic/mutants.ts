import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { structuredPatch } from 'diff';
import type { Node } from 'oxc-parser';
import { OPERATORS } from './operators.ts';
import { isTelling, type SourceEdit, syntaxPlacesIn } from './syntax.ts';

/** A Worker that a machine has made wrong, at one place and in one way. */
export interface Mutant {
  /** File, function, operator and a count, as in `statements.ts#listDocuments/sql/3`: as long as that function stays. */
  readonly id: string;
  readonly file: string;
  readonly operator: string;
  /** Where the change begins; the first line is 1. */
  readonly line: number;
  readonly edit: SourceEdit;
  /** The whole file, changed. */
  readonly text: string;
  /** The changed lines alone, as `- before + after`: what a list of equivalents holds against it. */
  readonly change: string;
  /** The change, with one line before it and one after it. */
  readonly diff: string;
}

/** Every mutant of the TypeScript sources below a folder, in the order of files and lines. */
export function mutantsOf(folder: string): readonly Mutant[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .toSorted()
    .flatMap((file) => mutantsIn(file, readFileSync(join(folder, file), 'utf8')));
}

/** The mutants of one source. */
export function mutantsIn(file: string, source: string): readonly Mutant[] {
  const seen = new Set<string>([source]);
  const counts = new Map<string, number>();
  const places = syntaxPlacesIn(file, source);
  const tellings = places.filter(({ node, textOf }) => isTelling(node, textOf(node)));
  return places
    .filter(({ node }) => !tellings.some((telling) => isWithin(node, telling.node)))
    .flatMap((place) =>
      Object.entries(OPERATORS).flatMap(([operator, edits]) =>
        edits(place).map((edit) => ({ operator, edit, scope: place.scope })),
      ),
    )
    .toSorted((a, b) => a.edit.start - b.edit.start)
    .flatMap(({ operator, edit, scope }) => {
      const text = edited(source, edit);
      if (seen.has(text)) return [];
      seen.add(text);
      const name = `${file}#${scope}/${operator}`;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return [mutant({ id: `${name}/${count}`, file, operator, edit, text }, source)];
    });
}

const isWithin = (inner: Node, outer: Node): boolean => outer.start <= inner.start && inner.end <= outer.end;

function mutant(what: Pick<Mutant, 'id' | 'file' | 'operator' | 'edit' | 'text'>, source: string): Mutant {
  const { hunks } = structuredPatch(what.file, what.file, source, what.text, '', '', { context: 1 });
  const lines = hunks.flatMap((hunk) => hunk.lines);
  return {
    ...what,
    line: source.slice(0, what.edit.start).split('\n').length,
    change: lines
      .filter((line) => !line.startsWith(' '))
      .map((line) => `${line[0]} ${line.slice(1).trim()}`)
      .join(' '),
    diff: lines.join('\n'),
  };
}

const edited = (source: string, { start, end, text }: SourceEdit): string =>
  source.slice(0, start) + text + source.slice(end);
