import type { ExperimentChoice } from './options.ts';

/** The one command that repeats a comparison. */
export function commandFor({ scenario, ...choice }: ExperimentChoice): string {
  const { virtualUsers, sizeBytes, seed, phases } = scenario;
  const hold = phases.find(({ counts }) => counts)?.seconds;
  return [
    'npm run compare --',
    choice.control ? '--control' : `--neighbour ${choice.neighbour} --budget ${choice.budgetUsd}`,
    `--users ${virtualUsers} --size ${sizeBytes / 1e6}MB --hold ${hold} --seed ${seed}`,
    `--plane ${shellWord(choice.planeGiven)} --pairs ${choice.pairs}`,
  ].join(' ');
}

/** As a shell reads it back: in quotes when it holds anything that a shell could take for itself. */
const shellWord = (word: string): string =>
  /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
