import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../processes/app-process.ts';
import { replaceBlock } from './replace-block.ts';

/** Puts lines into a block of a page below docs/performance. */
export async function writePage(page: string, block: string, lines: readonly string[]): Promise<void> {
  const file = join(repository, 'docs', 'performance', `${page}.md`);
  await writeFile(file, replaceBlock(await readFile(file, 'utf8'), block, lines));
}
