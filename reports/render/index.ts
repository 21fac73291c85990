/** Markdown and terminal text of any report; `html/` and `charts/` make pages. */
export { LABEL_WIDTH, labelled, type Paint, painter, plain, VERDICT_STYLE } from './console.ts';
export {
  type Align,
  escapeMarkdown,
  fenced,
  loud,
  MARKDOWN_MARK,
  markdownTable,
  oneLine,
} from './markdown.ts';
