import type { Check } from '../check.ts';
import { judgeTrials, roundIn, runTrials } from './trials.ts';

export const readYourWritesByTrials: Check = {
  id: 'consistency/read-your-writes-by-trials',
  title:
    'In many trials, a session read what it had just written, from another place where there are several.',
  requirements: ['A11', 'B4', 'B5'],
  severity: 'high',
  environment: 'real-time',
  needs: ['sessions', 'put', 'read'],
  method:
    'Eight sessions at once write a document and read it back, again and again, with their own newest bookmark, each ' +
    'read in the next place after that of the write. It needs nothing but a token and URLs, so it also runs against a ' +
    'deployment; there, what it could have missed is a probability, which is stated.',
  async run(context) {
    const tried = await runTrials(context, (newClient) => {
      const client = newClient();
      return async ({ round, document, body, here, there }) => {
        const write = await client.ask({ kind: 'put', ...document, body }, { pop: here });
        const read = await client.ask({ kind: 'read', ...document }, { pop: there });
        const shown = roundIn(read.answer);
        return {
          isAnswered: write.answer.outcome === 'ok' && shown !== undefined,
          isFresh: shown === round,
          sentences: [
            `Because the session wrote round ${round} in ${here}, it must read that: nobody else writes.`,
            `However, in ${there} it then read ${shown === -1 ? 'nothing' : `round ${shown}`}.`,
          ],
          exchanges: [write, read],
        };
      };
    });
    judgeTrials(context, 'each session read what it had just written', tried);
  },
};

export const monotonicReadsByTrials: Check = {
  id: 'consistency/monotonic-reads-by-trials',
  title: 'In many trials, a session that read twice while another wrote never went back in time.',
  requirements: ['A11', 'B4', 'B5'],
  severity: 'high',
  environment: 'real-time',
  needs: ['sessions', 'put', 'read'],
  method:
    'Eight pairs of sessions at once: one writes a document, the other reads it twice, in two places where there are ' +
    'several, with its own newest bookmark and knowing nothing of the other. It needs nothing but a token and URLs, so ' +
    'it also runs against a deployment; there, what it could have missed is a probability, which is stated.',
  async run(context) {
    const tried = await runTrials(context, (newClient) => {
      const [writer, reader] = [newClient(), newClient()];
      return async ({ document, body, here, there }) => {
        const write = await writer.ask({ kind: 'put', ...document, body }, { pop: here });
        const first = await reader.ask({ kind: 'read', ...document }, { pop: here });
        const second = await reader.ask({ kind: 'read', ...document }, { pop: there });
        const [before, after] = [roundIn(first.answer), roundIn(second.answer)];
        return {
          isAnswered: write.answer.outcome === 'ok' && before !== undefined && after !== undefined,
          isFresh: (after ?? -1) >= (before ?? -1),
          sentences: [
            `Because the session saw round ${before} in ${here}, it must see that or a newer one from then on.`,
            `However, in ${there} it then saw ${after === -1 ? 'nothing' : `round ${after}`}.`,
          ],
          exchanges: [write, first, second],
        };
      };
    });
    judgeTrials(context, 'no session that read twice saw an older version the second time', tried);
  },
};
