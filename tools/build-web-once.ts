import { buildWeb } from './build-web.ts';

/** Run by vitest once, before the first test file: tests serve the built UI. */
export async function setup(): Promise<void> {
  if (!(await buildWeb({ print: (line) => console.log(line) }))) throw new Error('the web UI could not be built');
}
