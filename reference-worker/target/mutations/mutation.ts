import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { parsePatch, type StructuredPatch } from 'diff';
import { z } from 'zod';
import { CommandError } from '../../../reports/command/errors/index.ts';

/** A defect on purpose: a patch that makes a right Worker wrong, and who must notice. */
export interface WorkerMutation {
  /** As in `isolation/cursor-unsigned`: where its file is, below the folder of the mutations. */
  readonly id: string;
  /** What is wrong with this Worker, as a sentence. */
  readonly title: string;
  /** The real incident, issue or guideline that it stands for, where there is one, and where that can be read. */
  readonly incident?: string | undefined;
  readonly source?: string | undefined;
  /** The conformance check that must catch it. */
  readonly check?: string | undefined;
  /** The signal of a load run that must turn red. */
  readonly signal?: string | undefined;
  readonly patches: readonly StructuredPatch[];
}

/** Where the source of a Worker is. */
export interface WorkerSource {
  readonly folder: string;
  /** The file in it that exports the Worker. */
  readonly entry: string;
}

/** The mutations of a system, and the Worker that they change. */
export interface SystemMutations {
  /** Holds the .diff files, in folders by area. */
  readonly folder: string;
  readonly worker: WorkerSource;
}

/** What of the description of a system is asked for here. */
export interface Mutable {
  readonly name: string;
  readonly mutations?: SystemMutations | undefined;
}

/** @throws MutationError for a system that names none */
export function mutationsOf({ name, mutations }: Mutable): SystemMutations {
  if (mutations) return mutations;
  throw new MutationError(`The system ${name} has no mutations: name their folder in its description.`);
}

/** A mutation that cannot be read or applied: the file, what is wrong with it, and what to do. */
export class MutationError extends CommandError<'bad_mutation'> {
  constructor(sentences: string, options?: ErrorOptions) {
    super('bad_mutation', 'refused', sentences, options);
    this.name = 'MutationError';
  }
}

const FrontMatter = z
  .strictObject({
    title: z.string().regex(/\.$/, 'must be a sentence'),
    incident: z.string().optional(),
    source: z.string().optional(),
    check: z.string().optional(),
    signal: z.string().optional(),
  })
  .refine(({ check, signal }) => (check === undefined) !== (signal === undefined), {
    message: 'names either the check or the signal that must notice',
  })
  .refine(({ incident, source }) => (incident === undefined) === (source === undefined), {
    message: 'an incident needs its source, and a source its incident',
  });

/**
 * The mutations of a system: every .diff file below its folder, in the order of their ids.
 *
 * @throws MutationError for a file that is not one, and for a system that has none
 */
export function readMutations(system: Mutable): readonly WorkerMutation[] {
  const { folder } = mutationsOf(system);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.diff'))
    .toSorted()
    .map((file) => {
      const id = file.slice(0, -'.diff'.length).replaceAll(sep, '/');
      return parseMutation(id, readFileSync(join(folder, file), 'utf8'));
    });
}

/**
 * Reads lines of `name: value`, an empty line and a unified diff, which `git apply` can read too.
 *
 * @throws MutationError
 */
export function parseMutation(id: string, text: string): WorkerMutation {
  const end = text.indexOf('\n\n');
  if (end < 0)
    throw new MutationError(`${id}.diff: there is no empty line between its front matter and its diff`);
  const fields = text
    .slice(0, end)
    .split('\n')
    .map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)] as const;
    });
  const frontMatter = FrontMatter.safeParse(Object.fromEntries(fields));
  if (!frontMatter.success)
    throw new MutationError(`${id}.diff: its front matter is wrong: ${z.prettifyError(frontMatter.error)}`);
  const patches = patchesOf(id, text.slice(end + 2));
  return { id, ...frontMatter.data, patches };
}

function patchesOf(id: string, diff: string): StructuredPatch[] {
  const patches = read(id, diff);
  if (!patches.some(({ hunks }) => hunks.length > 0))
    throw new MutationError(`${id}.diff: there is no unified diff after its front matter`);
  return patches;
}

function read(id: string, diff: string): StructuredPatch[] {
  try {
    return parsePatch(diff);
  } catch (cause) {
    throw new MutationError(`${id}.diff: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
