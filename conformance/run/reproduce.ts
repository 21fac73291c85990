import { shellWord, spelledAsCalled } from '../../reports/command/index.ts';
import type { ConformanceOptions } from './options.ts';

/**
 * The one command that repeats a run.
 *
 * @param only the checks or areas to repeat; none: all
 * @param replay options that lead straight to a witness
 */
export function reproduceCommand(
  options: Pick<
    ConformanceOptions,
    'seed' | 'effort' | 'path' | 'system' | 'config' | 'entry' | 'mutation' | 'target' | 'tokens'
  > & { readonly leaveDocuments?: boolean },
  only: readonly string[],
  replay?: string,
): string {
  const { seed, effort, path, system, config, entry, mutation, target, tokens, leaveDocuments } = options;
  const given = { system, config, entry, mutation, target, tokens };
  const words = [
    'shardproof conformance',
    ...only.map((name) => `--only ${name}`),
    `--seed ${seed}`,
    ...(effort === 'full' ? [] : [`--effort ${effort}`]),
    ...Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name} ${shellWord(value)}`],
    ),
    ...(leaveDocuments ? ['--leave-documents'] : []),
    ...(replay ? [replay] : path === undefined ? [] : [`--path ${path}`]),
  ];
  return spelledAsCalled(words.join(' '));
}
