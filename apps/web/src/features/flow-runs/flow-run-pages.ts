import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { isTerminal } from 'millrace/watch';

/** A page of the list of runs. */
export interface FlowRunPage {
  readonly flowRuns: readonly FlowRun[];
  /** Empty at the end. */
  readonly nextPageToken: string;
  /** The list leaves out runs that were to start after this time; epoch milliseconds. */
  readonly before: number;
}

/** What became of runs, as Watch tells it. */
export interface FlowRunsChange {
  readonly flowRuns: readonly FlowRun[];
  readonly leftIds: readonly string[];
}

export interface FlowRunPages<P> {
  readonly pages: FlowRunPage[];
  readonly pageParams: P[];
}

/**
 * Puts changed runs in their places in the pages that were read, and takes out those that are gone. A run that belongs
 * on a page not read yet stays out: that page will have it. Pages keep their ends, so that reading goes on after the last.
 */
export function mergeFlowRuns<P>(
  { pages, pageParams }: FlowRunPages<P>,
  changes: readonly FlowRunsChange[],
  now: number,
): FlowRunPages<P> {
  const known = pages.flatMap((page) => page.flowRuns);
  const runs = new Map(known.map((run) => [run.id, run]));
  const last = known.at(-1);
  const isCut = pages.at(-1)?.nextPageToken !== '';
  for (const { flowRuns, leftIds } of changes) {
    for (const id of leftIds) runs.delete(id);
    for (const run of flowRuns) {
      const isOnPages = !isCut || last === undefined || compareFlowRuns(run, last) <= 0;
      if (isShown(run, now) && (isOnPages || runs.has(run.id))) runs.set(run.id, run);
      else runs.delete(run.id);
    }
  }
  const sorted = [...runs.values()].sort(compareFlowRuns);
  return { pages: pages.map((page, at) => ({ ...page, flowRuns: at === 0 ? sorted : [] })), pageParams };
}

/** What is to start later is not news yet; the list that the server gives leaves it out, too. */
function isShown({ state, expectedStartTime }: FlowRun, now: number): boolean {
  return state?.type !== StateType.SCHEDULED || !expectedStartTime || timestampMs(expectedStartTime) <= now;
}

/** The server's order: latest first by the scheduled time, once ended by the end; then by id. */
export function compareFlowRuns(a: FlowRun, b: FlowRun): number {
  return sortTime(b) - sortTime(a) || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

function sortTime({ state, expectedStartTime }: FlowRun): number {
  const own = isTerminal(state?.type) ? state?.timestamp : state?.details?.scheduledTime;
  const time = own ?? expectedStartTime;
  return time ? timestampMs(time) : 0;
}
