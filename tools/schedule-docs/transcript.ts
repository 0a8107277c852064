import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const main = join(import.meta.dirname, '..', '..', 'apps', 'cli', 'src', 'main.ts');

/** A call of the command line that needs no server, and what it prints, as a block of Markdown. */
export function transcript(line: readonly string[]): string[] {
  const { stdout, stderr } = spawnSync(process.execPath, [main, ...line], { encoding: 'utf8' });
  const typed = ['$ millrace', ...line.map((word) => (/^[\w./:=-]+$/.test(word) ? word : `'${word}'`))].join(' ');
  const printed = `${stdout}${stderr}`.replaceAll(/ +$/gm, '').trimEnd();
  return ['```console', typed, ...printed.split('\n'), '```'];
}
