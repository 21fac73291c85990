-- Where an account is on its way to, while it moves from one shard to another.

-- While it is 1 no Worker remembers where the account is: whoever is told of the new shard is told at once (A1).
ALTER TABLE account ADD COLUMN is_moving INTEGER NOT NULL DEFAULT 0 CHECK (is_moving IN (0, 1));

-- Rises whenever a process takes up a move of the account. Each shard keeps the highest that it has seen: a process that was taken
-- for dead, and is not, changes nothing any more.
ALTER TABLE account ADD COLUMN move_epoch INTEGER NOT NULL DEFAULT 0;

CREATE TABLE account_move (
  account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id),
  -- One move from a shard at a time: what records changes there is shared.
  from_shard TEXT NOT NULL UNIQUE REFERENCES db_shard (id),
  to_shard   TEXT NOT NULL REFERENCES db_shard (id),
  -- Of the process that goes on with it.
  epoch      INTEGER NOT NULL,
  phase      TEXT NOT NULL CHECK (phase IN ('copying', 'switched')),
  -- How far the copy has come.
  collection TEXT NOT NULL DEFAULT '',
  entity_id  TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
