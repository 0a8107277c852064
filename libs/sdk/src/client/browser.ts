// What `millrace/client` is in a browser.
import type { Clock } from '@millrace/clock';
import { openFetch } from '@millrace/rpc/fetch-client';
import type { ServiceUrls } from '@millrace/settings';
import { ServiceClients } from './service-clients.ts';

export { isTerminal } from './is-terminal.ts';
export type { FlowRunEvent } from './watch-flow-run.ts';
export type { WatchEvent, WatchedSubject, WatchOptions } from './watch-subjects.ts';

/** Options of {@link MillraceClient}. */
export interface MillraceClientOptions {
  /** Where the services are. Default: where the page comes from, as the server must allow any other place. */
  readonly urls?: string | ServiceUrls;
  /** Who acts, for the history of what is changed. Default "anonymous". */
  readonly actor?: string;
  /** Times the back-off of reconnects. Default: the machine's. */
  readonly clock?: Clock;
}

/** Every service of a Millrace server, typed, over `fetch`. Documents can't be put, nor deployments made, from here. */
export class MillraceClient extends ServiceClients {
  constructor({ urls = pageOrigin(), actor, clock }: MillraceClientOptions = {}) {
    super({ urls, clock, open: (url) => openFetch(url, { actor }) });
  }
}

function pageOrigin(): string {
  const { location } = globalThis as { location?: { readonly origin: string } };
  if (!location) throw new TypeError('urls is needed where there is no page');
  return location.origin;
}
