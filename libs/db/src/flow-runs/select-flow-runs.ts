import type { Kysely, Selectable } from 'kysely';
import type { FlowRunTable, Tables } from '../connection/tables.ts';

/** The columns that say something of a run to others than the claim and the loops. */
export type ShownFlowRun = Omit<FlowRunTable, 'overlap' | 'catch_up' | 'start_before' | 'late_from' | 'expires_at'>;

/** A run's row with the names of what it refers to; times are epoch milliseconds. */
export interface SelectedFlowRun extends Selectable<ShownFlowRun> {
  flow_name: string;
  /** Without the flow's name; null with `deployment_id`. */
  deployment_name: string | null;
}

/** The runs as `r`, their flows as `f` and deployments as `d`: the start of every query that gives whole runs. */
export function selectFlowRuns(kysely: Kysely<Tables>) {
  return kysely
    .selectFrom('flow_run as r')
    .innerJoin('flow as f', 'f.id', 'r.flow_id')
    .leftJoin('deployment as d', 'd.id', 'r.deployment_id')
    .selectAll('r')
    .select(['f.name as flow_name', 'd.name as deployment_name']);
}
