/** A table as text, the same in every renderer: the first column names the row, figures stand to the right. */
export type Table = {
  caption: string;
  columns: readonly (readonly [head: string, align: 'left' | 'right'])[];
  rows: readonly (readonly string[])[];
};
