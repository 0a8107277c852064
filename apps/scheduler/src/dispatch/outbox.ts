/** What is to be sent on a stream, in order; whoever sends waits for more. */
export interface Outbox<Message> {
  push(message: Message): void;
  /** Ends the stream once everything in it has been sent; with an error, if one is given. */
  end(error?: unknown): void;
  /** Everything pushed, until the end. To be read once. */
  messages(): AsyncGenerator<Message>;
}

export function outbox<Message>(): Outbox<Message> {
  const queued: Message[] = [];
  let ended: { readonly error?: unknown } | undefined;
  let wake = Promise.withResolvers<void>();
  return {
    push(message) {
      queued.push(message);
      wake.resolve();
    },
    end(error) {
      ended ??= error === undefined ? {} : { error };
      wake.resolve();
    },
    async *messages() {
      for (;;) {
        wake = Promise.withResolvers<void>();
        for (let next = queued.shift(); next !== undefined; next = queued.shift()) yield next;
        if (ended && 'error' in ended) throw ended.error;
        if (ended) return;
        if (queued.length === 0) await wake.promise;
      }
    },
  };
}
