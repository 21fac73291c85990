/** Pictures as data. A colour is a variable of the page's style sheet, so that one picture serves light, dark and print. */
export type Colour = 'accent' | 'second' | 'good' | 'bad' | 'void' | 'ink' | `part-${number}`;
export type Dash = 'solid' | 'dashed' | 'dotted';
export type Mark = 'circle' | 'triangle' | 'rect' | 'diamond';

/** How the numbers of an axis read. */
export type Scale = 'count' | 'quantity' | 'seconds' | 'percentile' | 'instant';

export interface Point {
  readonly x: number;
  /** null: the line breaks here. */
  readonly y: number | null;
  readonly mark?: Mark;
  readonly colour?: Colour;
}

export interface Line {
  /** Written at its end; absent: the line stands alone. */
  readonly name?: string;
  readonly colour: Colour;
  /** Without a stroke there are only marks. */
  readonly stroke?: Dash | 'none';
  readonly points: readonly Point[];
  /** How points of which there are more than pixels are thinned: `peaks` loses no highest one. */
  readonly thinned?: 'shape' | 'peaks';
}

/** Panels below each other over one horizontal axis. */
export interface LineChart {
  readonly type: 'lines';
  readonly x: {
    readonly scale: Scale;
    readonly min?: number;
    readonly max: number;
    readonly logarithmic?: true;
  };
  readonly panels: readonly {
    readonly title?: string;
    readonly heightPx: number;
    readonly scale: Scale;
    readonly logarithmic?: true;
    readonly lines: readonly Line[];
  }[];
  /** Stretches of the horizontal axis that are shaded in every panel. */
  readonly shaded?: readonly { readonly from: number; readonly to: number; readonly isStrong?: true }[];
  /** Where every panel has an upright dashed line. */
  readonly upright?: number;
}

/** Bars of several parts. */
export interface BarChart {
  readonly type: 'bars';
  /** One bar without an axis, with the shares written into it, when there is only one row and it has no name. */
  readonly rows: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** A range for each name, on a logarithmic axis whose steps double. */
export interface RangeChart {
  readonly type: 'ranges';
  readonly rows: readonly {
    readonly name: string;
    readonly ring: number;
    readonly thickTo: number;
    readonly thinTo: number;
    readonly bound: number;
    readonly colour: Colour;
  }[];
}

export interface Chart {
  /** Unique in the report. */
  readonly id: string;
  /** What a screen reader says in place of the picture. */
  readonly label: string;
  readonly caption: string;
  readonly legend?: readonly { readonly name: string; readonly colour: Colour; readonly dash?: Dash }[];
  readonly picture: LineChart | BarChart | RangeChart;
}

/** As many as the style sheet has. */
const PARTS = 6;
/** A colour for each of several parts. */
export const partColour = (index: number): Colour => `part-${(index % PARTS) + 1}`;

const DASHES: readonly Dash[] = ['solid', 'dashed', 'dotted'];
/** So that colour never tells lines apart alone. */
export const dashOf = (index: number): Dash => DASHES[index % DASHES.length] ?? 'solid';

/** The histogram's resolution, and the least that a logarithmic axis can show. */
export const LEAST_MS = 0.001;
