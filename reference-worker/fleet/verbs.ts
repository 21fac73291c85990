import type { Command } from 'commander';
import type { Verb, VerbOfParts } from '../../reports/command/index.ts';

const withFleet = (program: Command): Command =>
  program
    .option('--system <name>', 'a reference system of one deployment a tenant')
    .option('--config <file>', "or the description of a Worker of one's own")
    .option('--folder <folder>', 'of the fleet (default: .shardproof/fleet)');

type Part = 'status' | 'add' | 'migrate' | 'backup' | 'restore' | 'erase';

const part = (
  name: Part,
  does: string,
  example: string,
  declare: (program: Command) => Command = (program) => program,
): Verb => ({
  name,
  does,
  help: `Examples:\n  shardproof fleet ${name} ${example}\n\nExit codes: those of fleet.`,
  declare: (program) => declare(withFleet(program)),
  run: async (invocation) => (await import('./command.ts')).fleetCommands[name](invocation),
});

const onTenant = (program: Command): Command => program.argument('<tenant>', 'its name, as in oak');

const fleet: VerbOfParts = {
  name: 'fleet',
  does: 'Keeps tenants with a deployment each: adds, migrates, backs up, restores and erases them through wrangler, on this machine or on Cloudflare.',
  help: `A tenant is a copy of the first environment that the description names, with its own name, database and bucket.

Examples:
  shardproof fleet add oak --system single-tenant        database, bucket, migrations, deployment; goes on where it broke off
  shardproof fleet --system single-tenant                who is on which version
  shardproof fleet migrate --system single-tenant --canary oak
  shardproof fleet backup oak --system single-tenant --keep 7
  shardproof fleet restore oak --system single-tenant
  shardproof fleet erase oak --system single-tenant --yes
  shardproof fleet add oak --system single-tenant --remote
                                                         on Cloudflare: CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN
                                                         must be in the environment

Exit codes: 0 done, 1 a tenant is not as it should be, 3 it broke down, 4 refused, 130 stopped by Ctrl-C.`,
  interrupted: 'a tenant that is not whole is not ready: the same command goes on with it',
  parts: [
    part('status', 'who is on which version, and what broke off', '--system single-tenant'),
    part('add', 'makes a tenant, or goes on making it', 'oak --system single-tenant', (program) =>
      onTenant(program).option('--remote', 'on Cloudflare, where every later command finds it', false),
    ),
    part(
      'migrate',
      'brings all to the newest migration, one first',
      '--system single-tenant --canary oak',
      (program) =>
        program
          .option('--canary <tenant>', 'goes first, alone (default: the first by name)')
          .option('--at-once <number>', 'tenants at a time after it, 1 to 16', '4')
          .option('--go-on', 'with the others after one has failed', false),
    ),
    part(
      'backup',
      "a tenant's database into its own bucket",
      'oak --system single-tenant --keep 7',
      (program) => onTenant(program).option('--keep <number>', 'how many, the newest', '7'),
    ),
    part(
      'restore',
      'into a new database, which is bound when it equals the backup',
      'oak --system single-tenant',
      (program) => onTenant(program).option('--from <backup>', 'its name (default: the newest)'),
    ),
    part(
      'erase',
      'removes a tenant, and looks for what is left',
      'oak --system single-tenant --yes',
      (program) => onTenant(program).option('--yes', 'it cannot be undone', false),
    ),
  ],
};

export const verbs: readonly VerbOfParts[] = [fleet];
