import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSystem } from '../target/index.ts';
import { templateOf } from './deployment.ts';
import { eraseTenant, type Fleet, folderOf } from './lifecycle.ts';
import { FleetRecord } from './record.ts';

const MARK = 'what-only-oak-has-ever-stored';

let folder: string;
let fleet: Fleet;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'));
  const template = await templateOf(await loadSystem({ system: 'single-tenant' }, '.'));
  const record = new FleetRecord(folder);
  fleet = { record, template, signal: new AbortController().signal, tell: () => undefined };
  for (const slug of ['oak', 'ash']) {
    record.tenants[slug] = {
      state: 'ready',
      where: 'here',
      former: [],
      databases: { DB: `database-of-${slug}` },
      version: '',
      backups: [],
    };
    mkdirSync(folderOf(fleet, slug).folder, { recursive: true });
  }
  record.save();
  writeFileSync(join(folderOf(fleet, 'oak').folder, 'stored'), MARK);
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what is left of an erased tenant is named, and its erasure goes on when that is gone', async () => {
  writeFileSync(join(folder, 'cache'), `someone kept ${MARK}`);

  await expect(eraseTenant(fleet, 'oak')).rejects.toThrow(/something_left.*cache/);
  await expect(eraseTenant(fleet, 'oak')).rejects.toThrow('something_left');
  expect(new FleetRecord(folder).tenants.oak?.state).toBe('erasing');
  rmSync(join(folder, 'cache'));
  await eraseTenant(fleet, 'oak');
  expect(Object.keys(new FleetRecord(folder).tenants)).toEqual(['ash']);
  expect([existsSync(folderOf(fleet, 'oak').folder), existsSync(folderOf(fleet, 'ash').folder)]).toEqual([
    false,
    true,
  ]);
});

test('what another tenant holds too is nothing that was left', async () => {
  writeFileSync(join(folderOf(fleet, 'ash').folder, 'stored'), MARK);

  expect(await eraseTenant(fleet, 'oak')).toBe(1);
});
