-- Every table of a tenant's content begins with tenant_id: no statement leaves it out (D2).
CREATE TABLE tenant (
  id TEXT NOT NULL PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 63),
  owner_email TEXT NOT NULL,
  -- Of its plan (D8); this one is what a new tenant begins with.
  views_a_minute INTEGER NOT NULL DEFAULT 300
) WITHOUT ROWID;

-- A hostname of its own leads to one tenant (D1).
CREATE TABLE domain (
  hostname TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenant (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX domain_of_tenant ON domain (tenant_id);

CREATE TABLE setting (
  tenant_id TEXT NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) WITHOUT ROWID;

CREATE TABLE post (
  -- What the full-text index knows a post by.
  n INTEGER PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'published')),
  UNIQUE (tenant_id, id)
);
-- The list of newest posts reads twenty rows, however many there are.
CREATE INDEX post_by_age ON post (tenant_id, n DESC) WHERE status = 'published';
CREATE INDEX post_by_title ON post (tenant_id, title, id);

CREATE TABLE page (
  tenant_id TEXT NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'published')),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX page_by_title ON page (tenant_id, title, id);
