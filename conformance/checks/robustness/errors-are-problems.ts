import type { Operation } from '../../contract/index.ts';
import { accountOf, Client, type Exchange, shardOfSubject } from '../../target/index.ts';
import type { Check, Context } from '../check.ts';
import { leakIn } from '../kit/leaks.ts';
import { underFaults } from '../kit/planned-faults.ts';

const PROBLEM = 'application/problem+json';

export const errorsAreProblems: Check = {
  id: 'robustness/errors-are-problems',
  title:
    'Every error is a problem document that tells a program what to do, and tells nobody how the Worker works.',
  requirements: ['A7'],
  severity: 'medium',
  world: 'calm',
  needs: ['put', 'read', 'list'],
  method:
    'One error of every class is provoked: no token, no document, no route, broken JSON, a broken query, a failed ' +
    'precondition, and with planned faults a database that does not answer. Each must be a problem document (RFC 9457) ' +
    'whose status is that of the response, with a stable code, whether a write certainly did not happen, and the next ' +
    'step; 401 must say how to authenticate (RFC 9110, 11.6.1) and 503 when to come back. None may hold SQL, a stack ' +
    'or the text of a database error. A target that sends no problem document at all is judged on the rest.',
  async run(context) {
    const { target, evidence } = context;
    const errors = await provoke(context);
    const isRefused = errors.every(({ exchange, status }) => exchange.response.status === status);
    const unexpected = errors.find(({ exchange, status }) => exchange.response.status !== status);
    evidence.claim('each error has the status of its class', isRefused, unexpected && [unexpected.exchange]);
    const ok = await new Client(target, accountOf(target, 'subject')).ask({
      kind: 'list',
      collection: 'notes',
    });
    evidence.control('a request without a mistake is answered', ok.answer.outcome === 'ok', [ok]);
    const speaksProblems = errors.some(({ exchange }) => typeOf(exchange) === PROBLEM);
    if (!speaksProblems)
      evidence.remark(`No error is ${PROBLEM}, so what such a document must hold is not judged.`);
    for (const { what, exchange } of errors) {
      const { status, headers, body } = exchange.response;
      const leak = leakIn(body);
      evidence.claim(`the error for ${what} holds nothing of how the Worker works`, leak === undefined, {
        sentences: [
          `An error must not hold SQL, a stack or a database error. However, this holds "${leak}".`,
        ],
        exchanges: [exchange],
      });
      if (status === 401)
        evidence.claim('401 says how to authenticate', Boolean(headers['www-authenticate']), [exchange]);
      if (speaksProblems && status === 503) {
        const isNumber = /^\d+$/.test(headers['retry-after'] ?? '');
        evidence.claim(`the error for ${what} says when to come back`, isNumber, [exchange]);
      }
      if (!speaksProblems) continue;
      const lack = lackOfProblem(exchange);
      evidence.claim(`the error for ${what} is a whole problem document`, lack === undefined, {
        sentences: [`A problem document has type, title, status, code, definite and next. However, ${lack}.`],
        exchanges: [exchange],
      });
    }
  },
};

interface Provoked {
  readonly what: string;
  /** What it is in HTTP's own classes. */
  readonly status: number;
  readonly exchange: Exchange;
}

async function provoke({ target, unique }: Context): Promise<Provoked[]> {
  const client = new Client(target, accountOf(target, 'subject'));
  const document = { collection: 'clients', id: unique('document') } as const;
  const read = { kind: 'read', ...document } as const;
  const put = { kind: 'put', ...document, body: {} } as const;
  const list = { kind: 'list', collection: 'clients' } as const;
  const outdated = { ...put, id: unique('outdated') };
  const ifMatch = (await client.ask(outdated)).answer.etag ?? '';
  await client.ask(outdated);
  const provoked: Provoked[] = [
    { what: 'no token', status: 401, exchange: await client.ask(read, { token: null }) },
    { what: 'a token that nobody signed', status: 401, exchange: await client.ask(read, { token: 'x.y.z' }) },
    { what: 'no document', status: 404, exchange: await client.ask(read) },
    { what: 'no such route', status: 404, exchange: await client.ask(read, { path: '/v1/no/such/route' }) },
    { what: 'broken JSON', status: 400, exchange: await client.ask(put, { body: '{"body":' }) },
    {
      what: 'a limit that is no number',
      status: 400,
      exchange: await client.ask({ ...list, limit: Number.NaN }),
    },
    { what: 'a broken cursor', status: 400, exchange: await client.ask({ ...list, cursor: "x'--" }) },
    { what: 'a failed precondition', status: 412, exchange: await client.ask({ ...outdated, ifMatch }) },
  ];
  if (target.lacks('faults') !== undefined) return provoked;
  const database = shardOfSubject(target);
  const failing = async (what: string, operation: Operation, fault: Parameters<typeof underFaults>[1]) => {
    const { result } = await underFaults(target, fault, () => client.ask(operation));
    return { what, status: 503, exchange: result };
  };
  const lost = [{ id: 'lost', kind: 'connection-lost', when: 'mid-reply', database }] as const;
  const overloaded = [{ id: 'full', kind: 'overloaded', reason: 'too-many-queued', database }] as const;
  return [
    ...provoked,
    await failing('a read that is lost', list, lost),
    await failing('a write that is lost', put, lost),
    await failing('an overloaded database', put, overloaded),
  ];
}

const typeOf = ({ response }: Exchange): string =>
  (response.headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '';

/** What a problem document lacks, as the rest of a sentence. */
function lackOfProblem(exchange: Exchange): string | undefined {
  const { status, body } = exchange.response;
  if (typeOf(exchange) !== PROBLEM) return `its type is ${typeOf(exchange) || 'not given'}`;
  const problem: Readonly<Record<string, unknown>> = JSON.parse(body);
  if (problem.status !== status) return `it says status ${problem.status} in a response with ${status}`;
  const texts = ['type', 'title', 'code', 'next'].filter((member) => typeof problem[member] !== 'string');
  if (texts.length > 0) return `it has no ${texts.join(', ')}`;
  return typeof problem.definite === 'boolean' ? undefined : 'it does not say whether it is definite';
}
