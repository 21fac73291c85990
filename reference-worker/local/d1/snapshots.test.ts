import { join } from 'node:path';
import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/index.ts';
import { FaultInjector } from '../faults/index.ts';
import { withD1 } from '../testing/d1-client.ts';
import { freshFolder } from '../testing/fresh-folder.ts';
import { planRequest } from './plan-queries.ts';
import { Primary } from './primary.ts';
import { Replication } from './replication.ts';
import { Snapshots } from './snapshots.ts';

test('a state that SQLite has let go is not made up: the replica shows the newest from then on', () => {
  const clock = new VirtualClock();
  const file = join(freshFolder(), 'test.sqlite');
  const primary = new Primary({ file, clock, limitBytes: 1e9 });
  const faults = new FaultInjector(clock, 1, 'test');
  const profile = withD1({ replicaLagMs: 1_000 }).d1;
  const replication = new Replication({ database: 'test', file, profile, seed: 1, clock, faults });
  const run = (sql: string) => {
    replication.beforeWrite();
    replication.committed(primary.run(planRequest([{ sql }]).queries));
  };
  const [select] = planRequest([
    { sql: "SELECT count(*) FROM sqlite_schema WHERE name IN ('first', 'second')" },
  ]).queries;
  const tables = () => select && replication.snapshotOf('WEUR').execute(select).rows[0];
  run('CREATE TABLE first (a)');
  expect(tables()).toEqual([0]);

  // As after an error of the disk; both regions show the same state.
  replication.snapshotOf('WEUR').control('ROLLBACK');

  expect(tables()).toEqual([1]);
  expect([replication.positionOf('WEUR'), replication.positionOf('EEUR')]).toEqual([1, 1]);
  run('CREATE TABLE second (a)');
  expect(tables()).toEqual([1]);
});

test('a snapshot that is given back is used again', () => {
  const clock = new VirtualClock();
  const file = join(freshFolder(), 'test.sqlite');
  const primary = new Primary({ file, clock, limitBytes: 1e9 });
  const snapshots = new Snapshots(file, clock);
  const [first, second] = [snapshots.hold(0), snapshots.hold(0)];

  snapshots.release(first);

  expect(snapshots.hold(1)).toBe(first);
  expect(second).not.toBe(first);
  expect([first.isTransaction, second.isTransaction]).toEqual([true, true]);
  snapshots.close();
  primary.close();
});
