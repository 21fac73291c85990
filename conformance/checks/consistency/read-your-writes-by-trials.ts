import type { Check } from '../check.ts';
import { bodyOf, judgeTrials, roundIn, runTrials } from './trials.ts';

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
      return async ({ round, document, here, there }) => {
        const write = await client.ask({ kind: 'put', ...document, body: bodyOf(round) }, { pop: here });
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
