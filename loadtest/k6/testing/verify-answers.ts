import http from 'k6/http';
import type { Expected } from '../shapes.ts';
import { verifyBody } from '../verify.ts';
import { findings, memoryOf } from './answers.ts';

/** A k6 script: asks TARGET what to expect of each of its answers, verifies them, and logs what it found. */
export const options = { vus: 1, iterations: 1 };

export default function verifyAnswers(): void {
  const { TARGET } = __ENV;
  const expectations = http.get(`${TARGET}/expected`).json() as unknown as Expected[];
  expectations.forEach((expected, at) => {
    console.error(findings(verifyBody(http.get(`${TARGET}/${at}`), expected, memoryOf(3))));
  });
}
