// npm run docs:cli: writes docs/cli.md anew, by playing what is on it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exampleProject } from './cli-docs/example-project.ts';
import { cliPage } from './cli-docs/page.ts';

await using project = await exampleProject('hello');
const file = join(import.meta.dirname, '..', 'docs', 'cli.md');
await writeFile(file, await cliPage(project));
process.stdout.write(`Wrote ${file}\n`);
