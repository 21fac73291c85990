import {
  type ChangeStep,
  type DocumentStep,
  isChangeStep,
  type JourneyStep,
  looksForWritten,
} from '../../reference-worker/target/index.ts';
import type { Expected } from '../k6/index.ts';
import { pathsOf } from '../k6/index.ts';
import { type Choices, hasVersions, type LoadedSystem, operationOf } from './requests.ts';

/** What is known of a right answer, the account apart. */
export type ExpectedOfStep = Expected extends infer Each
  ? Each extends Expected
    ? Omit<Each, 'account'>
    : never
  : never;

/**
 * What a right answer to a step looks like.
 *
 * @param before the step in front of it
 * @param choices texts that may stand for what only the k6 script will know; so do those of the result then
 */
export function expectedOf(
  system: LoadedSystem,
  step: DocumentStep,
  before: JourneyStep | undefined,
  choices: Choices,
): ExpectedOfStep {
  const { resource } = step;
  const paths = pathsOfResource(system, resource);
  const kind = {
    resource,
    ...(!hasVersions(system) && { unversioned: true as const }),
    ...(system.resources[resource]?.ids === 'server' && { serverIds: true as const }),
  };
  switch (step.does) {
    case 'read': {
      const id = step.which === 'own' ? choices.user : choices.opened;
      const asked = { shape: 'document', ...kind, id } as const;
      if (!looksForWritten(step)) return { ...asked, select: paths.document(markToCome(system, step)) };
      const mark = before && isChangeStep(before) ? before.mark : undefined;
      return { ...asked, select: paths.document(mark), written: writtenBy(system, before, choices) };
    }
    case 'list': {
      const filter = filterOf(system, step, choices);
      return {
        ...{ shape: 'list', ...kind, limit: step.limit, select: paths.items(filter?.field) },
        ...(filter && { filter }),
        ...(step.shows && keepsSessions(system) && { mustShow: choices.created }),
      };
    }
    case 'join': {
      const filter = filterOf(system, step, choices);
      const parent = system.resources[resource]?.parent?.resource ?? '';
      const { mention } = pathsOfResource(system, parent);
      return {
        ...{ shape: 'join', ...kind, select: paths.items(filter?.field), id: choices.opened, parent },
        ...(filter && { filter }),
        ...(mention !== undefined && { mention }),
        ...(system.resources[parent]?.ids === 'server' && { parentServerIds: true as const }),
      };
    }
    default:
      return answerToWrite(system, step, kind, choices);
  }
}

function answerToWrite(
  system: LoadedSystem,
  step: ChangeStep | Extract<JourneyStep, { readonly does: 'create' }>,
  kind: { readonly resource: string; readonly serverIds?: true; readonly unversioned?: true },
  choices: Choices,
): ExpectedOfStep {
  const paths = pathsOfResource(system, kind.resource);
  const { write } = system.journey.places;
  if (write === 'nothing') return { shape: 'any' };
  const id = isChangeStep(step) ? choices.opened : choices.created;
  // What the server calls it, the answer tells.
  const named = step.does === 'create' && kind.serverIds ? {} : { id };
  const version = isChangeStep(step) ? choices.version.next : 1;
  if (write === 'receipt')
    return {
      ...{ shape: 'receipt', ...kind, ...named, select: paths.receipt },
      ...(!kind.unversioned && { version: version as number }),
    };
  return { shape: 'document', ...kind, ...named, select: paths.document() };
}

function pathsOfResource({ journey: { places } }: LoadedSystem, resource: string) {
  const { canary } = places;
  return pathsOf({ ...places, canary: typeof canary === 'string' ? canary : (canary[resource] ?? '') });
}

const keepsSessions = ({ promises }: LoadedSystem): boolean => promises.includes('sessions');

/** What must be found again. Where there are no versions, what was there before it may not be. */
function writtenBy(system: LoadedSystem, before: JourneyStep | undefined, choices: Choices) {
  const mustExist = keepsSessions(system);
  if (!before || !isChangeStep(before)) return { mustExist };
  return hasVersions(system)
    ? { mustExist, version: choices.version.next as unknown as number, value: choices.mark }
    : { mustExist, value: choices.mark, ...(mustExist && { before: choices.before }) };
}

/** The field by which a change of this document will be known, where there are no versions. */
function markToCome(
  system: LoadedSystem,
  { resource, ...step }: DocumentStep & { readonly does: 'read' },
): string | undefined {
  if (hasVersions(system) || step.which !== 'drawn') return undefined;
  const changes = system.journey.steps.filter(isChangeStep);
  return changes.find((each) => each.resource === resource)?.mark;
}

/** The filter of the request, or of a join, which documents of the answer must match. */
function filterOf(system: LoadedSystem, step: DocumentStep, choices: Choices) {
  const asked = operationOf(
    system,
    step.does === 'join' ? { ...step, does: 'list', limit: 1 } : step,
    choices,
  );
  if (asked.kind !== 'list' || !asked.filter) return undefined;
  const { filter } = asked;
  const { field } = filter;
  return 'is' in filter
    ? { field, match: 'equal' as const, value: filter.is }
    : { field, match: 'prefix' as const, value: filter.prefix };
}
