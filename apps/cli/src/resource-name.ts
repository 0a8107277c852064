import { UsageError } from './usage-error.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** How requests name a deployment. */
export type DeploymentKey = { case: 'id'; value: string } | { case: 'name'; value: string };

/** Reads 'flow/deployment' or an id. */
export function deploymentKey(text: string): DeploymentKey {
  if (UUID.test(text)) return { case: 'id', value: text.toLowerCase() };
  if (!/^[^/]+\/[^/]+$/.test(text))
    throw new UsageError(
      `'${text}' is neither 'flow/deployment' nor an id`,
      'See which there are: millrace deployment ls',
    );
  return { case: 'name', value: text };
}

/** Checks a run's id. */
export function flowRunId(text: string): string {
  if (UUID.test(text)) return text.toLowerCase();
  throw new UsageError(`'${text}' is not the id of a flow run`, 'See which there are: millrace flow-run ls');
}
