import { html, raw } from 'hono/html';
import { micromark } from 'micromark';
import type { CachedValues } from './cache.ts';
import type { Entry } from './statements.ts';

type Settings = CachedValues['settings'];
type Html = ReturnType<typeof html>;

/** Nothing runs, in pages and in media: what an owner writes is shown, and styles come from this site. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self' https: data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const THEMES = {
  light: { paper: '#ffffff', ink: '#1b1b1f', link: '#0b57d0' },
  dark: { paper: '#16181d', ink: '#e6e6ea', link: '#8ab4f8' },
} as const;

/** The style sheet of a tenant's settings (D9). What is no colour is not used: a style sheet is no place for free text. */
export function themeOf({ theme, accent }: Settings): string {
  const { paper, ink, link } = theme === 'dark' ? THEMES.dark : THEMES.light;
  const accented = /^#[\da-f]{6}$/i.test(accent ?? '') ? accent : link;
  return (
    `:root{color-scheme:${theme === 'dark' ? 'dark' : 'light'}}` +
    `body{background:${paper};color:${ink};font:1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}` +
    `a{color:${link}}header{border-bottom:.25rem solid ${accented}}img{max-width:100%}pre{white-space:pre-wrap;overflow-wrap:anywhere}input,button{font:inherit}`
  );
}

const page = (settings: Settings, title: string, content: Html): Html => html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><link rel="stylesheet" href="/theme.css"><link rel="icon" href="data:,"></head>
<body><header><a href="/">${settings.title ?? 'Home'}</a></header>
<main>${content}</main>
<footer><form action="/search"><label>Search <input name="q"></label> <button>Find</button></form></footer></body>
</html>`;

type Listed = CachedValues['list'];
const listed = (posts: Listed): Html =>
  html`<ul>${posts.map(({ id, title }) => html`<li><a href="/posts/${id}">${title}</a></li>`)}</ul>`;

export function homePage(settings: Settings, posts: Listed): Html {
  const { title = 'Home', description = '' } = settings;
  return page(settings, title, html`<h1>${title}</h1><p>${description}</p>${listed(posts)}`);
}

/** Markdown without HTML of its own, and without links that run anything: what micromark does unless told otherwise. */
export const entryPage = (settings: Settings, { title, text }: Entry): Html =>
  page(settings, title, html`<h1>${title}</h1>${raw(micromark(text))}`);

export const searchPage = (settings: Settings, words: string, found: Listed): Html =>
  page(settings, `Search: ${words}`, html`<h1>Search: ${words}</h1>${listed(found)}`);
