import type { RecordedOperation, Seen } from '../history/index.ts';
import { listed, state } from '../history/index.ts';
import type { RegisterRecording } from './execution.ts';

/** Tells what happened, one sentence for each step. */
export function story({ operations, elapsedMs }: RegisterRecording): string[] {
  const pauses = elapsedMs
    .map((ms, step) => ({ step, ms: (elapsedMs[step + 1] ?? ms) - ms }))
    .filter(({ ms }) => ms > 0);
  const lastAnswer = Math.max(...operations.map(({ completed }) => completed));
  const acts = operations.map((operation) => ({ step: operation.invoked, sentence: act(operation) }));
  const waits = pauses
    .filter(({ step }) => step <= lastAnswer)
    .map(({ step, ms }) => {
      const answers = operations.filter(({ completed }) => completed === step);
      return { step, sentence: [`${seconds(ms)} pass.`, ...answers.map(answered)].join(' ') };
    });
  return [...acts, ...waits].sort((a, b) => a.step - b.step).map(({ sentence }) => sentence);
}

function act(operation: RecordedOperation): string {
  const { session, pop, invoked, completed } = operation;
  const request =
    operation.kind === 'read'
      ? `${session} reads ${keys(operation.seen)} in ${pop}`
      : `${session} writes ${keys(operation.effects)} in ${pop}`;
  return invoked === completed ? `${request}: ${result(operation)}.` : `${request}, and waits.`;
}

const answered = (operation: RecordedOperation): string =>
  `${operation.session} gets its answer: ${result(operation)}.`;

const keys = (items: readonly { readonly key: string }[]): string => listed(items.map(({ key }) => key));

function result(operation: RecordedOperation): string {
  if (operation.kind === 'read') return listed(operation.seen.map(observation));
  const versions = operation.effects.flatMap(({ version }) => version ?? []);
  return versions.length > 0 ? `version ${listed(versions.map(String))}` : 'no answer';
}

const observation = ({ key, version, from }: Seen): string => `${state(key, version)} (${from})`;

const seconds = (ms: number): string => `${ms / 1_000} s`;
