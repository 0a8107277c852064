import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import type { Clock } from '@millrace/clock';
import { BackOff } from '@millrace/clock/back-off';
import type { WatchResponse, WatchService, WatchSubjectSchema } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { Code, MillraceError } from '@millrace/rpc/errors';
import { Coalescer } from './coalescer.ts';
import { SilenceLimit } from './silence-limit.ts';

/** What can be followed, as WatchService has it. */
export type LiveSubject = NonNullable<MessageInitShape<typeof WatchSubjectSchema>['subject']>;

/** Something that happened to a subject. */
export interface LiveEvent {
  readonly event: WatchResponse['event'];
  /** Whether this is the first since the subject was asked for from its beginning: what was known before is void. */
  readonly isFirst: boolean;
}

/** `lost`: the last attempt failed, and the next is being made or waited for. */
export type LiveStatus = 'off' | 'connecting' | 'live' | 'lost';

export interface LiveConnectionOptions {
  readonly client: Client<typeof WatchService>;
  readonly clock: Clock;
  /** Wraps each delivery, so that a page renders once for all that it brings. */
  readonly batch: (deliver: () => void) => void;
  /** What was asked for outside of this connection may be out of date: it was interrupted, or refused. */
  readonly onGap: () => void;
}

interface Followed {
  readonly subject: LiveSubject;
  readonly onEvents: (events: readonly LiveEvent[]) => void;
  cursor: string;
}

const deliverEveryMs = 250;
const passing: readonly Code[] = [Code.Unavailable, Code.Aborted, Code.DeadlineExceeded, Code.Canceled, Code.Unknown];

/**
 * One Watch stream for all that a tab's pages follow: a browser allows six connections to a server. It is opened anew
 * with the last cursors when what is followed changes, when it breaks, and when the tab is looked at again.
 */
export class LiveConnection {
  readonly #options: LiveConnectionOptions;
  readonly #followed = new Set<Followed>();
  readonly #listeners = new Set<() => void>();
  readonly #news: Coalescer<readonly [Followed, LiveEvent]>;
  #status: LiveStatus = 'off';
  #isVisible = true;
  #isReopening = false;
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
  follow(subject: LiveSubject, onEvents: Followed['onEvents']): () => void {
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

  async #run(followed: readonly Followed[], signal: AbortSignal): Promise<void> {
    const { client, clock } = this.#options;
    const backOff = new BackOff(clock, { firstMs: 250 });
    while (!signal.aborted) {
      using limit = new SilenceLimit(clock, signal);
      const subjects = followed.map(({ subject, cursor }) => ({ subject, cursor }));
      try {
        for await (const response of client.watch({ subjects }, { signal: limit.signal })) {
          if (signal.aborted) return;
          limit.heard();
          backOff.reset();
          this.#heard();
          this.#take(followed[response.subject], response);
        }
      } catch (error) {
        if (!signal.aborted && !passing.includes(MillraceError.from(error).code)) this.#refused(followed);
      }
      if (signal.aborted) return;
      this.#setStatus('lost');
      await backOff.wait(signal);
    }
  }

  #heard(): void {
    const wasLost = this.#status === 'lost';
    this.#setStatus('live');
    if (wasLost) this.#options.onGap();
  }

  /** A run that was deleted, or another database behind the server: the pages look for themselves, and begin again. */
  #refused(followed: readonly Followed[]): void {
    for (const one of followed) one.cursor = '';
    this.#options.onGap();
  }

  #take(followed: Followed | undefined, { event, cursor }: WatchResponse): void {
    if (!followed || event.case === 'alive') return;
    this.#news.push([followed, { event, isFirst: followed.cursor === '' }]);
    followed.cursor = cursor;
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
