import { type Expression, type ExpressionBuilder, expressionBuilder, type SqlBool, sql } from 'kysely';
import { toInstant } from '../connection/instant.ts';
import type { FlowRunTable, Tables } from '../connection/tables.ts';

/** All given conditions must hold; an empty list is no condition. */
export interface FlowRunFilter {
  /** "SCHEDULED". */
  readonly stateTypes: readonly string[];
  readonly stateNames: readonly string[];
  readonly deploymentIds: readonly string[];
  readonly deploymentNames: readonly { readonly flow: string; readonly deployment: string }[];
  readonly flowNames: readonly string[];
  /** All of them must be among the run's. */
  readonly tagsAll: readonly string[];
  /** Part of the run's name, whatever the case; empty is no condition. */
  readonly nameLike: string;
  /** Epoch milliseconds, inclusive. */
  readonly expectedStartAfter: number | null;
  /** Epoch milliseconds, inclusive. */
  readonly expectedStartBefore: number | null;
  /** Made by this run; null is no condition. */
  readonly parentFlowRunId: string | null;
}

type Runs = Tables & { r: FlowRunTable };

/** The filter over `flow_run as r` alone, so that counting needs no joins. */
export function flowRunConditions(filter: FlowRunFilter): Expression<SqlBool>[] {
  return [...lastingConditions(filter), ...passingConditions(filter)];
}

/** Those that a run meets all its life, or never: on what it was made from. */
export function lastingConditions(filter: FlowRunFilter): Expression<SqlBool>[] {
  const eb = expressionBuilder<Runs, 'r'>();
  const conditions: Expression<SqlBool>[] = [];
  if (filter.deploymentIds.length > 0) conditions.push(eb('r.deployment_id', 'in', filter.deploymentIds));
  if (filter.deploymentNames.length > 0)
    conditions.push(eb('r.deployment_id', 'in', deploymentsNamed(eb, filter.deploymentNames)));
  if (filter.flowNames.length > 0)
    conditions.push(
      eb('r.flow_id', 'in', eb.selectFrom('flow').select('flow.id').where('flow.name', 'in', filter.flowNames)),
    );
  if (filter.tagsAll.length > 0) conditions.push(sql<SqlBool>`r.tags @> ${[...filter.tagsAll]}::text[]`);
  if (filter.nameLike) conditions.push(sql<SqlBool>`strpos(lower(r.name), lower(${filter.nameLike})) > 0`);
  if (filter.parentFlowRunId !== null) conditions.push(eb('r.parent_flow_run_id', '=', filter.parentFlowRunId));
  return conditions;
}

/** Those that a run may come to meet, or cease to: on its state and its time. */
function passingConditions(filter: FlowRunFilter): Expression<SqlBool>[] {
  const eb = expressionBuilder<Runs, 'r'>();
  const conditions: Expression<SqlBool>[] = [];
  if (filter.stateTypes.length > 0) conditions.push(eb('r.state_type', 'in', filter.stateTypes));
  if (filter.stateNames.length > 0) conditions.push(eb('r.state_name', 'in', filter.stateNames));
  if (filter.expectedStartAfter !== null)
    conditions.push(
      eb('r.expected_start_time', '>=', sql<number>`${toInstant(filter.expectedStartAfter)}::timestamptz`),
    );
  if (filter.expectedStartBefore !== null)
    conditions.push(
      eb('r.expected_start_time', '<=', sql<number>`${toInstant(filter.expectedStartBefore)}::timestamptz`),
    );
  return conditions;
}

function deploymentsNamed(eb: ExpressionBuilder<Runs, 'r'>, names: FlowRunFilter['deploymentNames']) {
  return eb
    .selectFrom('deployment')
    .innerJoin('flow', 'flow.id', 'deployment.flow_id')
    .select('deployment.id')
    .where((inner) =>
      inner.or(
        names.map(({ flow, deployment }) =>
          inner.and([inner('flow.name', '=', flow), inner('deployment.name', '=', deployment)]),
        ),
      ),
    );
}
