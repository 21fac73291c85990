import { stripVTControlCharacters, styleText } from 'node:util';
import type { Outcome } from '../schema/index.ts';

type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

export const VERDICT_STYLE: Readonly<Record<Outcome, Style>> = {
  PASS: ['bold', 'green'],
  FAIL: ['bold', 'red'],
  INCONCLUSIVE: ['bold', 'yellow'],
  VOID: ['bold', 'magenta'],
};
export const LABEL_WIDTH = 14;

/** @param colour whether to emit ANSI styles; words carry the meaning either way */
export const painter =
  (colour: boolean): Paint =>
  (style, text) =>
    colour ? styleText(style, text, { validateStream: false }) : text;

/** Text from a result cannot move the cursor or colour the terminal: control sequences are removed. */
export const plain = (text: string) => stripVTControlCharacters(text).replaceAll(/\s+/g, ' ');

export const labelled = (paint: Paint, label: string, text: string) =>
  `${paint('dim', label.padEnd(LABEL_WIDTH))}${text}`;
