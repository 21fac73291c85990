import { findK6 } from './k6-binary/index.ts';

/** Before the tests: finds or builds k6 once, so that test files that run side by side do not build it twice. */
export default async function prepareK6(): Promise<void> {
  await findK6();
}
