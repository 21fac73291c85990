/** All SQL of this Worker. Each statement on content binds its tenant as ?1. */

/** What is written in Markdown: posts are listed and searched, pages are not. */
export type Kind = 'post' | 'page';

export interface Tenant {
  readonly id: string;
  readonly ownerEmail: string;
  /** What its plan allows. */
  readonly viewsAMinute: number;
}

export interface Entry {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly status: 'draft' | 'published';
}

const tenantColumns =
  'SELECT t.id, t.owner_email AS ownerEmail, t.views_a_minute AS viewsAMinute FROM tenant t';
export const TENANT_BY_ID = `${tenantColumns} WHERE t.id = ?1`;
export const TENANT_BY_DOMAIN = `${tenantColumns} JOIN domain d ON d.tenant_id = t.id WHERE d.hostname = ?1`;

/** Whoever has a hostname keeps it. */
export const ADD_DOMAIN =
  'INSERT INTO domain (tenant_id, hostname) VALUES (?1, ?2) ON CONFLICT (hostname) DO UPDATE SET hostname = excluded.hostname WHERE tenant_id = ?1 RETURNING hostname';
export const REMOVE_DOMAIN = 'DELETE FROM domain WHERE tenant_id = ?1 AND hostname = ?2 RETURNING hostname';

const columns = 'id, title, text, status';
export const entries = (kind: Kind) => ({
  published: `SELECT ${columns} FROM ${kind} WHERE tenant_id = ?1 AND id = ?2 AND status = 'published'`,
  read: `SELECT ${columns} FROM ${kind} WHERE tenant_id = ?1 AND id = ?2`,
  list: `SELECT ${columns} FROM ${kind} WHERE tenant_id = ?1 AND (?2 IS NULL OR title = ?2) AND id > ?3 ORDER BY id LIMIT ?4`,
  put: `INSERT INTO ${kind} (tenant_id, id, title, text, status) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant_id, id) DO UPDATE SET title = excluded.title, text = excluded.text, status = excluded.status RETURNING ${columns}`,
  patch: `UPDATE ${kind} SET title = coalesce(?3, title), text = coalesce(?4, text), status = coalesce(?5, status) WHERE tenant_id = ?1 AND id = ?2 RETURNING ${columns}`,
  remove: `DELETE FROM ${kind} WHERE tenant_id = ?1 AND id = ?2 RETURNING id`,
});

export const NEWEST_POSTS =
  "SELECT id, title FROM post WHERE tenant_id = ?1 AND status = 'published' ORDER BY n DESC LIMIT 20";
/** ?2 narrows the index to one tenant; what is joined decides whose it is. */
export const SEARCH =
  'SELECT p.id, p.title FROM post_text JOIN post p ON p.n = post_text.rowid ' +
  "WHERE post_text MATCH ?2 AND p.tenant_id = ?1 AND p.status = 'published' ORDER BY rank LIMIT 20";

export const SETTINGS = 'SELECT id, value FROM setting WHERE tenant_id = ?1';
export const SETTING = 'SELECT id, value FROM setting WHERE tenant_id = ?1 AND id = ?2';
export const PUT_SETTING =
  'INSERT INTO setting (tenant_id, id, value) VALUES (?1, ?2, ?3) ON CONFLICT (tenant_id, id) DO UPDATE SET value = excluded.value RETURNING id, value';
export const REMOVE_SETTING = 'DELETE FROM setting WHERE tenant_id = ?1 AND id = ?2 RETURNING id';
