import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LoadTestError } from '../errors.ts';
import { listFile } from '../k6/index.ts';
import { Scenario } from '../scenarios/index.ts';

/** One load in a folder: all that a machine needs to do its part of it, and whoever merges to judge it. No secret is in it. */
export interface PreparedLoad {
  readonly folder: string;
  /** The name of the system. */
  readonly system: string;
  readonly account: string;
  /** The URL that it leads to. */
  readonly target: string;
  readonly scenario: Scenario;
  /** Made anew for each load, so that no two have the same. */
  readonly id: string;
  /** The tags that every sample of it has. */
  readonly tags: Readonly<Record<string, string>>;
  readonly script: string;
  readonly planFile: string;
  /** Of all files: machines with the same one do the same work. */
  readonly sha256: string;
}

export const LOAD = 'load.json';
export const PLAN = 'plan.json';
export const SCRIPT = 'journey.js';
/** The list is there only where something follows no rule. */
export const LOAD_FILES: readonly string[] = [LOAD, PLAN, listFile(PLAN), SCRIPT];

/** What is not in the plan: k6 has no use for it. */
export const LoadFile = z.strictObject({
  system: z.string(),
  account: z.string(),
  target: z.string(),
  scenario: Scenario,
});

/** What is needed of a plan here. */
const Plan = z.object({
  id: z.string(),
  options: z.object({ tags: z.record(z.string(), z.string()) }),
});

/** @throws LoadTestError `load_broken` where the folder holds no load, or not the whole of one */
export function readLoad(folder: string): PreparedLoad {
  const hash = createHash('sha256');
  const texts = new Map<string, string>();
  for (const name of LOAD_FILES.filter((each) => existsSync(join(folder, each)))) {
    const text = readFileSync(join(folder, name), 'utf8');
    texts.set(name, text);
    hash.update(`${name}\0${text}\0`);
  }
  const load = LoadFile.safeParse(jsonOf(texts.get(LOAD)));
  const plan = Plan.safeParse(jsonOf(texts.get(PLAN)));
  if (!load.success) throw broken(folder, LOAD);
  if (!plan.success) throw broken(folder, PLAN);
  if (!texts.has(SCRIPT)) throw broken(folder, SCRIPT);
  return {
    folder,
    ...load.data,
    id: plan.data.id,
    tags: plan.data.options.tags,
    script: join(folder, SCRIPT),
    planFile: join(folder, PLAN),
    sha256: hash.digest('hex'),
  };
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // What is no JSON fits no schema either, and the message names the file.
    return undefined;
  }
}

const broken = (folder: string, file: string): LoadTestError =>
  new LoadTestError(
    'load_broken',
    `${folder} holds no whole load: its ${file} is missing or damaged. Name the folder that shardproof distribute has written, and copy all of it.`,
  );
