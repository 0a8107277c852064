import { dstTables } from './dst-tables.ts';
import { transcript } from './transcript.ts';

const preview = [
  ...['schedule', 'preview', '--cron', '30 2 * * *', '--timezone', 'Europe/Berlin'],
  ...['--from', '2026-03-28', '--count', '3'],
];

/** What is made, by the name of its place. */
const blocks: Readonly<Record<string, () => readonly string[]>> = {
  'a preview': () => transcript(preview),
  'a mistake': () => transcript(['schedule', 'preview', '--cron', '0 9,25 * * *']),
  'days on which clocks change': dstTables,
};

/** The page with what is made as it is to be; all around stays. Throws where the page has no place for something. */
export function withBlocks(page: string): string {
  return Object.entries(blocks).reduce((text, [name, lines]) => withBlock(text, name, lines()), page);
}

function withBlock(page: string, name: string, lines: readonly string[]): string {
  const [begin, end] = [`<!-- ${name}: made by npm run docs:schedules -->`, `<!-- end of ${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new RangeError(`the page has no ${begin} with ${end} after it`);
  return `${page.slice(0, from + begin.length)}\n\n${lines.join('\n')}\n\n${page.slice(to)}`;
}
