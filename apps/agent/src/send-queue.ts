/** What is to be sent on a stream: pushed by many, drained by the stream until the signal is aborted. */
export interface SendQueue<Item> {
  readonly push: (item: Item) => void;
  items(): AsyncGenerator<Item>;
}

export function sendQueue<Item>(signal: AbortSignal): SendQueue<Item> {
  const waiting: Item[] = [];
  let wake = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => wake.resolve(), { once: true });
  return {
    push(item) {
      waiting.push(item);
      wake.resolve();
    },
    async *items() {
      while (!signal.aborted) {
        wake = Promise.withResolvers<void>();
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) yield next;
        if (waiting.length === 0 && !signal.aborted) await wake.promise;
      }
    },
  };
}
