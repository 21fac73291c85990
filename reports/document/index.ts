/** What every report is made of before it has a form: blocks, words, numbers, pictures as data. */
export * from './blocks.ts';
export * from './chart.ts';
export * from './figures.ts';
export * from './format.ts';
export * from './requirements.ts';
export * from './verdict.ts';
