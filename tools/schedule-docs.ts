// npm run docs:schedules: writes anew what docs/schedules.md has of tables and transcripts.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withBlocks } from './schedule-docs/page.ts';

const file = join(import.meta.dirname, '..', 'docs', 'schedules.md');
await writeFile(file, withBlocks(await readFile(file, 'utf8')));
process.stdout.write(`Wrote ${file}\n`);
