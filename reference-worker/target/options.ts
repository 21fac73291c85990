import type { Command } from 'commander';

/** The options that verbs of several folders have; flags.ts reads them. Nothing is loaded for them but what a `--help` needs. */

/** Which description. */
export const withSystem = (command: Command): Command =>
  command
    .option('--system <name>', 'a reference system (default: shared-shards, unless a description is found)')
    .option(
      '--config <file>',
      "or the description of a Worker of one's own (default: shardproof.config.ts, found by walking up)",
    );

export const withTopology = (command: Command): Command =>
  command.option('--topology <name>', 'a placement of the system: shared or dedicated (default: its first)');

export const withReadReplication = (command: Command): Command =>
  command.option(
    '--read-replication <mode>',
    'disabled: every query runs at the primary, as for a database that is created; auto: replicas serve sessions too',
  );

/** How what is on the local platform behaves. */
export const withPlatform = (command: Command): Command =>
  withReadReplication(
    command
      .option('--kv', 'bind the KV read cache', false)
      .option(
        '--latency <name|file>',
        'how D1 and KV behave: instant, uk-eu, pessimistic or a JSON file',
        'instant',
      ),
  );
