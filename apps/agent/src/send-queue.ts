/** What is to be sent on a stream: pushed by many, drained by the stream. */
export interface SendQueue<Item> {
  /** Does nothing once the queue is closed. */
  push(item: Item): void;
  /** The stream ends when it has sent what was pushed before. */
  close(): void;
  /** To be read once. */
  items(): AsyncGenerator<Item>;
}

export function sendQueue<Item>(): SendQueue<Item> {
  const waiting: Item[] = [];
  let closed = false;
  let wake = Promise.withResolvers<void>();
  return {
    push(item) {
      if (!closed) waiting.push(item);
      wake.resolve();
    },
    close() {
      closed = true;
      wake.resolve();
    },
    async *items() {
      for (;;) {
        wake = Promise.withResolvers<void>();
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) yield next;
        if (waiting.length > 0) continue;
        if (closed) return;
        await wake.promise;
      }
    },
  };
}
