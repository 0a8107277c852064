import { dstTables } from './dst-tables.ts';

const begin = '<!-- days on which clocks change: made by npm run docs:schedules -->';
const end = '<!-- end of days on which clocks change -->';

/** The page with its tables as they are to be; everything around them stays. Throws where the page has no place for them. */
export function withTables(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new RangeError(`the page has no ${begin} with ${end} after it`);
  return `${page.slice(0, from + begin.length)}\n\n${dstTables().join('\n')}\n\n${page.slice(to)}`;
}
