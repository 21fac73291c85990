import { shellWord, spelledAsCalled } from '../../reports/command/index.ts';
import { systemOption } from '../result/index.ts';
import type { ExperimentChoice } from './options.ts';

/** The one command that repeats a comparison. */
export function comparisonCommand({ scenario, ...choice }: ExperimentChoice): string {
  const { virtualUsers, sizeBytes, seed, phases } = scenario;
  const hold = phases.find(({ counts }) => counts)?.seconds;
  const words = [
    `shardproof compare${systemOption(choice.systemGiven)}`,
    choice.control ? '--control' : `--neighbour ${choice.neighbour} --budget ${choice.budgetUsd}`,
    `--users ${virtualUsers} --size ${sizeBytes / 1e6}MB --hold ${hold} --seed ${seed}`,
    `--latency ${shellWord(choice.behaviourGiven)} --read-replication ${choice.behaviour.readReplication}`,
    `--pairs ${choice.pairs} --effect ${choice.effect}`,
  ];
  return spelledAsCalled(words.join(' '));
}
