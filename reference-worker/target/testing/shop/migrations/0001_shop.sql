CREATE TABLE customer (name TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE item (
  id TEXT PRIMARY KEY, customer TEXT NOT NULL REFERENCES customer (name), sku TEXT NOT NULL, title TEXT NOT NULL,
  note TEXT NOT NULL, UNIQUE (customer, sku)) STRICT;
CREATE INDEX item_page ON item (customer, id);
CREATE INDEX item_title ON item (customer, title, id);
