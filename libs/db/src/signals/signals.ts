import { createHash } from 'node:crypto';
import type { Clock } from '@millrace/clock';
import { newId } from '@millrace/clock';
import { Client } from 'pg';
import { clientConfig } from '../connection/client-config.ts';
import type { Database } from '../connection/database.ts';

/** Something worth looking at: a wake-up, never the news itself, which is always read from the tables. */
export type Signal =
  /** A queue may have something to hand out: it got entries, or was made or changed. */
  | { readonly kind: 'queue'; readonly id: string }
  /** A queue was made, changed or deleted; besides `queue`, which comes with every run. */
  | { readonly kind: 'queue-changed'; readonly id: string }
  /** An agent came, went or was forgotten. */
  | { readonly kind: 'agent'; readonly id: string }
  /** A run was made, changed its state, or was deleted. */
  | { readonly kind: 'flow-run'; readonly id: string }
  /** A run's log grew. */
  | { readonly kind: 'log'; readonly id: string }
  /** Signals may have been missed: look at everything. */
  | { readonly kind: 'resync'; readonly id: '' };

/** Wake-ups between the parts of this process, directly, and between processes, by Postgres. */
export interface Signals extends AsyncDisposable {
  /** To be called after the commit that the signals tell of. Signals to other processes are gathered and sent together. */
  publish(signals: readonly Signal[]): void;
  /** Calls the listener with each signal from anywhere; gives the way to stop it. */
  subscribe(listener: (signal: Signal) => void): () => void;
}

const letters = { queue: 'q', 'queue-changed': 'c', agent: 'a', 'flow-run': 'r', log: 'l' } as const;
const kinds = { q: 'queue', c: 'queue-changed', a: 'agent', r: 'flow-run', l: 'log' } as const;
// A payload ends at 8,000 bytes; a signal takes 38.
const mostPerPayload = 200;
const longestPauseMs = 2_000;
const longestName = 63;

export interface SignalsOptions {
  readonly clock: Clock;
  readonly onError?: (error: unknown) => void;
}

/** Listens before it resolves. After a lost connection it listens again and gives everybody a resync. */
export async function openSignals(database: Database, options: SignalsOptions): Promise<Signals> {
  const { clock } = options;
  const channel = channelOf(database.schema);
  const self = newId(clock);
  const listeners = new Set<(signal: Signal) => void>();
  const stop = new AbortController();
  const pending = new Set<string>();
  let sending = false;
  let client: Client | undefined;

  const deliver = (signal: Signal) => {
    for (const listener of listeners) listener(signal);
  };

  const receive = (payload: string) => {
    const [source, list] = payload.split(';');
    if (source === self) return;
    for (const entry of list?.split(',') ?? []) {
      const kind = kinds[entry.charAt(0) as keyof typeof kinds];
      if (kind) deliver({ kind, id: entry.slice(1) });
    }
  };

  const connect = async () => {
    const next = new Client(clientConfig(database.url, 'millrace signals'));
    next.on('error', (error) => options.onError?.(error));
    next.on('notification', (message) => receive(message.payload ?? ''));
    const ended = new Promise<void>((resolve) => next.once('end', resolve));
    try {
      await next.connect();
      await next.query(`listen "${channel}"`);
    } catch (error) {
      await next.end().catch(() => undefined);
      throw error;
    }
    client = next;
    return { ended };
  };

  const keepConnected = async (first: Promise<void>) => {
    let ended = first;
    while (!stop.signal.aborted) {
      await ended;
      client = undefined;
      for (let pauseMs = 50; !stop.signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
        const again = await connect().catch((error: unknown) => void options.onError?.(error));
        if (again) {
          ended = again.ended;
          deliver({ kind: 'resync', id: '' });
          // What was given meanwhile: the others may not have lost theirs.
          void send();
          break;
        }
        await clock.sleep(pauseMs, stop.signal);
      }
    }
  };

  // What comes while one statement is under way goes with the next: no timer, and one commit for many wake-ups.
  const send = async () => {
    if (sending) return;
    sending = true;
    while (pending.size > 0 && client) {
      const batch = [...pending];
      pending.clear();
      const payloads: string[] = [];
      for (let from = 0; from < batch.length; from += mostPerPayload)
        payloads.push(`${self};${batch.slice(from, from + mostPerPayload).join(',')}`);
      await client
        .query({
          name: 'notify',
          text: 'select pg_notify($1, payload) from unnest($2::text[]) payload',
          values: [channel, payloads],
        })
        // Lost wake-ups are made good by the pollers.
        .catch((error) => options.onError?.(error));
    }
    sending = false;
  };

  const running = keepConnected((await connect()).ended);
  return {
    publish(signals) {
      for (const signal of signals) {
        if (signal.kind !== 'resync') pending.add(letters[signal.kind] + signal.id);
        deliver(signal);
      }
      void send();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await client?.end().catch(() => undefined);
      await running;
      // It may have been about to connect anew.
      await client?.end().catch(() => undefined);
    },
  };
}

/** Postgres cuts a channel's name for those who listen, and refuses a long one of those who notify. */
function channelOf(schema: string): string {
  const name = `millrace_${schema}`;
  return name.length <= longestName
    ? name
    : `millrace_${createHash('sha256').update(schema).digest('hex').slice(0, 32)}`;
}
