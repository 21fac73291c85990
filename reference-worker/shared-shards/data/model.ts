import { join } from 'node:path';
import type { DataModel, DocumentPlace, DocumentTable } from '../../target/system/index.ts';
import { collections } from '../src/collections.ts';
import { CONVENTIONS, dictionaryFigures, FIELDS } from './dictionary.ts';
import * as distributions from './distributions.ts';
import { COLLECTIONS, type CollectionName } from './ids.ts';
import { type PlannedAccount, planAccount } from './plan.ts';
import { searchTerms } from './search.ts';
import { idRangesOf, placesOf, rowAt, rowsOfUnit, unitCount } from './units.ts';
import { buildVocabulary, type Vocabulary } from './vocabulary.ts';

let built: Vocabulary | undefined;
/** The words take a tenth of a second to draw: once in each thread, and not before a document is made. */
function vocabulary(): Vocabulary {
  built ??= buildVocabulary();
  return built;
}

const tableOf = (collection: CollectionName): DocumentTable => ({
  table: collection,
  account: 'account_id',
  id: 'entity_id',
  body: 'body',
  columns: collections[collection],
  fixed: { _version: 1, deleted: 0 },
});

const { FINANCES_PER_CLIENT, NOTES_PER_CLIENT, SENTENCES_PER_NOTE, SKEW_OFFSET, INTAKE_GROWTH } =
  distributions;

export const MIGRATIONS = join(import.meta.dirname, '../../../migrations/shared-shards/shard');

/** Ten years of the documents of a firm of financial advisers. */
export const model: DataModel<CollectionName> = {
  version: String(distributions.VERSION),
  resources: COLLECTIONS,
  storage: {
    migrations: MIGRATIONS,
    tables: {
      groups: tableOf('groups'),
      users: tableOf('users'),
      clients: tableOf('clients'),
      finances: tableOf('finances'),
      notes: tableOf('notes'),
    },
  },
  drawnFrom: {
    financesPerClient: FINANCES_PER_CLIENT,
    notesPerClient: NOTES_PER_CLIENT,
    sentencesPerNote: SENTENCES_PER_NOTE,
    skewOffset: SKEW_OFFSET,
    intakeGrowth: INTAKE_GROWTH,
  },
  dictionary: { fields: FIELDS, conventions: CONVENTIONS, more: () => dictionaryFigures(vocabulary()) },
  plan: planAccount,
  unitCount,
  rowsOfUnit: (plan, unit) => rowsOfUnit(plan, vocabulary(), unit),
  idRangesOf,
  placesOf,
  rowAt: (plan: PlannedAccount, place: DocumentPlace<CollectionName>) => rowAt(plan, vocabulary(), place),
  searchTerms: (plan, count) => searchTerms(plan, vocabulary(), count),
};
