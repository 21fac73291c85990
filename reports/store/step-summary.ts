import { appendFile } from 'node:fs/promises';

/**
 * Appends a summary to the page of the GitHub Actions step that this process runs in; elsewhere it does nothing.
 *
 * GitHub shows at most 1 MiB a step (docs.github.com, "Workflow commands for GitHub Actions", adding a job summary).
 *
 * @param markdown as `renderMarkdown` gives it
 * @param env holds GITHUB_STEP_SUMMARY, the file to append to, when GitHub runs the step
 * @throws the file system's error when the file cannot be written
 */
export async function appendStepSummary(
  markdown: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  if (env.GITHUB_STEP_SUMMARY) await appendFile(env.GITHUB_STEP_SUMMARY, `${markdown}\n`);
}
