/** The longest page that a server gives. */
const LONGEST_PAGE = 200;

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken: string;
}

/** Items of a list from its beginning, over as many pages as it takes. `limit`: default all. */
export async function collectPages<Item>(
  fetchPage: (pageSize: number, pageToken: string) => Promise<Page<Item>>,
  limit = Number.POSITIVE_INFINITY,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let token = '';
  do {
    const page = await fetchPage(Math.min(limit - items.length, LONGEST_PAGE), token);
    items.push(...page.items);
    token = page.nextPageToken;
  } while (token !== '' && items.length < limit);
  return { items, nextPageToken: token };
}
