import type { Execution } from './execution.ts';
import { isRead, type Operation, type Seen } from './history.ts';
import { listed, state } from './phrases.ts';

/** Tells what happened, one sentence for each step. */
export function story({ operations, pauses }: Execution): string[] {
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

function act(operation: Operation): string {
  const { client, pop, invoked, completed } = operation;
  const request = isRead(operation)
    ? `${client} reads ${listed(operation.seen.map(({ key }) => key))} in ${pop}`
    : `${client} writes ${operation.key} in ${pop}`;
  return invoked === completed ? `${request}: ${result(operation)}.` : `${request}, and waits.`;
}

const answered = (operation: Operation): string =>
  `${operation.client} gets its answer: ${result(operation)}.`;

const result = (operation: Operation): string =>
  isRead(operation)
    ? listed(operation.seen.map(sight))
    : operation.version === undefined
      ? 'no answer'
      : `version ${operation.version}`;

const sight = (seen: Seen): string => `${state(seen)} (${seen.from})`;

const seconds = (ms: number): string => `${ms / 1_000} s`;
