import type { Defect } from './defect.ts';

const FILE = 'lossless-json.ts';
const COMPARED = 'decimalOf(number) === decimalOf(String(Number(number)))';
const RFC_8259 = 'https://www.rfc-editor.org/rfc/rfc8259';

/** What is acknowledged and stored as something else. */
export const VALUE_DEFECTS: readonly Defect[] = [
  {
    id: 'robustness/infinite-number-becomes-null',
    title: 'A number beyond the range of a double is acknowledged and stored as null.',
    standsFor: { what: 'Range and precision of numbers (section 6)', where: RFC_8259 },
    edits: [{ file: FILE, find: COMPARED, replace: `(${COMPARED} || !Number.isFinite(Number(number)))` }],
    check: 'robustness/values-come-back',
  },
  {
    id: 'robustness/whole-number-loses-digits',
    title:
      'A whole number of 19 digits, as other systems have for ids, is acknowledged and stored with other digits.',
    standsFor: {
      what: 'Numbers beyond a double (section 2.2)',
      where: 'https://www.rfc-editor.org/rfc/rfc7493',
    },
    edits: [{ file: FILE, find: '/^-?[\\d.]{1,15}$/', replace: '/^-?(\\d+|[\\d.]{1,15})$/' }],
    check: 'robustness/values-come-back',
  },
  {
    id: 'robustness/fraction-loses-digits',
    title: 'A fraction with more digits than a double holds is acknowledged and rounded.',
    edits: [{ file: FILE, find: '/^-?[\\d.]{1,15}$/', replace: '/^-?(\\d{1,15}|\\d+\\.\\d+)$/' }],
    check: 'robustness/values-come-back',
  },
  {
    id: 'robustness/tiny-number-becomes-zero',
    title: 'A number too small for a double is acknowledged and stored as zero.',
    edits: [{ file: FILE, find: COMPARED, replace: `(${COMPARED} || Number(number) === 0)` }],
    check: 'robustness/values-come-back',
  },
  {
    id: 'robustness/one-of-two-names',
    title: 'Of two members with one name the first is lost without a word.',
    standsFor: { what: 'Names that are not unique (section 4)', where: RFC_8259 },
    edits: [{ file: FILE, find: '.size === known)', replace: '.size === -1 - Number(known))' }],
    check: 'robustness/values-come-back',
  },
  {
    id: 'robustness/bytes-become-replacement-characters',
    title: 'What is no UTF-8 is acknowledged and stored as U+FFFD.',
    standsFor: {
      what: 'Improper handling of Unicode encoding (CWE-176)',
      where: 'https://cwe.mitre.org/data/definitions/176.html',
    },
    edits: [{ file: FILE, find: 'fatal: true', replace: 'fatal: false' }],
    check: 'robustness/values-come-back',
  },
  {
    id: 'robustness/charset-ignored',
    title: 'A text that is said to be ISO 8859-1 is read as UTF-8.',
    edits: [{ file: FILE, find: 'if (!/^utf-?8$/i.test(charset))', replace: "if (charset === '')" }],
    check: 'robustness/values-come-back',
  },
  {
    id: 'robustness/query-becomes-replacement-characters',
    title: 'A filter that is no UTF-8 finds documents with U+FFFD in that place.',
    edits: [{ file: 'list-query.ts', find: 'decodeURIComponent(search);', replace: 'search.trim();' }],
    check: 'robustness/values-come-back',
  },
  {
    id: 'robustness/lone-surrogates-replaced',
    title: 'A text with half of a surrogate pair is acknowledged and stored with U+FFFD.',
    edits: [
      {
        file: FILE,
        find: 'json = JSON.parse(text);',
        replace:
          "json = JSON.parse(text, (_, value) => (typeof value === 'string' ? value.replace(/[\\ud800-\\udfff]/gu, '\\ufffd') : value));",
      },
    ],
    check: 'robustness/values-come-back',
  },
  {
    id: 'robustness/proto-is-dropped',
    title: 'A member called __proto__ is dropped without a word, and the rest is acknowledged.',
    standsFor: {
      what: 'Parsers that remove __proto__',
      where: 'https://github.com/fastify/secure-json-parse',
    },
    edits: [
      {
        file: FILE,
        find: 'json = JSON.parse(text);',
        replace: "json = JSON.parse(text, (name, value) => (name === '__proto__' ? undefined : value));",
      },
    ],
    check: 'robustness/values-come-back',
  },
];
