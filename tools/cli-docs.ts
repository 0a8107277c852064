// npm run docs:cli: writes docs/cli.md anew, by playing what is on it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { helloProject } from './cli-docs/hello-project.ts';
import { cliPage } from './cli-docs/page.ts';

await using project = await helloProject();
const file = join(import.meta.dirname, '..', 'docs', 'cli.md');
await writeFile(file, await cliPage(project));
process.stdout.write(`Wrote ${file}\n`);
