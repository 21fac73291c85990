-- Full-text search over published posts (D10). The tenant is a term of the index, so that a search reads the rows of one tenant only.
CREATE VIRTUAL TABLE post_text USING fts5 (tenant, title, text, id UNINDEXED, tokenize = 'unicode61');

CREATE TRIGGER post_text_insert AFTER INSERT ON post WHEN new.status = 'published' BEGIN
  INSERT INTO post_text (rowid, tenant, title, text, id) VALUES (new.n, new.tenant_id, new.title, new.text, new.id);
END;

CREATE TRIGGER post_text_delete AFTER DELETE ON post BEGIN
  DELETE FROM post_text WHERE rowid = old.n;
END;

CREATE TRIGGER post_text_update AFTER UPDATE ON post BEGIN
  DELETE FROM post_text WHERE rowid = old.n;
  INSERT INTO post_text (rowid, tenant, title, text, id)
    SELECT new.n, new.tenant_id, new.title, new.text, new.id WHERE new.status = 'published';
END;
