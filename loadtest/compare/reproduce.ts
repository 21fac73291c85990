import { shellWord, spelledAsCalled } from '../../reports/command/index.ts';
import { systemOption } from '../result/index.ts';
import type { ExperimentChoice } from './options.ts';

/** The one command that repeats a comparison. */
export function comparisonCommand(choice: ExperimentChoice): string {
  const { virtualUsers, sizeBytes, seed, phases } = choice.scenario;
  const hold = phases.find(({ counts }) => counts)?.seconds;
  const words = [
    `shardproof compare${systemOption(choice.systemGiven)}`,
    whatOf(choice),
    `--users ${virtualUsers} --size ${sizeBytes / 1e6}MB --hold ${hold} --seed ${seed}`,
    `--latency ${shellWord(choice.behaviourGiven)} --read-replication ${choice.behaviour.readReplication}`,
    `--pairs ${choice.pairs} --effect ${choice.effect}`,
  ];
  return spelledAsCalled(words.join(' '));
}

function whatOf({ control, entry, neighbour, budgetUsd }: ExperimentChoice): string {
  if (control) return '--control';
  return entry === undefined
    ? `--neighbour ${neighbour} --budget ${budgetUsd}`
    : `--entry ${shellWord(entry)}`;
}
