/** Puts lines between a page's `<!-- name -->` and `<!-- /name -->`. Throws if the page has no such place. */
export function replaceBlock(page: string, name: string, lines: readonly string[]): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from < 0 || to < 0) throw new RangeError(`the page has no ${begin} with ${end} after it`);
  return `${page.slice(0, from + begin.length)}\n${lines.join('\n')}\n${page.slice(to)}`;
}
