CREATE TABLE member (name TEXT PRIMARY KEY, password TEXT NOT NULL) STRICT;
CREATE TABLE memo (
  id TEXT PRIMARY KEY, member TEXT NOT NULL REFERENCES member (name), title TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE INDEX memo_title ON memo (member, title, id);
