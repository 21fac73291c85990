import type { Behaviour, FaultReport } from '../../reference-worker/target/index.ts';
import type { PlannedFault } from '../../reports/schema/index.ts';
import type { Facts } from './evidence.ts';

/** What became of each fault of the plan. */
export function outcomesOf(
  { faults }: Behaviour,
  reports: readonly FaultReport[] | undefined,
): PlannedFault[] {
  return faults.map(({ id, kind, ...parameters }) => {
    const report = reports?.find((each) => each.id === id);
    const { count = null, firings = [] } = report ?? {};
    return { id, kind, parameters: given(parameters), count, firings: [...firings] };
  });
}

/** What the plan leaves open has no value, and no place in a result. */
const given = (parameters: Record<string, string | number | undefined>): PlannedFault['parameters'] =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/** Whether every planned fault fired; nothing to ask in a run that planned none. */
export function plannedFaultsFired(outcomes: readonly PlannedFault[]): Facts[] {
  if (outcomes.length === 0) return [];
  const idle = outcomes.filter(({ count }) => count === 0).map(({ id }) => id);
  const areKnown = outcomes.every(({ count }) => count !== null);
  const title = 'Planned faults that never fired';
  return [
    {
      id: 'planned-faults-fired',
      title: idle.length === 0 ? title : `${title} (${idle.join(', ')})`,
      kind: 'validity',
      observed: areKnown ? idle.length : Number.NaN,
      bound: 0,
      comparison: 'at most',
      unit: 'faults',
      onBreach: 'INCONCLUSIVE',
      why: 'A fault that never fired proves nothing about how the target survives it.',
    },
  ];
}
