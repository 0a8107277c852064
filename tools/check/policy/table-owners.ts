/** Which folder of libs/db/src writes a table. */
export interface TableOwner {
  readonly owner: string;
  /** Others that write it too, each with its reason. */
  readonly also?: readonly {
    readonly folder: string;
    /** The columns that they may update; without it they may write anything. */
    readonly columns?: readonly string[];
    readonly why: string;
  }[];
}

/** Every table of the migrations. ARCHITECTURE.md shows this list. */
export const tableOwners: Readonly<Record<string, TableOwner>> = {
  flow: { owner: 'deployments' },
  deployment: { owner: 'deployments' },
  deployment_version: { owner: 'deployments' },
  schedule: { owner: 'schedules' },
  schedule_fire: {
    owner: 'schedules',
    also: [
      {
        folder: 'transitions',
        why: 'a fire is entered by the statement that makes its run, and settled in the commit that settles it',
      },
    ],
  },
  flow_run: {
    owner: 'transitions',
    also: [{ folder: 'holders', columns: ['holder_id', 'acknowledged'], why: 'who holds a run is no state of it' }],
  },
  flow_run_state: { owner: 'transitions' },
  flow_run_deletion: { owner: 'transitions' },
  holder: { owner: 'holders' },
  agent: { owner: 'agents' },
  work_queue: { owner: 'queues' },
  queue_entry: {
    owner: 'queues',
    also: [{ folder: 'transitions', why: 'runs are deleted with all that is theirs, in one statement' }],
  },
  schedule_gate: { owner: 'gates' },
  log_cursor: { owner: 'logs' },
  log_chunk: { owner: 'logs' },
  document: { owner: 'documents' },
  document_ref: { owner: 'documents' },
  storage: { owner: 'storages' },
  storage_ref: { owner: 'storages' },
};
