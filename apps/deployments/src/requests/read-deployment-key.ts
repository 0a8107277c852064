import type { DeploymentKey } from '@millrace/db';
import { invalidArgument } from '@millrace/rpc/errors';

/** How requests name a deployment. */
export type KeyMessage =
  | { readonly case: 'id'; readonly value: string }
  | { readonly case: 'name'; readonly value: string }
  | { readonly case: undefined; readonly value?: undefined };

/** Reads which deployment is meant. INVALID_ARGUMENT for a name that is not "flow/deployment". */
export function readDeploymentKey(key: KeyMessage): DeploymentKey {
  if (key.case === 'id') return { id: key.value.toLowerCase() };
  const [flowName, name, ...more] = (key.value ?? '').split('/');
  if (!flowName || !name || more.length > 0)
    throw invalidArgument([{ field: 'name', description: 'must be "flow/deployment"' }]);
  return { flowName, name };
}
