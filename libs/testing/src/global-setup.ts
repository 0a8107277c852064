import type { TestProject } from 'vitest/node';
import { startRunPostgres } from './index.ts';
import { startRunS3 } from './s3.ts';

/** Run by vitest once, before the first test file and in a process of its own. */
export async function setup(project: TestProject): Promise<() => PromiseLike<void>> {
  await using stack = new AsyncDisposableStack();
  const { endpoint, bucket, accessKeyId, secretAccessKey } = stack.use(await startRunS3());
  project.provide('s3', { endpoint, bucket, accessKeyId, secretAccessKey });
  const given = process.env.MILLRACE_TEST_DATABASE_URL;
  project.provide('postgresUrl', given || stack.use(await startRunPostgres()).url);
  const started = stack.move();
  return () => started.disposeAsync();
}
