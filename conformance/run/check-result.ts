import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Exchange } from '../../reference-worker/target/index.ts';
import { IS_INSTALLED } from '../../reports/command/index.ts';
import type { BrokenStatement, CheckResult, ConformanceWitness } from '../../reports/schema/index.ts';
import { areaOf, type Check, type CheckOutcome, type Witness } from '../checks/index.ts';
import { curlOf } from './curl.ts';
import type { Redaction } from './redaction.ts';

const ROOT = join(import.meta.dirname, '..', '..');
/** More witnesses of one check than this say the same once more. */
const WITNESSES_MAX = 10;
const RESPONSE_MAX_LENGTH = 2_000;
/** A session is a secret of the target's owner. */
const HIDDEN_HEADERS: ReadonlySet<string> = new Set(['set-cookie']);

/** Texts by path below the run's folder. */
export type Attachments = Record<string, string>;

/**
 * An outcome as it is reported: without tokens, with its files apart.
 *
 * @param reproduce the command that repeats the check, given what a witness adds to it
 * @param attachments takes the files
 */
export function checkResultOf(
  { check, ...outcome }: CheckOutcome,
  show: Redaction,
  reproduce: (replay?: string) => string,
  attachments: Attachments,
): CheckResult {
  const folder = `witnesses/${check.id.replace('/', '-')}`;
  return {
    id: check.id,
    area: areaOf(check),
    title: check.title,
    requirements: [...check.requirements],
    severity: check.severity,
    method: check.method,
    source: sourceOf(check),
    verdict: outcome.verdict,
    reason: show.text(outcome.reason),
    claims: outcome.claims,
    controls: outcome.controls,
    broken: brokenOf({ check, ...outcome }).map(({ kind, text, witness }, index) => ({
      kind,
      text: show.text(text),
      ...(witness && index < WITNESSES_MAX
        ? { witness: witnessOf(witness, show, `${folder}/${index + 1}`, attachments) }
        : {}),
    })),
    remarks: outcome.remarks.map(show.text),
    durationMs: outcome.durationMs,
    reproduce: reproduce(outcome.witness?.replay),
  };
}

/**
 * What is wrong is in the Worker, which nobody here has read. The nearest file is the check, by convention in a file of its name or
 * in its area's folder; to somebody who has installed the package it is their description.
 */
function sourceOf({ id }: Check): string {
  const file = `conformance/checks/${id}.ts`;
  if (IS_INSTALLED) return 'shardproof.config.ts';
  return existsSync(join(ROOT, file)) ? file : 'conformance/checks/registry.ts';
}

interface Broken {
  readonly kind: BrokenStatement['kind'];
  readonly text: string;
  readonly witness?: Witness | undefined;
}

function brokenOf({ failures, witness, reason }: CheckOutcome): Broken[] {
  if (failures.length > 0)
    return failures.map((failure) => ({ kind: 'claim', text: failure.text, witness: failure.witness }));
  return witness ? [{ kind: 'control', text: reason, witness }] : [];
}

function witnessOf(
  witness: Witness,
  show: Redaction,
  folder: string,
  attachments: Attachments,
): ConformanceWitness {
  const files = (witness.attachments ?? []).map(({ name, text }) => {
    attachments[`${folder}/${name}`] = show.text(text);
    return `${folder}/${name}`;
  });
  return {
    sentences: witness.sentences.map(show.text),
    exchanges: witness.exchanges.map((exchange, index) => {
      const { line, file } = curlOf(exchange, show, `${folder}/body-${index + 1}`);
      if (file) attachments[file.path] = file.text;
      return { account: exchange.account, pop: exchange.pop, curl: line, ...responseOf(exchange, show) };
    }),
    files,
  };
}

function responseOf({ response: { status, headers, body } }: Exchange, show: Redaction) {
  const shown = show.text(body);
  const entries = Object.entries(headers).map(([name, value = '']): [string, string] => [
    name,
    HIDDEN_HEADERS.has(name) ? '(hidden)' : show.text(value),
  ]);
  return {
    status,
    headers: Object.fromEntries(entries),
    body: shown.length > RESPONSE_MAX_LENGTH ? `${shown.slice(0, RESPONSE_MAX_LENGTH)}...` : shown,
  };
}
