/** What there is to say about a stream of objects of grpc-js, a server's or a client's. */
export interface MessageSource<T> {
  on(event: 'data', listener: (message: T) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

// Enough that sender and receiver needn't take turns; more would only hold memory.
const mostQueued = 64;

/**
 * A stream's messages as an iterator that loses none, paused while the reader is behind. (`for await` over a call of
 * grpc-js destroys it at the end of the requests, with replies unsent.) An error is thrown after the messages that came
 * before it.
 */
export function messagesOf<T>(source: MessageSource<T>): AsyncGenerator<T, void> {
  const queue: T[] = [];
  let error: Error | undefined;
  let state: 'open' | 'ended' | 'abandoned' = 'open';
  let wake = () => {};
  source.on('data', (message) => {
    if (state !== 'open') return;
    queue.push(message);
    if (queue.length >= mostQueued) source.pause();
    wake();
  });
  // The end follows even so, once the messages before the error are read.
  source.on('error', (reason) => {
    error ??= reason;
  });
  const end = () => {
    if (state === 'open') state = 'ended';
    wake();
  };
  source.on('end', end);
  source.on('close', end);
  return (async function* () {
    try {
      for (;;) {
        while (queue.length === 0 && state === 'open')
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        const message = queue.shift();
        if (message === undefined) break;
        if (queue.length < mostQueued / 2) source.resume();
        yield message;
      }
      if (error) throw error;
    } finally {
      state = 'abandoned';
      queue.length = 0;
      source.resume();
    }
  })();
}
