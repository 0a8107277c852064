/** Modules that must not be loaded, at any remove, from some place. */
export interface Unreachable {
  readonly name: string;
  readonly from: readonly string[];
  /** Files that must not be reached. */
  readonly files: readonly string[];
  /** Files among these that may be. */
  readonly except?: readonly string[];
  /** Whether Node's own modules must not be reached either. */
  readonly builtins?: true;
  readonly instead: string;
}

/** Parts that run anywhere, some of them in projects that as a whole need Node. */
export const runAnywhere: readonly string[] = [
  'libs/clock/src/',
  'libs/contracts/src/',
  'libs/orchestration/src/',
  'libs/schedules/src/',
  'libs/rpc/src/fetch-client.ts',
  'libs/rpc/src/errors.ts',
  'libs/sdk/src/client/browser.ts',
  'libs/sdk/src/client/is-terminal.ts',
  'libs/sdk/src/client/watch-subjects.ts',
  'libs/settings/src/version.ts',
];

export const unreachable: readonly Unreachable[] = [
  {
    name: 'the SDK',
    from: ['libs/sdk/src/'],
    files: ['libs/db/'],
    instead: 'ask a service for it, over the wire',
  },
  {
    name: 'the agent',
    from: ['apps/agent/src/'],
    files: ['libs/db/'],
    instead: 'ask a service for it, or import a subpath that does not load the database',
  },
  {
    name: 'code that runs anywhere',
    from: runAnywhere,
    files: [],
    builtins: true,
    instead: 'use what browsers have too, or pass it in',
  },
];
