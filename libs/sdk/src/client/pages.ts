/** The longest page that a server gives. */
const LONGEST_PAGE = 200;

/** Where in a list to read. */
export interface PageToRead {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** A list from its beginning, page after page; the next one is fetched when the last item of one has been taken. */
export async function* allPages<Item>(
  fetchPage: (page: PageToRead) => Promise<{ readonly items: readonly Item[]; readonly nextPageToken: string }>,
): AsyncGenerator<Item, void> {
  let pageToken = '';
  do {
    const page = await fetchPage({ pageSize: LONGEST_PAGE, pageToken });
    yield* page.items;
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
}
