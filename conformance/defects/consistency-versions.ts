import type { Defect } from './defect.ts';

/** Versions that are worked out wrongly, and documents that come back from deletion. */
export const CONSISTENCY_VERSION_DEFECTS: readonly Defect[] = [
  {
    id: 'consistency/version-from-a-read',
    title:
      'The next version is worked out from a version that was read before, at whatever replica answered.',
    standsFor: {
      what: 'Two PUTs that read the same version and write the same next one',
      where: 'modem-dev/sideshow#93',
    },
    check: 'consistency/no-lost-write',
    edits: [
      {
        file: 'mutations.ts',
        find: '  const statements = mutations.flatMap((mutation, position) => [\n',
        replace:
          '  const versions: number[] = [];\n  for (const { collection, id } of mutations)\n' +
          '    versions.push(Number(firstColumn((await store.read(readVersion(collection, id)))[0]) ?? 0) + 1);\n' +
          '  const statements = mutations.flatMap((mutation, position) => [\n',
      },
      {
        file: 'mutations.ts',
        find: '    writeOf(mutation),\n',
        replace: '    writeOf(mutation, versions[position] ?? 1),\n',
      },
      {
        file: 'mutations.ts',
        find: 'function writeOf({ op, collection, id, bodyJson }: Mutation): Statement {',
        replace: 'function writeOf({ op, collection, id, bodyJson }: Mutation, version: number): Statement {',
      },
      {
        file: 'mutations.ts',
        find: 'return putDocument(collection, id, bodyJson);',
        replace: 'return putDocument(collection, id, bodyJson, version);',
      },
      {
        file: 'mutations.ts',
        find: 'import { deleteDocument, patchDocument, putDocument, requireState, type Statement }',
        replace:
          'import { deleteDocument, patchDocument, putDocument, readVersion, requireState, type Statement }',
      },
      {
        file: 'statements.ts',
        find: 'export const putDocument = (collection: Collection, id: string, body: string): Statement => ({',
        replace:
          'export const readVersion = (collection: Collection, id: string): Statement => ({\n' +
          "  sql: 'SELECT _version FROM ' + collection + ' WHERE account_id = ?1 AND entity_id = ?2',\n" +
          '  params: [id],\n});\n\nexport const putDocument = (\n  collection: Collection,\n  id: string,\n' +
          '  body: string,\n  version: number,\n): Statement => ({',
      },
      { file: 'statements.ts', find: 'VALUES (?1, ?2, 1, ?3) ` +', replace: 'VALUES (?1, ?2, ?4, ?3) ` +' },
      {
        file: 'statements.ts',
        find: "SET body = excluded.body, _version = _version + 1, deleted = 0 ' +",
        replace: "SET body = excluded.body, _version = excluded._version, deleted = 0 ' +",
      },
      { file: 'statements.ts', find: 'params: [id, body],', replace: 'params: [id, body, version],' },
    ],
  },
  {
    id: 'consistency/delete-leaves-no-tombstone',
    title: 'A deletion removes the row, and with it the version that the next one follows.',
    standsFor: {
      what: 'A deletion that was forgotten, and an ETag that is given twice',
      where: 'ravendb/ravendb#4621',
    },
    check: 'consistency/versions-rise-by-one',
    edits: [
      {
        file: 'statements.ts',
        find: `UPDATE \${collection} SET body = '{}', deleted = 1, _version = _version + 1 \` +
    'WHERE account_id = ?1 AND entity_id = ?2 AND deleted = 0 RETURNING _version',`,
        replace: `DELETE FROM \${collection} \` +
    'WHERE account_id = ?1 AND entity_id = ?2 AND deleted = 0 RETURNING _version + 1 AS _version',`,
      },
    ],
  },
  {
    id: 'consistency/rebirth-at-version-one',
    title: 'A document that is put after its deletion begins again at version 1.',
    check: 'consistency/versions-rise-by-one',
    edits: [
      {
        file: 'statements.ts',
        find: '_version = _version + 1, deleted = 0',
        replace: '_version = iif(deleted, 1, _version + 1), deleted = 0',
      },
    ],
  },
  {
    id: 'consistency/patch-revives',
    title: 'A patch of a deleted document brings it back.',
    standsFor: { what: 'A PATCH on a deleted resource undeletes it', where: 'hapifhir/hapi-fhir#3788' },
    check: 'consistency/no-resurrection',
    edits: [
      {
        file: 'mutations.ts',
        find: "return op === 'put' ? 'any' : 'live';",
        replace: "if (op === 'patch') return 'known';\n  return op === 'put' ? 'any' : 'live';",
      },
      {
        file: 'statements.ts',
        find: "WHEN 'any' THEN 1",
        replace: "WHEN 'any' THEN 1 WHEN 'known' THEN state <> 'absent'",
      },
      {
        file: 'statements.ts',
        find:
          'SET body = json_patch(body, ?3), _version = _version + 1 ` +\n' +
          "    'WHERE account_id = ?1 AND entity_id = ?2 AND deleted = 0 RETURNING _version',",
        replace:
          'SET body = json_patch(body, ?3), _version = _version + 1, deleted = 0 ` +\n' +
          "    'WHERE account_id = ?1 AND entity_id = ?2 RETURNING _version',",
      },
    ],
  },
];
