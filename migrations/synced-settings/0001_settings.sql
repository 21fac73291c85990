-- E1: which zone of the upstream belongs to a customer, and the token for it, sealed for this customer.
-- `synced_at`: when all of its toggles were last seen in the upstream; 0 while a change is not known to be here.
-- `leased_until`: until then somebody refreshes it, and nobody else begins to.
-- `changes`: rises with every change, so that a refresh that began before one does not count as having seen it.
CREATE TABLE customer_zones (
  customer_id TEXT PRIMARY KEY,
  zone_id TEXT NOT NULL UNIQUE,
  sealed_token TEXT NOT NULL,
  synced_at INTEGER NOT NULL DEFAULT 0,
  leased_until INTEGER NOT NULL DEFAULT 0,
  changes INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX customer_zones_by_age ON customer_zones (synced_at);

-- E1: the copy. `version` is the upstream's own: what is older never replaces what is newer.
CREATE TABLE settings (
  customer_id TEXT NOT NULL,
  toggle_id TEXT NOT NULL,
  value TEXT NOT NULL,
  version INTEGER NOT NULL,
  last_synced_at INTEGER NOT NULL,
  PRIMARY KEY (customer_id, toggle_id)
) WITHOUT ROWID;
CREATE INDEX settings_by_age ON settings (last_synced_at);

-- E5: the calls of each ten seconds, from all isolates and crons together, and those among them that looks have begun.
CREATE TABLE upstream_calls (
  slot INTEGER PRIMARY KEY,
  calls INTEGER NOT NULL,
  looks INTEGER NOT NULL
);
