import { html } from 'hono/html';
import { limitStatements, rungTables, sustainedStatement } from '../../document/content/index.ts';
import { facts, type Html, lines, type Section, textTable } from '../../render/html/index.ts';
import type { Knee } from '../../schema/index.ts';
import { kneeFigure } from './knee-chart.ts';

export function sustainedLoad(knee: Knee): Section {
  const [upToLimit, beyond] = rungTables(knee);
  return {
    id: 'sustained',
    title: 'Largest load it sustains',
    body: html`${lines([sustainedStatement(knee).join(', '), ...limitStatements(knee)])}
${kneeFigure(knee)}
<h3>Rungs</h3>
${knee.rungs.some(({ modelledP95Ms }) => modelledP95Ms !== undefined) && html`<p>Model alone: the p95 of the queue model at the same load, without the Worker and this machine. Others: processes that are not part of the run, in percent of one core.</p>`}
${textTable(upToLimit)}
${
  beyond.rows.length > 0 &&
  html`<h3>${beyond.caption}</h3>
<p>What came after the first rung that missed an objective. Only this table, the picture and the run over time tell of it.</p>
${textTable(beyond)}`
}
${knee.scalability && fitOf(knee.scalability)}`,
  };
}

/** Kappa is a few billionths: an exponent says so where zeroes would not. */
const coefficient = (value: number): string => value.toPrecision(3);

function fitOf({ lambda, sigma, kappa, rSquared }: NonNullable<Knee['scalability']>): Html {
  return html`<h3>Universal scalability law</h3>
<p>Gunther's law, fitted to the rungs: X(n) = λn / (1 + σ(n − 1) + κn(n − 1)).</p>
${facts([
  ['λ, requests/s of one user', coefficient(lambda)],
  ['σ, contention', coefficient(sigma)],
  ['κ, coherency', coefficient(kappa)],
  ['Variance explained (R²)', coefficient(rSquared)],
])}`;
}
