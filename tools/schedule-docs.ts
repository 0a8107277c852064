// npm run docs:schedules: writes the tables of docs/schedules.md anew, by asking libs/schedules.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withTables } from './schedule-docs/page.ts';

const file = join(import.meta.dirname, '..', 'docs', 'schedules.md');
await writeFile(file, withTables(await readFile(file, 'utf8')));
process.stdout.write(`Wrote ${file}\n`);
