CREATE TABLE user (name TEXT PRIMARY KEY, joined_at TEXT NOT NULL) STRICT;
CREATE TABLE note (
  id TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user (name), title TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE INDEX note_title ON note (user, title, id);
CREATE TABLE tag (
  id TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES user (name), note_id TEXT NOT NULL, label TEXT NOT NULL) STRICT;
CREATE INDEX tag_note ON tag (user, note_id, id);
CREATE INDEX tag_label ON tag (user, label, id);
