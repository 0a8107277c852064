import { type Executor, statement } from '../connection/statement.ts';

// "No key": runs that refer to the deployment can still be made. Nothing but ids is read: what else a row says could be
// from before the lock was had.
const lock = statement<{ id: string; flow_id: string; name: string }>(
  'lock_deployments',
  `select d.id, d.flow_id, d.name from millrace.deployment d
   join unnest($1::uuid[], $2::text[]) as k(flow_id, name) on k.flow_id = d.flow_id and k.name = d.name
   order by d.id for no key update of d`,
);

/** Locks those of the deployments that exist against other changes. */
export function lockDeployments(
  executor: Executor,
  keys: readonly { readonly flowId: string; readonly name: string }[],
) {
  return executor.run(lock, [keys.map((key) => key.flowId), keys.map((key) => key.name)]);
}
