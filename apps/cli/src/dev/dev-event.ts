import { visibleText } from '../visible-text.ts';

/** What happens while somebody develops; as `--json` prints it, one per line. */
export type DevEvent =
  /** Something takes its time. */
  | { readonly event: 'progress'; readonly text: string }
  /** The server answers: one that was there, or our own. */
  | { readonly event: 'server'; readonly url: string; readonly started: boolean }
  /** There is a work queue. */
  | { readonly event: 'workQueue'; readonly name: string; readonly created: boolean }
  /** Our agent takes runs from it. */
  | { readonly event: 'agent'; readonly id: string; readonly name: string; readonly workQueue: string }
  /** Files changed, so that all is loaded again. */
  | { readonly event: 'changed'; readonly files: string[] }
  /** Something that was said while files were loaded: what they print, warnings, what is wrong with them. */
  | { readonly event: 'loading'; readonly line: string }
  /** A deployment is on the server as it is in its file. */
  | {
      readonly event: 'deployment';
      readonly id: string;
      readonly name: string;
      readonly version: number;
      readonly outcome: 'created' | 'updated' | 'unchanged';
    }
  /** Nothing was deployed: what is wrong was said before. */
  | { readonly event: 'notDeployed' }
  | { readonly event: 'connectionLost'; readonly url: string }
  | { readonly event: 'connectionRestored'; readonly url: string }
  /** A run entered a state. */
  | {
      readonly event: 'state';
      readonly time: string;
      readonly flowRunId: string;
      readonly flowRun: string;
      readonly type: string;
      readonly name: string;
      readonly message: string;
    }
  /** A run said something. */
  | {
      readonly event: 'log';
      readonly time: string;
      readonly flowRunId: string;
      readonly flowRun: string;
      readonly level: number;
      readonly logger: string;
      readonly message: string;
    }
  /** A run is there, but can't be followed any more. */
  | { readonly event: 'unfollowed'; readonly flowRunId: string; readonly flowRun: string; readonly why: string };

/** An event in words: a line. */
export function wordsOf(event: DevEvent): string {
  switch (event.event) {
    case 'progress':
      return event.text;
    case 'server':
      return event.started
        ? `Server at ${event.url}`
        : `The server at ${event.url} is used; it goes on when this ends.`;
    case 'workQueue':
      return event.created
        ? `Created work queue '${event.name}'; it serves every deployment.`
        : `Work queue '${event.name}' is there.`;
    case 'agent':
      return `Agent '${event.name}' takes runs from '${event.workQueue}'.`;
    case 'changed':
      return `Changed: ${event.files.join(', ')}`;
    case 'loading':
      return event.line;
    case 'deployment':
      return deployed(event);
    case 'notDeployed':
      return 'Waiting for the next change…';
    case 'connectionLost':
      return `Connection to ${event.url} lost, trying again…`;
    case 'connectionRestored':
      return `Connected to ${event.url} again.`;
    case 'state':
      return `${runOf(event)}  ${[event.name, visibleText(event.message)].filter(Boolean).join(': ')}`;
    case 'log':
      return `${runOf(event)}  | ${visibleText(event.message)}`;
    case 'unfollowed':
      return `${event.flowRun}  can't be followed any more: ${event.why}`;
  }
}

function deployed({ name, version, outcome }: DevEvent & { event: 'deployment' }): string {
  switch (outcome) {
    case 'created':
      return `Created deployment '${name}'.`;
    case 'updated':
      return `Updated deployment '${name}' to version ${version}.`;
    case 'unchanged':
      return `Deployment '${name}' is unchanged (version ${version}).`;
  }
}

/** "21:57:35.402Z lucky-willow-213": the day is known to who looks on. */
function runOf({ time, flowRun }: { readonly time: string; readonly flowRun: string }): string {
  return `${time.slice('2026-01-31T'.length).padEnd(13)} ${flowRun}`;
}
