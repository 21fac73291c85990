import {
  accountOf,
  Client,
  type Exchange,
  encode,
  type Operation,
  resourceWith,
  shardOfSubject,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, lackOfProblem, leakInError, underFaults } from '../kit/index.ts';

const NOBODY = { exact: [401], others: [403, 404] };
/** 422: what was sent can be read, and makes no sense (RFC 9110, section 15.5.21). */
const MISTAKE = { exact: [400, 422], others: [415] };

export const errorsAreProblems: Check = {
  id: 'robustness/errors-are-problems',
  title:
    'Every error is a problem document that tells a program what to do, and tells nobody how the Worker works.',
  requirements: ['A7'],
  severity: 'medium',
  environment: 'real-time',
  needs: ['put', 'read', 'list'],
  promises: ['problem-documents'],
  method:
    'One error of every class is caused: no token, no document, no route, broken JSON, a broken query, a failed ' +
    'precondition, and with planned faults a database that does not answer. Each must be a problem document (RFC 9457) ' +
    'whose status is that of the response, with a stable code, whether a write certainly did not happen, and the next ' +
    'step; 401 must say how to authenticate (RFC 9110, 11.6.1) and 503 when to come back. None may hold SQL, a stack ' +
    'or the text of a database error. A target that promises no problem documents is judged on the rest.',
  async run(context) {
    const { target, evidence } = context;
    const errors = await causeErrors(context);
    const isStrict = target.lacks('problem-documents') === undefined;
    // Which of its class fits best is a matter of taste, unless what a status means is promised.
    const isExact = target.lacks('http-semantics') === undefined;
    const isFitting = ({ exchange, exact, others }: Caused): boolean =>
      [...exact, ...(isExact ? [] : others)].includes(exchange.response.status);
    const unexpected = errors.find((error) => !isFitting(error));
    evidence.claim(
      'each error has the status of its class',
      !unexpected,
      unexpected && [unexpected.exchange],
    );
    const { name } = resourceWith(target.system, { routes: ['list'] });
    const ok = await new Client(target, accountOf(target, 'subject')).ask({ kind: 'list', resource: name });
    evidence.control('a request without a mistake is answered', ok.answer.outcome === 'ok', [ok]);
    if (!isStrict)
      evidence.remark('Problem documents are not promised, so what an error must hold is not judged.');
    for (const { what, exchange } of errors) {
      const { status, headers } = exchange.response;
      const leak = leakInError(exchange.response);
      evidence.claim(`the error for ${what} holds nothing of how the Worker works`, leak === undefined, {
        sentences: [
          `An error must not hold SQL, a stack or a database error. However, this holds "${leak}".`,
        ],
        exchanges: [exchange],
      });
      if (status === 401)
        evidence.claim('401 says how to authenticate', Boolean(headers['www-authenticate']), [exchange]);
      if (isStrict && status === 503) {
        const isNumber = /^\d+$/.test(headers['retry-after'] ?? '');
        evidence.claim(`the error for ${what} says when to come back`, isNumber, [exchange]);
      }
      if (!isStrict) continue;
      const lack = lackOfProblem(exchange.response);
      evidence.claim(`the error for ${what} is a whole problem document`, lack === undefined, {
        sentences: [`A problem document has type, title, status, code, definite and next. However, ${lack}.`],
        exchanges: [exchange],
      });
    }
  },
};

interface Caused {
  readonly what: string;
  /** What RFC 9110 calls it. */
  readonly exact: readonly number[];
  /** What others of its class it is called by many. */
  readonly others: readonly number[];
  readonly exchange: Exchange;
}

async function causeErrors({ target, unique }: Context): Promise<Caused[]> {
  const client = new Client(target, accountOf(target, 'subject'));
  const resource = resourceWith(target.system, { ids: 'client', routes: ['put', 'read', 'list'] });
  const document = { resource: resource.name, id: unique('document') };
  const read = { kind: 'read', ...document } as const;
  const put = { kind: 'put', ...document, body: documentBody(resource, unique('word')) } as const;
  const list = { kind: 'list', resource: resource.name } as const;
  const outdated = { ...put, id: unique('outdated') };
  const ifMatch = (await client.ask(outdated)).answer.etag ?? '';
  const now = (await client.ask(outdated)).answer.etag ?? '';
  const isStrong = target.lacks('if-match') === undefined && ifMatch !== now && !ifMatch.startsWith('W/');
  const below = `${encode(target.system, read).path}/no/such/route`;
  const nothing = await client.ask(read);
  const paths = [list, { ...list, limit: Number.NaN }, { ...list, cursor: "x'--" }].map(
    (each) => encode(target.system, each).path,
  );
  const caused: Caused[] = [
    { what: 'no token', ...NOBODY, exchange: await client.ask(read, { token: null }) },
    {
      what: 'a token that nobody signed',
      ...NOBODY,
      exchange: await client.ask(read, { token: 'x.y.z' }),
    },
    // A Worker may say it with a status that is no error, unless what a status means is promised; 410 tells that it was there
    // (RFC 9110, section 15.5.11).
    ...(target.lacks('http-semantics') !== undefined &&
    nothing.response.status < 400 &&
    nothing.answer.outcome === 'absent'
      ? []
      : [{ what: 'no document', exact: [404], others: [403, 410], exchange: nothing }]),
    {
      what: 'no such route',
      exact: [404],
      others: [400, 403, 405],
      exchange: await client.ask(read, { path: below }),
    },
    {
      what: 'broken JSON',
      exact: [400],
      others: [422, 415],
      exchange: await client.ask(put, { body: '{"body":' }),
    },
    // What a Worker does not know of it takes no notice of.
    ...(target.lacks('sealed-cursors') === undefined && paths[1] !== paths[0]
      ? [
          {
            what: 'a limit that is no number',
            ...MISTAKE,
            exchange: await client.ask({ ...list, limit: Number.NaN }),
          },
        ]
      : []),
    ...(target.lacks('sealed-cursors') === undefined && paths[2] !== paths[0]
      ? [
          {
            what: 'a broken cursor',
            ...{ exact: MISTAKE.exact, others: [...MISTAKE.others, 410] },
            exchange: await client.ask({ ...list, cursor: "x'--" }),
          },
        ]
      : []),
    ...(isStrong
      ? [
          {
            what: 'a failed precondition',
            ...{ exact: [412], others: [409] },
            exchange: await client.ask({ ...outdated, ifMatch }),
          },
        ]
      : []),
  ];
  if (target.lacks('faults') !== undefined) return caused;
  const database = shardOfSubject(target);
  const failing = async (what: string, operation: Operation, fault: Parameters<typeof underFaults>[1]) => {
    const { result } = await underFaults(target, fault, () => client.ask(operation));
    return { what, exact: [503], others: [500, 502, 504], exchange: result };
  };
  const lost = [{ id: 'lost', kind: 'connection-lost', when: 'mid-reply', database }] as const;
  const overloaded = [{ id: 'full', kind: 'overloaded', reason: 'too-many-queued', database }] as const;
  return [
    ...caused,
    await failing('a read that is lost', list, lost),
    await failing('a write that is lost', put, lost),
    await failing('an overloaded database', put, overloaded),
  ];
}
