import { z } from 'zod';
import { findCanaries, openSystemData, STANDARD, type SystemData } from '../fixtures/index.ts';
import {
  type AccountPlan,
  loadSystem,
  type Placements,
  placementsOf,
  routeTo,
  type System,
  SystemError,
  systemFlags,
} from '../reference-worker/target/index.ts';
import { fromCaller, readOptions } from '../reports/command/index.ts';
import { compileJourney, type LoadedSystem, loadedAccount } from './journey/index.ts';

/** @throws SystemError for a system that says nothing of what people do with it */
export function loaded(system: System): LoadedSystem {
  const { name, journey, objectives } = system;
  if (journey && objectives) return { ...system, journey, objectives };
  throw new SystemError(
    `the description of ${name} says nothing of ${journey ? 'objectives' : 'a journey'}, so there is nothing to load it with: ` +
      'give it a part "journey" and a part "objectives", as reference-worker/target/README.md shows.',
  );
}

/** A system with all that a load takes: what people do, what is there before them, and where. */
export interface LoadSubject {
  readonly system: LoadedSystem;
  readonly data: SystemData;
  readonly placements: Placements;
}

/** @throws SystemError, FixtureError: a sentence that says what the description lacks */
export async function subjectOf(system: System): Promise<LoadSubject> {
  const data = await openSystemData(system);
  assertBroughtIn(system, data);
  const subject = { system: loaded(system), data, placements: await placementsOf(system) };
  const plan = data.model.plan({ ...FEW, account: subject.placements.underTest });
  assertMarked(subject, plan);
  assertCompiles(subject, plan);
  return subject;
}

/** As rows where it is known how they lie in a database, and else through the Worker. @throws SystemError where that has no route for it */
function assertBroughtIn(system: System, { model }: SystemData): void {
  if (model.storage) return;
  const missing = model.resources.find((resource) => !routeTo(system, 'create', resource));
  if (missing === undefined) return;
  throw new SystemError(
    `the documents of ${system.name} cannot be brought in: describe how they lie in the database (data.storage), or a route that ` +
      `creates ${missing}.`,
  );
}

/** What the k6 script could not be made of is told before anything is seeded. */
function assertCompiles({ system, data: { model } }: LoadSubject, plan: AccountPlan): void {
  try {
    compileJourney(system, loadedAccount(plan, model, system));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SystemError(`no load can be made of the description of ${system.name}: ${why}`, { cause });
  }
}

/** What a first look at the documents takes. */
const FEW = { seed: STANDARD.seed, sizeBytes: 8e6, users: 50 };

/** Every document that people see says whose it is (rule of evidence 4): seeded without, it would be taken for a damaged one. */
function assertMarked({ system: { name, journey }, data: { model } }: LoadSubject, plan: AccountPlan): void {
  const seen = new Set([...journey.opening.steps, ...journey.steps].map(({ resource }) => resource));
  for (const resource of model.resources.filter((each) => seen.has(each))) {
    const [place] = model.placesOf(plan, resource);
    if (place && findCanaries(model.rowAt(plan, place).body).length === 0)
      throw new SystemError(
        `the documents of ${name} do not say in ${resource} whose they are, so no leak of them would be seen: let one of their ` +
          'fields be canary() or marked(...), and name it in places.canary of the journey.',
      );
  }
}

const described = (given: unknown): Promise<System> =>
  loadSystem(readOptions(z.object(systemFlags), given), fromCaller('.'));

/** The system that --system or --config names, or that is found, without its documents. @throws as `loaded` and loadSystem do */
export const chosenSystem = async (given: unknown): Promise<LoadedSystem> => loaded(await described(given));

/** The same with its documents and placements. @throws as subjectOf and loadSystem do */
export const chosenSubject = async (given: unknown): Promise<LoadSubject> =>
  subjectOf(await described(given));
