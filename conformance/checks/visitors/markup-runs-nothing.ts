import { accountOf, Client } from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody } from '../kit/index.ts';
import { markIn, published, shows, Visitor, viewsOf } from './visitor.ts';

/** Each runs something where it is put into a page as it is; the second text is found in the page that would. */
const HOSTILE: readonly (readonly [text: string, live: RegExp])[] = [
  ['<script>alert(1)</script>', /<script>alert\(1\)/i],
  ['<img src=x onerror=alert(2)>', /<img[^>]*\bonerror=alert\(2\)/i],
  ['<svg/onload=alert(3)>', /<svg[^>]*onload=alert\(3\)/i],
  ['<iframe srcdoc="<script>alert(4)</script>"></iframe>', /<iframe[^>]*srcdoc=/i],
  ['[link](javascript:alert(5))', /href="?javascript:alert\(5\)/i],
  ['[link](data:text/html,alert(6))', /href="?data:text\/html,alert\(6\)/i],
  ['<a href="vbscript:alert(7)">link</a>', /<a href="vbscript:alert\(7\)/i],
  ['</title><script>alert(8)</script>', /<script>alert\(8\)/i],
  ['"><script>alert(9)</script>', /<script>alert\(9\)/i],
  ['![x](x"onerror="alert(10))', /onerror="alert\(10\)/i],
];

export const markupRunsNothing: Check = {
  id: 'visitors/markup-runs-nothing',
  title: 'What an account has written is shown to visitors as text: no markup of it runs anything.',
  requirements: ['D2', 'D5'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['visitors', 'put'],
  method:
    'Documents are published with texts that run a script where they become part of a page as they are (OWASP, cross-site scripting): ' +
    'elements, attributes, and links of other schemes, in HTML and in Markdown. In no page is one of them live. What is no HTML is not ' +
    'judged, and neither is a page whose content security policy forbids all scripts excused: a browser that does not know it runs them.',
  async run({ target, evidence, unique }) {
    const owner = new Client(target, accountOf(target, 'subject'));
    const visitor = new Visitor(target);
    const isDocument = ({ path, id }: { path: string; id?: string }): boolean =>
      path.includes(':id') && id === undefined;
    for (const view of viewsOf(target, (each) => isDocument(each.view))) {
      for (const [at, [text, live]] of HOSTILE.entries()) {
        const of = published(view, unique(`markup-${view.name}-${at}`));
        const body = documentBody(view.resource, `${markIn(of, 'shown')} ${text}`);
        const put = await owner.ask({ kind: 'put', resource: view.resource.name, id: of.id, body });
        if (put.answer.outcome === 'refused') continue;
        const look = await visitor.look(of);
        evidence.control(
          `a document with ${text} is shown (${view.name})`,
          shows(look, markIn(of, 'shown')),
          [put, look],
        );
        const isHtml = /html/.test(look.response.headers['content-type'] ?? 'text/html');
        evidence.claim(`${text} is not live (${view.name})`, !isHtml || !live.test(look.response.body), [
          put,
          look,
        ]);
      }
    }
  },
};
