CREATE TABLE reader (name TEXT PRIMARY KEY, key TEXT NOT NULL) STRICT;
CREATE TABLE progress (
  reader TEXT NOT NULL REFERENCES reader (name), document TEXT NOT NULL, progress TEXT NOT NULL, percentage REAL NOT NULL,
  device TEXT NOT NULL, timestamp INTEGER NOT NULL, PRIMARY KEY (reader, document)) STRICT;
CREATE TABLE statistics (
  reader TEXT NOT NULL REFERENCES reader (name), document TEXT NOT NULL, sittings TEXT NOT NULL DEFAULT '[]',
  timestamp INTEGER NOT NULL, PRIMARY KEY (reader, document)) STRICT;
