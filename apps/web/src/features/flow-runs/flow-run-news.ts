import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { type FlowRunPages, type FlowRunsChange, mergeFlowRuns } from './flow-run-pages.ts';

/** What became of runs, and whether all that was known before is void. */
export interface FlowRunNews extends FlowRunsChange {
  readonly reset: boolean;
}

/** How many runs a list grows by before it is cut and read again: a tab left open collects them for days. */
const mostCollected = 1_000;

/**
 * Brings news into the cached pages of a list. What arrives while the list is being read is kept until it has been:
 * the answer, which may be older, would overwrite it. News older than the answer do no harm, as later ones follow.
 */
export class FlowRunNewsKeeper {
  readonly #queryClient: QueryClient;
  readonly #queryKey: QueryKey;
  readonly #pageSize: number;
  #waiting: FlowRunNews[] = [];

  constructor(queryClient: QueryClient, queryKey: QueryKey, pageSize: number) {
    this.#queryClient = queryClient;
    this.#queryKey = queryKey;
    this.#pageSize = pageSize;
  }

  take(news: readonly FlowRunNews[], now: number): void {
    this.#waiting.push(...news);
    this.settle(now);
  }

  /** Does nothing while the list is being read: to be called again once it has been. */
  settle(now: number): void {
    const queryKey = this.#queryKey;
    if (this.#queryClient.getQueryState(queryKey)?.fetchStatus !== 'idle') return;
    const reset = this.#waiting.findLastIndex((one) => one.reset);
    if (reset >= 0) {
      // What came with and after it waits for the list that is read now.
      this.#waiting = this.#waiting.slice(reset).map((one) => ({ ...one, reset: false }));
      return void this.#queryClient.invalidateQueries({ queryKey });
    }
    const changes = this.#waiting;
    this.#waiting = [];
    if (changes.length === 0) return;
    const merged = this.#queryClient.setQueryData<FlowRunPages<unknown>>(
      queryKey,
      (list) => list && mergeFlowRuns(list, changes, now),
    );
    if (merged) this.#cut(merged);
  }

  /** What is shown stays, until the pages that were read are read again. */
  #cut({ pages, pageParams }: FlowRunPages<unknown>): void {
    const [first] = pages;
    const kept = pages.length * this.#pageSize;
    if (!first || first.flowRuns.length <= kept + mostCollected) return;
    const cut = pages.map((page, at) => (at === 0 ? { ...page, flowRuns: page.flowRuns.slice(0, kept) } : page));
    this.#queryClient.setQueryData(this.#queryKey, { pages: cut, pageParams });
    void this.#queryClient.invalidateQueries({ queryKey: this.#queryKey });
  }
}
