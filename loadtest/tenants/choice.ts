import type { Placements } from '../../reference-worker/target/index.ts';
import { badOption } from '../../reports/command/index.ts';
import { isLadder, type Scenario } from '../scenarios/index.ts';
import {
  type Move,
  moveOf,
  type PlacedTenant,
  type PlacedTenants,
  placedTenants,
  withMoves,
} from './placed.ts';
import { readTenantsFile } from './tenants-file.ts';

/** What --tenants and --what-if ask for. */
export interface TenantsChoice extends PlacedTenants {
  /** As given, for the command that repeats the run. */
  readonly file: string;
  readonly moves: readonly Move[];
}

/**
 * Reads what --tenants and --what-if were given.
 *
 * @throws LoadTestError `bad_tenants`; CommandError `bad_option`
 */
export function chosenTenants(file: string, moves: readonly string[], placements: Placements): TenantsChoice {
  const read = readTenantsFile(file);
  const moved = moves.map((move) => moveOf(move, read));
  return { file, moves: moved, ...placedTenants(withMoves(read, moved), placements) };
}

/**
 * The scenario of one tenant: as many users as it has at work, and its size.
 *
 * @throws CommandError `bad_option` for a ladder, and for an open model: the file says how many are at work
 */
export function scenarioOfTenant(scenario: Scenario, { atWork, sizeBytes }: PlacedTenant): Scenario {
  if (isLadder(scenario) || scenario.model === 'open')
    throw badOption(
      'scenario',
      `${scenario.name} sets its own load, and the tenants file says who is at work; choose steady, office-day, spike, soak or smoke`,
    );
  return { ...scenario, virtualUsers: atWork, sizeBytes };
}
