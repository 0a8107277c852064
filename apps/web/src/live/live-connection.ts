import type { Client } from '@connectrpc/connect';
import type { Clock } from '@millrace/clock';
import { BackOff } from '@millrace/clock/back-off';
import type { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { type WatchEvent, type WatchedSubject, watchSubjects } from 'millrace/watch';
import { Coalescer } from './coalescer.ts';

/** Something that happened to a subject. */
export interface LiveEvent<E extends WatchEvent = WatchEvent> {
  readonly event: E;
  /** Whether this is the first since the subject was asked for from its beginning: what was known before is void. */
  readonly isFirst: boolean;
}

/** `lost`: the last attempt failed, and the next is being made or waited for. */
export type LiveStatus = 'off' | 'connecting' | 'open' | 'lost';

export interface LiveConnectionOptions {
  readonly client: Client<typeof WatchService>;
  readonly clock: Clock;
  /** Wraps each delivery, so that a page renders once for all that it brings. */
  readonly batch: (deliver: () => void) => void;
  /** What was asked for outside of this connection may be out of date: it was interrupted, or refused. */
  readonly onGap: () => void;
}

interface Followed {
  readonly subject: WatchedSubject;
  readonly onEvents: (events: readonly LiveEvent[]) => void;
  cursor: string;
}

const deliverEveryMs = 250;

/**
 * One Watch stream for all that a tab's pages follow: a browser allows six connections to a server. It is opened anew
 * with the last cursors when what is followed changes, and when the tab is looked at again.
 */
export class LiveConnection {
  readonly #options: LiveConnectionOptions;
  readonly #followed = new Set<Followed>();
  readonly #listeners = new Set<() => void>();
  readonly #news: Coalescer<readonly [Followed, LiveEvent]>;
  #status: LiveStatus = 'off';
  #isVisible = true;
  #isReopening = false;
  /** Whether there was an interruption that nobody was told of yet. */
  #hasGap = false;
  #running: AbortController | undefined;

  constructor(options: LiveConnectionOptions) {
    this.#options = options;
    this.#news = new Coalescer(options.clock, deliverEveryMs, (news) => options.batch(() => this.#deliver(news)));
  }

  get status(): LiveStatus {
    return this.#status;
  }

  /** Calls whenever the status changed; gives the way to end that. */
  readonly onStatus = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Follows a subject from its beginning: what there is, then what comes. Gives the way to end that. */
  follow(subject: WatchedSubject, onEvents: Followed['onEvents']): () => void {
    const followed: Followed = { subject, onEvents, cursor: '' };
    this.#followed.add(followed);
    this.#reopen();
    return () => {
      this.#followed.delete(followed);
      this.#reopen();
    };
  }

  /** A tab that nobody sees needs no stream. */
  setVisible(isVisible: boolean): void {
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    this.#reopen();
  }

  /** Once for all that a page begins or ends to follow as it is shown. */
  #reopen(): void {
    if (this.#isReopening) return;
    this.#isReopening = true;
    queueMicrotask(() => {
      this.#isReopening = false;
      this.#running?.abort();
      this.#running = undefined;
      const followed = [...this.#followed];
      if (followed.length === 0 || !this.#isVisible) return this.#setStatus('off');
      if (this.#status === 'off') this.#setStatus('connecting');
      this.#running = new AbortController();
      void this.#run(followed, this.#running.signal);
    });
  }

  /** Connections that are lost are mended within; here it begins again when the server refused what it was asked for. */
  async #run(followed: readonly Followed[], signal: AbortSignal): Promise<void> {
    const { client, clock } = this.#options;
    const backOff = new BackOff(clock, { firstMs: 500 });
    const onStatus = (status: 'open' | 'lost') => signal.aborted || this.#heard(status);
    let wasRefused = false;
    while (!signal.aborted) {
      const subjects = followed.map(({ subject, cursor }) => ({ ...subject, cursor }));
      try {
        for await (const event of watchSubjects(client, subjects, { clock, signal, onStatus })) {
          if (signal.aborted) return;
          backOff.reset();
          this.#take(followed[event.subject], event);
        }
      } catch {
        // A run that was deleted, or another database behind the server: pages look for themselves, and begin again.
        for (const one of followed) one.cursor = '';
        if (signal.aborted) return;
        this.#heard('lost');
        if (!wasRefused) this.#options.onGap();
        wasRefused = true;
      }
      await backOff.wait(signal);
    }
  }

  #heard(status: 'open' | 'lost'): void {
    this.#setStatus(status);
    if (status === 'lost') this.#hasGap = true;
    else if (this.#hasGap) {
      this.#hasGap = false;
      this.#options.onGap();
    }
  }

  #take(followed: Followed | undefined, event: WatchEvent): void {
    if (!followed) return;
    this.#news.push([followed, { event, isFirst: followed.cursor === '' }]);
    followed.cursor = event.cursor;
  }

  #deliver(news: readonly (readonly [Followed, LiveEvent])[]): void {
    for (const [followed, events] of Map.groupBy(news, ([one]) => one))
      if (this.#followed.has(followed)) followed.onEvents(events.map(([, event]) => event));
  }

  #setStatus(status: LiveStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    for (const listener of this.#listeners) listener();
  }
}
