import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { formatSize, MAX_SIZE_BYTES, MIN_SIZE_BYTES, parseSize } from '../../fixtures/index.ts';
import { fromCaller } from '../../reports/command/index.ts';
import { LoadTestError } from '../errors.ts';
import { lineOf } from './line-of.ts';

/** What `measured` says instead of a tenant: every tenant of the file. */
export const ALL_TENANTS = 'all';
/** An account that came in ten years (A5), and goes on as it did. */
const GROWTH_SHARE = 1 / 10;

const Name = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
  error: 'a name is a DNS label: lower-case letters, digits and inner hyphens',
});
/** A database may also be called as its binding is. */
const ShardName = z.string().regex(/^[A-Za-z0-9](?:[\w-]{0,61}[A-Za-z0-9])?$/, {
  error: 'a shard is named in letters, digits and inner hyphens',
});
const Time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: 'a time of day is written as 09:00' });
const Size = z
  .string()
  .regex(/^(?=.*[1-9])\d+(?:\.\d+)? ?(?:KB|MB|GB)$/, { error: 'a size is written as 6.5GB or 800MB' })
  .transform(parseSize);
const Share = z.number().min(0).max(1);

const Tenant = z
  .strictObject({
    name: z.string().min(1).describe('What people call it, as in "Northwind".'),
    size: Size.refine((bytes) => bytes >= MIN_SIZE_BYTES && bytes <= MAX_SIZE_BYTES, {
      error: `a size is from ${formatSize(MIN_SIZE_BYTES)} to ${formatSize(MAX_SIZE_BYTES)}, the most that a D1 database holds`,
    }).describe('What it holds now, as in "6.5GB".'),
    growsPerYear: z
      .union([z.literal('none'), Size])
      .optional()
      .describe(
        'What comes to it in a year, as in "650MB", or "none"; a tenth of its size unless told otherwise.',
      ),
    users: z.int().min(1).max(1_000_000).describe('The people who work with it.'),
    shard: ShardName.describe('Where it is.'),
    day: z
      .record(Time, Share)
      .refine((day) => Object.keys(day).length >= 2, { error: 'a day has two times at least, its ends' })
      .optional()
      .describe(
        'Its hours and its peak: which share of its users is at work when, as in {"08:00": 0, "09:00": 1, "17:30": 0}. In ' +
          'between it moves in a straight line; before the first time and after the last nobody is at work. A day in the ' +
          'office from 08:00 to 17:30 unless told otherwise.',
      ),
  })
  .transform(({ size, growsPerYear = size * GROWTH_SHARE, ...tenant }) => ({
    ...tenant,
    sizeBytes: size,
    growthBytesPerYear: growsPerYear === 'none' ? 0 : growsPerYear,
  }));
/** A tenant as the file has it, with sizes in bytes. */
export type Tenant = z.infer<typeof Tenant>;

/** Which tenants there are, how large they are, and where: what --tenants reads. */
export const TenantsFile = z
  .strictObject({
    $schema: z.string().optional(),
    deployments: z
      .record(Name, z.array(ShardName).min(1))
      .describe('Each Worker that is deployed, by name, with the shards that it is bound to.'),
    tenants: z.record(Name, Tenant).describe('By the id of the account.'),
    measured: Name.describe('Whose capacity is asked for: the id of a tenant, or "all".'),
  })
  .superRefine(({ deployments, tenants, measured }, context) => {
    const refuse = (path: PropertyKey[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    const shards = new Map<string, string>();
    for (const [deployment, bound] of Object.entries(deployments))
      for (const [at, shard] of bound.entries()) {
        const other = shards.get(shard);
        if (other !== undefined)
          refuse(['deployments', deployment, at], `${shard} is bound to ${other}, too`);
        shards.set(shard, deployment);
      }
    for (const [id, { shard }] of Object.entries(tenants))
      if (!shards.has(shard))
        refuse(
          ['tenants', id, 'shard'],
          `no deployment is bound to ${shard}; the shards are ${[...shards.keys()].join(', ')}`,
        );
    if (Object.keys(tenants).length === 0) refuse(['tenants'], 'there is no tenant');
    else if (measured !== ALL_TENANTS && !tenants[measured])
      refuse(
        ['measured'],
        `there is no tenant ${measured}; choose ${[...Object.keys(tenants).slice(0, 20), ALL_TENANTS].join(', ')}`,
      );
  });
export type TenantsFile = z.infer<typeof TenantsFile>;

/** What editors check such a file against: `$schema` of a file leads to where it is published. */
export const tenantsSchema = (): object => z.toJSONSchema(TenantsFile, { io: 'input' });

/** @throws LoadTestError `bad_tenants` that names the line and the path of the first mistake */
export function readTenantsFile(file: string): TenantsFile {
  const refused = (line: number | undefined, why: string): LoadTestError =>
    new LoadTestError(
      'bad_tenants',
      `${file}${line === undefined ? '' : `, line ${line}`}: ${why}. loadtest/README.md shows a tenants file.`,
    );
  let text: string;
  let json: unknown;
  try {
    text = readFileSync(fromCaller(file), 'utf8');
  } catch (error) {
    throw refused(undefined, error instanceof Error ? error.message : String(error));
  }
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refused(undefined, error instanceof Error ? error.message : String(error));
  }
  const read = TenantsFile.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = issue?.path ?? [];
  throw refused(lineOf(text, path), `${path.join('.') || 'the file'}: ${messageOf(issue)}`);
}

/** Messages of our own may end with a full stop, zod's do not. */
function messageOf(issue: z.core.$ZodIssue | undefined): string {
  // The words of a key that is wrong are in the issues within.
  const [inner] = issue?.code === 'invalid_key' ? issue.issues : [];
  return (inner ?? issue)?.message.replace(/\.$/, '') ?? 'not valid';
}
