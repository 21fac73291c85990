import type { Defect } from './defect.ts';

const CACHE = 'document-cache.ts';
const SEALED_WITH =
  'JSON.stringify([key.account.id, key.account.shardId, key.collection, key.id, version, bookmark])';
const NEW_IV = 'const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));';
const OLD_IV = 'const iv = new Uint8Array(value, 0, IV_BYTES);';
const ACCOUNT_KEY = "\n  const cryptoKey = await keyFor(secret, 'cache', key.account.id);";
const ONE_KEY = "\n  const cryptoKey = await keyFor(secret, 'cache', '');";

/** Additional data without one of the things that an entry belongs to. */
const sealedWithout = (field: string): Defect['edits'] => [
  {
    file: CACHE,
    find: SEALED_WITH,
    replace: SEALED_WITH.replace(new RegExp(`(, )?\\b${field}\\b`), '').replace('[, ', '['),
  },
];

/** Cache entries that are readable, or believed for what they are not. */
export const CACHE_ENTRY_DEFECTS: readonly Defect[] = [
  {
    id: 'cache/sealed-with-one-key',
    title:
      'Entries of all accounts of a shard are sealed alike, so that one opens under the name of another.',
    standsFor: { what: 'A cache that does not know the tenant', where: 'backblaze-labs/genblaze#68' },
    check: 'cache/wrong-account-entry',
    edits: [
      ...sealedWithout('key.account.id'),
      { file: CACHE, find: NEW_IV + ACCOUNT_KEY, replace: NEW_IV + ONE_KEY },
      { file: CACHE, find: OLD_IV + ACCOUNT_KEY, replace: OLD_IV + ONE_KEY },
    ],
  },
  {
    id: 'cache/sealed-without-id',
    title: 'An entry opens under the id of any document of its collection.',
    check: 'cache/wrong-document-entry',
    edits: sealedWithout('key.id'),
  },
  {
    id: 'cache/sealed-without-collection',
    title: 'An entry opens under the same id in another collection.',
    check: 'cache/wrong-document-entry',
    edits: sealedWithout('key.collection'),
  },
  {
    id: 'cache/sealed-without-version',
    title: 'The version beside an entry may be changed, and with it the ETag.',
    check: 'cache/wrong-document-entry',
    edits: sealedWithout('version'),
  },
  {
    id: 'cache/sealed-without-bookmark',
    title: 'The bookmark beside an entry may be raised, and an old entry then satisfies everyone.',
    standsFor: {
      what: 'Insufficient verification of data authenticity (CWE-345)',
      where: 'https://cwe.mitre.org/data/definitions/345.html',
    },
    check: 'cache/wrong-document-entry',
    edits: sealedWithout('bookmark'),
  },
  {
    id: 'cache/sealed-without-shard',
    title: 'An entry of the shard that an account has left still opens.',
    check: 'cache/entry-of-former-shard',
    edits: sealedWithout('key.account.shardId'),
  },
  {
    id: 'cache/plain-entries-of-before',
    title: 'An entry that is plain JSON is taken for one from before entries were sealed.',
    standsFor: {
      what: 'Missing support for integrity check (CWE-353)',
      where: 'https://cwe.mitre.org/data/definitions/353.html',
    },
    check: 'cache/unsealed-or-tampered-entry',
    edits: [
      {
        file: CACHE,
        find: OLD_IV,
        replace: `const plain = new TextDecoder().decode(value);\n  if (plain.startsWith('{')) return plain;\n  ${OLD_IV}`,
      },
    ],
  },
  {
    id: 'cache/encrypted-but-not-authenticated',
    title: 'Entries are encrypted with AES-CTR, which any change of a bit passes through.',
    standsFor: {
      what: 'Improper validation of integrity check value (CWE-354)',
      where: 'https://cwe.mitre.org/data/definitions/354.html',
    },
    check: 'cache/unsealed-or-tampered-entry',
    edits: [
      {
        file: 'keys.ts',
        find: "{ name: 'AES-GCM', length: 256 }",
        replace: "{ name: 'AES-CTR', length: 256 }",
      },
      {
        file: CACHE,
        find: "name: 'AES-GCM',\n  iv,",
        replace: "name: 'AES-CTR',\n  counter: iv,\n  length: 64,",
      },
      { file: CACHE, find: 'const IV_BYTES = 12;', replace: 'const IV_BYTES = 16;' },
    ],
  },
  {
    id: 'cache/body-not-sealed',
    title: 'KV holds documents as they are.',
    standsFor: {
      what: 'Cleartext storage of sensitive information (CWE-312)',
      where: 'https://cwe.mitre.org/data/definitions/312.html',
    },
    check: 'cache/body-is-sealed',
    edits: [
      {
        file: CACHE,
        find: 'const sealed = await seal(entry.document.bodyJson, secret, key, metadata);',
        replace: 'const sealed = entry.document.bodyJson;',
      },
      {
        file: CACHE,
        find: 'const bodyJson = await open(found.value, secret, key, metadata);',
        replace: 'const bodyJson = new TextDecoder().decode(found.value);',
      },
    ],
  },
  {
    id: 'cache/preview-in-metadata',
    title: 'The metadata of an entry hold the beginning of the document, for whoever looks into KV.',
    check: 'cache/body-is-sealed',
    edits: [
      {
        file: CACHE,
        find: 'await kv.put(kvKey(key), sealed, { metadata,',
        replace:
          'const preview = entry.document.bodyJson.slice(0, 100);\n    await kv.put(kvKey(key), sealed, { metadata: { ...metadata, preview },',
      },
    ],
  },
  {
    id: 'cache/nonce-reused',
    title: 'Every entry of an account is sealed with the same nonce, hence with the same key stream.',
    standsFor: {
      what: 'Reusing a nonce, key pair in encryption (CWE-323)',
      where: 'https://cwe.mitre.org/data/definitions/323.html',
    },
    check: 'cache/body-is-sealed',
    edits: [{ file: CACHE, find: NEW_IV, replace: 'const iv = new Uint8Array(IV_BYTES);' }],
  },
];
