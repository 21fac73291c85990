-- A data shard (A2): many accounts, one table per collection (B1).
--
-- Every key and every index starts with account_id. An index has the shape
-- (account_id, field, entity_id), so that filter, order and cursor use one index and a list never sorts.
-- Indexes are partial: a deleted document keeps its row as a tombstone, because _version must go on
-- rising if the id is used again (B3), and must not show in lists.
-- Rowid tables on purpose: bodies over a quarter page would spill out of a WITHOUT ROWID B-tree
-- (https://www.sqlite.org/withoutrowid.html, section 4).
-- Indexed fields are generated from body (B2, A9); coalesce keeps NULL out of the cursor's comparisons,
-- NOCASE gives names and postcodes the case rule of LIKE (B9; never ids, where case tells two documents
-- apart), and indexed_fields keeps cursors short.
-- 2,000,000 bytes is D1's documented limit for a row; ids and indexed fields get 20,000 of them.

CREATE TABLE groups (
  account_id TEXT    NOT NULL,
  entity_id  TEXT    NOT NULL,
  _version   INTEGER NOT NULL CHECK (_version >= 1),
  deleted    INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
  body       TEXT    NOT NULL CHECK (json_valid(body)),
  name       TEXT    NOT NULL COLLATE NOCASE GENERATED ALWAYS AS (coalesce(json_extract(body, '$.name'), '')) STORED,
  PRIMARY KEY (account_id, entity_id),
  CONSTRAINT body_size CHECK (length(CAST(body AS BLOB)) <= 1980000),
  CONSTRAINT indexed_fields CHECK (length(name) <= 200)
) STRICT;
CREATE INDEX groups_by_name ON groups (account_id, name, entity_id) WHERE deleted = 0;

CREATE TABLE users (
  account_id TEXT    NOT NULL,
  entity_id  TEXT    NOT NULL,
  _version   INTEGER NOT NULL CHECK (_version >= 1),
  deleted    INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
  body       TEXT    NOT NULL CHECK (json_valid(body)),
  email      TEXT    NOT NULL COLLATE NOCASE GENERATED ALWAYS AS (coalesce(json_extract(body, '$.email'), '')) STORED,
  surname    TEXT    NOT NULL COLLATE NOCASE GENERATED ALWAYS AS (coalesce(json_extract(body, '$.surname'), '')) STORED,
  group_id   TEXT    NOT NULL GENERATED ALWAYS AS (coalesce(json_extract(body, '$.groupId'), '')) STORED,
  PRIMARY KEY (account_id, entity_id),
  CONSTRAINT body_size CHECK (length(CAST(body AS BLOB)) <= 1980000),
  CONSTRAINT indexed_fields CHECK (length(email) <= 200 AND length(surname) <= 200 AND length(group_id) <= 200)
) STRICT;
CREATE INDEX users_by_email ON users (account_id, email, entity_id) WHERE deleted = 0;
CREATE INDEX users_by_surname ON users (account_id, surname, entity_id) WHERE deleted = 0;
CREATE INDEX users_by_group_id ON users (account_id, group_id, entity_id) WHERE deleted = 0;

CREATE TABLE clients (
  account_id TEXT    NOT NULL,
  entity_id  TEXT    NOT NULL,
  _version   INTEGER NOT NULL CHECK (_version >= 1),
  deleted    INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
  body       TEXT    NOT NULL CHECK (json_valid(body)),
  surname    TEXT    NOT NULL COLLATE NOCASE GENERATED ALWAYS AS (coalesce(json_extract(body, '$.surname'), '')) STORED,
  postcode   TEXT    NOT NULL COLLATE NOCASE GENERATED ALWAYS AS (coalesce(json_extract(body, '$.postcode'), '')) STORED,
  group_id   TEXT    NOT NULL GENERATED ALWAYS AS (coalesce(json_extract(body, '$.groupId'), '')) STORED,
  PRIMARY KEY (account_id, entity_id),
  CONSTRAINT body_size CHECK (length(CAST(body AS BLOB)) <= 1980000),
  CONSTRAINT indexed_fields CHECK (length(surname) <= 200 AND length(postcode) <= 200 AND length(group_id) <= 200)
) STRICT;
CREATE INDEX clients_by_surname ON clients (account_id, surname, entity_id) WHERE deleted = 0;
CREATE INDEX clients_by_postcode ON clients (account_id, postcode, entity_id) WHERE deleted = 0;
CREATE INDEX clients_by_group_id ON clients (account_id, group_id, entity_id) WHERE deleted = 0;

CREATE TABLE finances (
  account_id TEXT    NOT NULL,
  entity_id  TEXT    NOT NULL,
  _version   INTEGER NOT NULL CHECK (_version >= 1),
  deleted    INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
  body       TEXT    NOT NULL CHECK (json_valid(body)),
  client_id  TEXT    NOT NULL GENERATED ALWAYS AS (coalesce(json_extract(body, '$.clientId'), '')) STORED,
  review_on  TEXT    NOT NULL GENERATED ALWAYS AS (coalesce(json_extract(body, '$.reviewOn'), '')) STORED,
  PRIMARY KEY (account_id, entity_id),
  CONSTRAINT body_size CHECK (length(CAST(body AS BLOB)) <= 1980000),
  CONSTRAINT indexed_fields CHECK (length(client_id) <= 200 AND length(review_on) <= 200)
) STRICT;
CREATE INDEX finances_by_client_id ON finances (account_id, client_id, entity_id) WHERE deleted = 0;
CREATE INDEX finances_by_review_on ON finances (account_id, review_on, entity_id) WHERE deleted = 0;

CREATE TABLE notes (
  account_id TEXT    NOT NULL,
  entity_id  TEXT    NOT NULL,
  _version   INTEGER NOT NULL CHECK (_version >= 1),
  deleted    INTEGER NOT NULL DEFAULT 0 CHECK (deleted IN (0, 1)),
  body       TEXT    NOT NULL CHECK (json_valid(body)),
  client_id  TEXT    NOT NULL GENERATED ALWAYS AS (coalesce(json_extract(body, '$.clientId'), '')) STORED,
  author_id  TEXT    NOT NULL GENERATED ALWAYS AS (coalesce(json_extract(body, '$.authorId'), '')) STORED,
  PRIMARY KEY (account_id, entity_id),
  CONSTRAINT body_size CHECK (length(CAST(body AS BLOB)) <= 1980000),
  CONSTRAINT indexed_fields CHECK (length(client_id) <= 200 AND length(author_id) <= 200)
) STRICT;
CREATE INDEX notes_by_client_id ON notes (account_id, client_id, entity_id) WHERE deleted = 0;
CREATE INDEX notes_by_author_id ON notes (account_id, author_id, entity_id) WHERE deleted = 0;
