import type { TestProject } from 'vitest/node';
import { startRunPostgres } from './index.ts';

/** Run by vitest once, before the first test file and in a process of its own. */
export async function setup(project: TestProject): Promise<(() => PromiseLike<void>) | undefined> {
  const given = process.env.MILLRACE_TEST_DATABASE_URL;
  if (given) {
    project.provide('postgresUrl', given);
    return undefined;
  }
  const postgres = await startRunPostgres();
  project.provide('postgresUrl', postgres.url);
  return () => postgres[Symbol.asyncDispose]();
}
