/** One renderer for each medium: a report of any kind becomes a page, a summary in Markdown, or lines for the terminal. */
export { type Paint, painter, plain, renderConsole, terminalOf, VERDICT_STYLE } from './console.ts';
export { renderHtml, renderPage } from './html/index.ts';
export { renderMarkdown } from './markdown.ts';
