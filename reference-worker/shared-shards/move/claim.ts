import { errorsOf } from '../../../reports/command/index.ts';
import type { Operator, OperatorStatement } from '../../target/index.ts';

export const MoveError = errorsOf('MoveError', {
  unknown_account: 'refused',
  unknown_shard: 'refused',
  already_there: 'refused',
  other_move: 'refused',
  target_not_empty: 'refused',
  copy_differs: 'failed',
  superseded: 'failed',
});

export type MoveError = InstanceType<typeof MoveError>;

export interface Claim {
  readonly databases: Pick<Operator, 'batch'>;
  readonly accountsDatabase: string;
  readonly account: string;
  readonly to: string;
}

/** How far a move has come. */
export interface Claimed {
  readonly from: string;
  /** Of this process: higher than that of any that went before. */
  readonly epoch: number;
  /** Whether the move begins now. */
  readonly isNew: boolean;
  readonly phase: string;
  readonly collection: string;
  readonly entityId: string;
}

const inAccounts = ({ databases, accountsDatabase }: Claim, statements: readonly OperatorStatement[]) =>
  databases.batch(accountsDatabase, statements);

/** Makes the move known in the account database, or takes it over from the process that began it. */
export async function claimMove(options: Claim): Promise<Claimed> {
  const { account, to } = options;
  const params = [account, to];
  const [, , begun, , found] = await inAccounts(options, [
    { sql: 'UPDATE account SET move_epoch = move_epoch + 1 WHERE id = ?1', params: [account] },
    {
      sql:
        'UPDATE account_move SET epoch = (SELECT move_epoch FROM account WHERE id = ?1) ' +
        'WHERE account_id = ?1 AND to_shard = ?2',
      params,
    },
    {
      sql:
        'INSERT INTO account_move (account_id, from_shard, to_shard, epoch, phase) ' +
        "SELECT a.id, a.db_shard_id, s.id, a.move_epoch, 'copying' FROM account AS a, db_shard AS s " +
        'WHERE a.id = ?1 AND s.id = ?2 AND a.db_shard_id <> s.id ' +
        'AND NOT EXISTS (SELECT 1 FROM account_move WHERE account_id = ?1 OR from_shard = a.db_shard_id)',
      params,
    },
    {
      sql: 'UPDATE account SET is_moving = 1 WHERE id = ?1 AND EXISTS (SELECT 1 FROM account_move WHERE account_id = ?1)',
      params: [account],
    },
    {
      sql:
        'SELECT from_shard, epoch, phase, collection, entity_id FROM account_move ' +
        'WHERE account_id = ?1 AND to_shard = ?2',
      params,
    },
  ]);
  const [row] = found?.rows ?? [];
  if (!row) throw await whyNot(options);
  return {
    from: String(row.from_shard),
    epoch: Number(row.epoch),
    isNew: begun?.changes === 1,
    phase: String(row.phase),
    collection: String(row.collection),
    entityId: String(row.entity_id),
  };
}

async function whyNot(options: Claim): Promise<Error> {
  const { account, to } = options;
  const [known, shard, moves] = await inAccounts(options, [
    { sql: 'SELECT db_shard_id FROM account WHERE id = ?1', params: [account] },
    { sql: 'SELECT id FROM db_shard WHERE id = ?1', params: [to] },
    {
      sql:
        'SELECT account_id, to_shard FROM account_move ' +
        'WHERE account_id = ?1 OR from_shard = (SELECT db_shard_id FROM account WHERE id = ?1)',
      params: [account],
    },
  ]);
  const [here] = known?.rows ?? [];
  const [other] = moves?.rows ?? [];
  if (!here)
    return new MoveError(
      'unknown_account',
      `There is no account ${account}: name one of the account database.`,
    );
  if (shard?.rows.length === 0)
    return new MoveError('unknown_shard', `There is no shard ${to}: name one of the account database.`);
  if (here.db_shard_id === to)
    return new MoveError('already_there', `${account} is on ${to} already: nothing is to be moved.`);
  return new MoveError(
    'other_move',
    `${other?.account_id} is moving to ${other?.to_shard} from the same shard: bring that move to its end first.`,
  );
}
