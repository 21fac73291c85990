import { system as sharedShards } from '../reference-worker/shared-shards/system.ts';
import type { System } from '../reference-worker/target/index.ts';
import type { LoadedSystem } from './journey/index.ts';

/** @throws Error for a system that says nothing of what people do with it */
export function loaded(system: System): LoadedSystem {
  const { name, journey, objectives } = system;
  if (!journey || !objectives)
    throw new Error(
      `bad_system: ${name} describes no journey, or no objectives: there is nothing to load it with.`,
    );
  return { ...system, journey, objectives };
}

/** The system whose people make the load. */
export const system = loaded(sharedShards);
