/** What a message of ours may take, so that with what comes around it no gRPC client refuses it: their default is 4 MiB. */
export const mostMessageBytes = 3 * 1024 ** 2;

/** The items in order, as many together as take no more than `mostBytes`, and at least one. */
export function* bySize<Item>(
  items: Iterable<Item>,
  sizeOf: (item: Item) => number,
  mostBytes = mostMessageBytes,
): Generator<Item[], void> {
  let batch: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (batch.length > 0 && bytes + size > mostBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
