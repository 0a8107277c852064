import { type Client, connectivityState } from '@grpc/grpc-js';
import { systemClock } from '@millrace/clock';
import { NotReached } from './addresses.ts';
import { canceled, MillraceError } from './errors.ts';

/** The client once it is connected; rejects with {@link NotReached} if that fails or takes too long. */
export async function reached(client: Client, timeoutMs: number, signal: AbortSignal | undefined): Promise<Client> {
  const channel = client.getChannel();
  const deadline = systemClock.now() + timeoutMs;
  for (;;) {
    if (signal?.aborted) throw MillraceError.from(signal.reason);
    const state = channel.getConnectivityState(true);
    if (state === connectivityState.READY) return client;
    if (state === connectivityState.TRANSIENT_FAILURE) throw new NotReached('no connection');
    if (state === connectivityState.SHUTDOWN) throw canceled(new Error('the channel was closed'));
    await changed(client, state, deadline, signal);
  }
}

function changed(
  client: Client,
  state: connectivityState,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve();
    signal?.addEventListener('abort', abort, { once: true });
    client.getChannel().watchConnectivityState(state, deadline, (error) => {
      signal?.removeEventListener('abort', abort);
      if (error) reject(new NotReached('no connection in time'));
      else resolve();
    });
  });
}
