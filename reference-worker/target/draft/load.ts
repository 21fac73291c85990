import type { DraftAccounts } from './accounts.ts';
import { type DraftResource, namesAnother } from './resources.ts';
import type { DatabaseTable } from './schema.ts';

/** What a load takes beside the description: what people do, and what is there before them. */
export interface DraftLoad {
  /** The table of steps, as lines of code: the argument of `Journey.parse`. */
  readonly journey: readonly string[];
  /** The module that makes documents, whole. */
  readonly data: string;
  /** What a person must decide, a sentence each. */
  readonly decisions: readonly string[];
}

type Fields = DraftResource['document'];

/** A guess, and said to be one. */
const CHANGED = 0.2;
const ADDED = 0.1;

/**
 * Drafts the load of the first resource that people can open, and whose documents can say whose they are.
 *
 * @returns undefined where there is none
 */
export function draftLoad(
  resources: readonly DraftResource[],
  tables: readonly DatabaseTable[],
  accounts: Pick<DraftAccounts, 'ownerIsName'>,
): DraftLoad | undefined {
  const main = resources.find(
    (each) =>
      each.kinds.includes('read') &&
      canaryField(each) !== undefined &&
      !Object.values(each.document).some(namesAnother),
  );
  const canary = main && canaryField(main);
  if (!main || canary === undefined) return undefined;
  const tableOfMain = tables.find(({ name }) => name === main.table);
  const storage = accounts.ownerIsName && tableOfMain ? storageOf(main, tableOfMain, tables) : undefined;
  const steps = stepsOf(main, canary);
  return {
    journey: [
      '  places: {',
      ...(main.envelope === undefined ? [] : [`    document: '${main.envelope}',`]),
      `    ...{ id: '${main.id}', body: '', items: '${main.items ?? ''}', canary: '${canary}' },`,
      "    // Nothing is looked at in the answers to writes: 'document' where they show it whole, 'receipt' where they tell its id.",
      "    write: 'nothing',",
      '  },',
      '  thinkTime: { medianMs: 1_000, sigma: 0.5 },',
      '  zipfExponent: 0.9,',
      '  popShares: { LHR: 1 },',
      `  opening: { steps: [${steps.opening}], again: 0.1 },`,
      '  steps: [',
      ...steps.round.map((step) => `    ${step},`),
      '  ],',
    ],
    data: dataOf(main, canary, storage),
    decisions: [
      `journey: how long people think, and that they change ${CHANGED * 100} and add ${ADDED * 100} documents for each 100 that they open, are guesses; your access log knows.`,
      ...(steps.opening === ''
        ? [`journey: nothing shows how long a page of ${main.name} is, so it has no list.`]
        : []),
      ...(main.kinds.includes('patch')
        ? []
        : [`journey: there is no PATCH of ${main.name}, so nobody changes any.`]),
      ...(storage === undefined
        ? [
            'data: documents are created through your Worker, one request each. Say in which table they lie (storage), and they are ' +
              'brought in as rows, many times as fast.',
          ]
        : []),
    ],
  };
}

/** The last text, the longest one as a rule, and best one that no list is filtered by. */
function canaryField({ document, indexed, unique }: DraftResource): string | undefined {
  const texts = Object.keys(document).filter((field) => document[field] === 'word' && field !== unique);
  return texts.findLast((field) => !indexed.includes(field)) ?? texts.at(-1);
}

/** By which a change is known: another text. */
const markField = ({ document }: DraftResource, canary: string): string | undefined =>
  Object.keys(document).find((field) => document[field] === 'word' && field !== canary);

function stepsOf(main: DraftResource, canary: string): { opening: string; round: string[] } {
  const { name, kinds, document, page, ids } = main;
  const mark = markField(main, canary);
  const step = (operation: string, does: string, rest: string): string =>
    `{ operation: '${operation}', does: '${does}', resource: '${name}', ${rest} }`;
  const word = name.toLowerCase().replaceAll(/[^a-z\d]+/g, '-');
  const changes = kinds.includes('patch') && mark !== undefined;
  const body = Object.entries(document).map(([field, value]) => [
    field,
    field === canary ? "'{canary}'" : markedIn(value),
  ]);
  const id = ids === 'client' ? "id: '{mark}', " : '';
  return {
    opening: kinds.includes('list') && page ? step(`list-${word}`, 'list', 'limit: 20') : '',
    round: [
      step(`open-${word}`, 'read', "which: 'drawn'"),
      ...(changes
        ? [
            step(
              `change-${word}`,
              'patch',
              `share: ${CHANGED}, mark: '${mark}', body: { ${mark}: '{mark}' }`,
            ),
            step(`see-changed-${word}`, 'read', "which: 'written'"),
          ]
        : []),
      ...(kinds.includes('create') && body.every(([, value]) => value !== undefined)
        ? [
            step(
              `add-${word}`,
              'create',
              `share: ${ADDED}, ${id}body: { ${body.map(([field, value]) => `${field}: ${value}`).join(', ')} }`,
            ),
          ]
        : []),
    ],
  };
}

/** The same value with the mark of a write in place of the word. */
const markedIn = (code: string): string =>
  code.replace(/('[^']*' \+ )?\bword\b( \+ '[^']*')?/, (_, before = '', after = '') => {
    const text = (part: string): string => part.replaceAll(/^ \+ |'| \+ $/g, '');
    return `'${text(before)}{mark}${text(after)}'`;
  });

interface DraftStorage {
  readonly columns: readonly (readonly [field: string, column: string])[];
  readonly owner: string;
  readonly key: string;
  readonly table: string;
  /** Makes the row that `owner` refers to. */
  readonly account: string | undefined;
  /** What `owner` holds, in SQL; undefined: the account's name. */
  readonly ownerIs: string | undefined;
}

/** Where each document is a row whose columns are its fields, its id is a text and its owner known by the account's name; undefined elsewhere. */
function storageOf(
  { owner, document, id }: DraftResource,
  { name, columns, references }: DatabaseTable,
  tables: readonly DatabaseTable[],
): DraftStorage | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll('_', '');
  const columnOf = (field: string) => columns.find((column) => plain(column.name) === plain(field));
  const [key, owned] = [columnOf(id), owner === undefined ? undefined : columnOf(owner)];
  const fields = Object.keys(document).map((field) => [field, columnOf(field)?.name ?? ''] as const);
  const given = [key?.name, owned?.name, ...fields.map(([, column]) => column)];
  const isWhole = columns.every(({ name: column, isOptional }) => isOptional || given.includes(column));
  if (key?.type !== 'TEXT' || !owned || given.includes('') || !isWhole) return undefined;
  const stored = { columns: fields, owner: owned.name, key: key.name, table: name };
  const user = tables.find((each) =>
    references.some((one) => one.column === owned.name && one.table === each.name),
  );
  if (!user) return owned.type === 'TEXT' ? { ...stored, account: undefined, ownerIs: undefined } : undefined;
  return { ...stored, ...accountRow(user) };
}

/** The row of an account, and how it is found again where its key is not the account's name. */
function accountRow({ name, columns }: DatabaseTable): Pick<DraftStorage, 'account' | 'ownerIs'> {
  const key = columns.find(({ isKey }) => isKey);
  const isNamed = key?.type === 'TEXT';
  const filled = columns.filter(({ isOptional, isKey }) => (isKey ? isNamed : !isOptional));
  const valueIn = ({ type, isKey, name: column }: (typeof columns)[number]): string =>
    isKey ? '?1' : /INT|REAL|NUM/.test(type) ? '1' : /mail/i.test(column) ? "?1 || '@example.com'" : '?1';
  const by = filled.find(({ type }) => type === 'TEXT');
  return {
    account: `INSERT OR IGNORE INTO ${name} (${filled.map((each) => each.name).join(', ')}) VALUES (${filled.map(valueIn).join(', ')})`,
    ownerIs:
      isNamed || !by ? undefined : `(SELECT ${key?.name} FROM ${name} WHERE ${by.name} = ${valueIn(by)})`,
  };
}

function dataOf(
  { name, document, unique }: DraftResource,
  canary: string,
  storage: DraftStorage | undefined,
): string {
  const fields = Object.entries(document).map(
    ([field, value]) => [field, codeOf(field, value, { canary, unique })] as const,
  );
  const uses = ['chance', 'choice', 'fake', 'marked', 'sentences', 'text', 'unique', 'whole'].filter((each) =>
    fields.some(([, code]) => code.includes(`${each}(`)),
  );
  return [
    ...(storage ? ["import { fileURLToPath } from 'node:url';"] : []),
    `import { fieldModel, ${uses.toSorted().join(', ')} } from 'shardproof/fields';`,
    '',
    '/** What documents hold, for seed, capacity and compare. A field that is marked says whose its document is. */',
    'export const model = fieldModel({',
    '  resources: {',
    `    ${/^\w+$/.test(name) ? name : `'${name}'`}: {`,
    '      fields: {',
    ...fields.map(([field, code]) => `        ${field}: ${code},`),
    '      },',
    '    },',
    '  },',
    ...(storage ? storageLines(name, storage) : []),
    '});',
    '',
  ].join('\n');
}

const storageLines = (
  resource: string,
  { columns, owner, key, table, account, ownerIs }: DraftStorage,
): string[] => [
  '  storage: {',
  "    migrations: fileURLToPath(new URL('migrations', import.meta.url)),",
  '    tables: {',
  `      ${/^\w+$/.test(resource) ? resource : `'${resource}'`}: {`,
  `        ...{ table: '${table}', account: '${owner}', id: '${key}' },`,
  ...(ownerIs === undefined ? [] : [`        owner: ${JSON.stringify(ownerIs)},`]),
  `        columns: { ${columns.map(([field, column]) => `${field}: '${column}'`).join(', ')} },`,
  '      },',
  '    },',
  ...(account === undefined ? [] : [`    account: ${JSON.stringify(account)},`]),
  '  },',
];

function codeOf(
  field: string,
  value: Fields[string] = '',
  { canary, unique }: { readonly canary: string; readonly unique: string | undefined },
): string {
  if (field === canary) return 'marked(sentences(4, 12))';
  if (field === unique) return "unique('')";
  if (value === 'word') return 'text(2, 5)';
  if (value === 'true') return 'chance(0.5)';
  if (value.startsWith("'https:")) return 'fake(500, (faker) => faker.internet.url())';
  if (value.endsWith("@example.com'")) return 'fake(500, (faker) => faker.internet.email())';
  return value.startsWith("'") ? `choice([${value}])` : 'whole(1, 1)';
}
