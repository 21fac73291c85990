import { expect, test } from 'vitest';
import { latencyProfiles } from '../local/index.ts';
import { objectives } from './objectives.ts';

test('a reason that names the way to the database has the numbers of the profile, and no others', () => {
  const { d1 } = latencyProfiles['uk-eu'];
  const { 'open-client': read, 'edit-client': write } = objectives.operations;

  for (const why of [read?.why, write?.why])
    for (const pop of ['LHR', 'MAN', 'EDI'] as const) expect(why).toContain(`${d1.roundTripMs[pop].WEUR}`);
  expect(write?.why).not.toContain('40 ms');
});
