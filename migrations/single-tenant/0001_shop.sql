-- The database of one shop, and of nobody else: no table has a column for the tenant (C2), because the binding says whose it is.
-- Prices are whole pence. Texts that are filtered by are indexed together with the id, so that a page of a list never sorts.

CREATE TABLE customer (
  id       TEXT NOT NULL PRIMARY KEY,
  name     TEXT NOT NULL,
  email    TEXT NOT NULL,
  postcode TEXT NOT NULL,
  note     TEXT NOT NULL
) STRICT;
CREATE INDEX customer_by_name ON customer (name, id);
CREATE INDEX customer_by_email ON customer (email, id);
CREATE INDEX customer_by_postcode ON customer (postcode, id);

CREATE TABLE staff (
  id   TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT;
CREATE INDEX staff_by_name ON staff (name, id);

-- What a till signs in with: 32 random bytes, of which a plain hash tells nothing. In no table that the API shows.
CREATE TABLE staff_key (
  sha256   TEXT NOT NULL PRIMARY KEY,
  staff_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE inventory (
  id          TEXT    NOT NULL PRIMARY KEY,
  sku         TEXT    NOT NULL,
  title       TEXT    NOT NULL,
  price_pence INTEGER NOT NULL CHECK (price_pence >= 0),
  stock       INTEGER NOT NULL,
  note        TEXT    NOT NULL
) STRICT;
CREATE INDEX inventory_by_sku ON inventory (sku, id);
CREATE INDEX inventory_by_title ON inventory (title, id);

CREATE TABLE sale (
  id          TEXT NOT NULL PRIMARY KEY,
  customer_id TEXT NOT NULL,
  staff_id    TEXT NOT NULL,
  sold_at     TEXT NOT NULL,
  note        TEXT NOT NULL
) STRICT;
CREATE INDEX sale_by_customer ON sale (customer_id, id);
CREATE INDEX sale_by_staff ON sale (staff_id, id);
CREATE INDEX sale_by_time ON sale (sold_at, id);

CREATE TABLE sale_line (
  id          TEXT    NOT NULL PRIMARY KEY,
  sale_id     TEXT    NOT NULL,
  item_id     TEXT    NOT NULL,
  quantity    INTEGER NOT NULL,
  price_pence INTEGER NOT NULL CHECK (price_pence >= 0),
  note        TEXT    NOT NULL
) STRICT;
CREATE INDEX sale_line_by_sale ON sale_line (sale_id, id);
CREATE INDEX sale_line_by_item ON sale_line (item_id, id);

CREATE TABLE appointment (
  id          TEXT NOT NULL PRIMARY KEY,
  customer_id TEXT NOT NULL,
  starts_at   TEXT NOT NULL,
  note        TEXT NOT NULL
) STRICT;
CREATE INDEX appointment_by_customer ON appointment (customer_id, id);
CREATE INDEX appointment_by_time ON appointment (starts_at, id);

-- What outside services have told this shop (C11). Their own id makes a repeated delivery the same event.
CREATE TABLE webhook_event (
  id          TEXT NOT NULL PRIMARY KEY,
  service     TEXT NOT NULL,
  payload     TEXT NOT NULL,
  received_at TEXT NOT NULL
) STRICT;
