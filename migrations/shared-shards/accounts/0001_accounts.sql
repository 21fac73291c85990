-- The account database (A1): routes each account to its shard and holds no tenant data.

CREATE TABLE db_shard (
  id      TEXT NOT NULL PRIMARY KEY,
  -- The name of the Worker's D1 binding. The pattern keeps a bad row from naming any other binding.
  binding TEXT NOT NULL UNIQUE CHECK (binding GLOB 'SHARD_[A-Z0-9]*' AND binding NOT GLOB '*[^A-Z0-9_]*')
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
  id          TEXT    NOT NULL PRIMARY KEY,
  name        TEXT    NOT NULL,
  db_shard_id TEXT    NOT NULL REFERENCES db_shard (id),
  is_active   INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  -- One DNS label, because the hostname <account>.<base domain> names the account too.
  CONSTRAINT account_id_is_a_dns_label CHECK (
    length(id) BETWEEN 1 AND 63 AND id NOT GLOB '*[^a-z0-9-]*' AND id NOT GLOB '-*' AND id NOT GLOB '*-'
  )
) STRICT, WITHOUT ROWID;

CREATE TABLE account_domain (
  account_id TEXT NOT NULL REFERENCES account (id),
  hostname   TEXT NOT NULL UNIQUE CHECK (hostname = lower(hostname)),
  PRIMARY KEY (account_id, hostname)
) STRICT, WITHOUT ROWID;
