/** Words that stand for something else in the house, which has the field's own word for it. */
const COINED =
  /\b(worlds?|calm|mishaps?|weather|strikes?|struck|cells?|assaults?|disguises?|scenes?|bench|planes?|tales?|sight(ing)?s?|suspects?|arms?|straits|laws?|desks?|sit down|plant(s|ed|ing)?|provok(e|es|ed|ing))\b/g;
/** The field's own use of them: the data plane, laws that bear a name, what a table consists of, a pragma of SQLite, a title and an author. */
const ESTABLISHED =
  /\bdata[ -]planes?\b|\b(little's|scalability|utilisation|zipf|mandelbrot) law\b|\b(table|grid)[ -]cells?\b|\bcell size check\b|\bcautionary tale\b|\blaw,[\s*"]+simulation\b/g;

/** The coined words of a text, those within names included. */
export const coinedWordsIn = (source: string): string[] =>
  wordsOf(source).replaceAll(ESTABLISHED, '').match(COINED) ?? [];

const wordsOf = (source: string): string =>
  source
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();

export interface Domain {
  readonly resources: readonly string[];
  readonly fields: readonly string[];
  readonly accounts: readonly string[];
  /** What paths begin with. */
  readonly prefix: string;
  readonly tables: readonly string[];
  readonly columns: readonly string[];
}

/** The tables that migrations make, and those columns whose names are made of several words. */
export const schemaWordsIn = (sql: string): Pick<Domain, 'tables' | 'columns'> => ({
  tables: [...sql.matchAll(/\bCREATE TABLE (\w+)/g)].map(([, name = '']) => name),
  columns: [...sql.matchAll(/^ +([a-z]+(?:_[a-z]+)+) +[A-Z]/gm)].map(([, name = '']) => name),
});

/** An option of a command, and the unit of a figure, may be called as a resource is: a load has users, too. */
const NO_OPTION = "(?<!(?:\\bbadOption\\(\\s*|\\bunit: |\\bvirtualUsers: )')";

/**
 * The words of a domain in a source: names of resources and accounts where they stand in quotes or in a path (`users` alone may be
 * anybody), names of tables in SQL, names of fields and columns anywhere.
 */
export function domainWordsIn(source: string, domain: Domain): string[] {
  const { resources, fields, accounts, prefix, tables, columns } = domain;
  const quoted = new RegExp(
    `${NO_OPTION}(?<=['"\`/])(${[...resources, ...accounts].join('|')})(?=['"\`/?])`,
    'g',
  );
  const named = new RegExp(`\\b(${[...fields, ...columns].join('|')})\\b`, 'g');
  const inSql = new RegExp(`(?<=\\b(?:FROM|INTO|UPDATE|JOIN|TABLE|VIEW) )(${tables.join('|')})\\b`, 'g');
  return [
    ...(source.match(quoted) ?? []),
    ...(source.match(named) ?? []),
    ...(source.match(inSql) ?? []),
    ...(source.match(new RegExp(`(?<=['"\`}])${prefix}(?=[/'"\`])`, 'g')) ?? []),
  ];
}
