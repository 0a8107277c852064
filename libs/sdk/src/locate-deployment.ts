import { join } from 'node:path';
import process from 'node:process';
import { fileOf } from './call-site.ts';
import type { DeploymentSpec } from './deployment.ts';
import { LoadError } from './errors.ts';
import { definitionOf, isFlow } from './flow.ts';
import { isFlowScript } from './flow-script.ts';
import { type LoadedDeployment, loadDeployments, loadScript } from './load-deployments.ts';
import { isPackageManifest } from './package-manifest.ts';

/**
 * A deployment that a running program made, with its flow and where that is. A flow is found where `flow` was called; where
 * it is named, the file that made the deployment is loaded for it, as the command line does.
 */
export async function locateDeployment(spec: DeploymentSpec): Promise<LoadedDeployment> {
  const { flow } = spec;
  const own = fileOf(spec.madeAt);
  const definedIn = own ?? process.cwd();
  if (isPackageManifest(flow)) {
    const flowName = flow.flow_name;
    return { spec, name: spec.name ?? flowName, flowName, definedIn, manifest: flow };
  }
  if (isFlow(flow)) {
    const { name: flowName, madeAt } = definitionOf(flow);
    const file = fileOf(madeAt);
    if (file === undefined)
      throw new LoadError(`the file of the flow '${flowName}' is not known; name it by a FlowScript`);
    return { spec, name: spec.name ?? flowName, flowName, definedIn, flow, file, exportName: undefined };
  }
  if (isFlowScript(flow)) {
    const namedBy = own ?? join(process.cwd(), 'this program');
    const found = await loadScript(flow, { namedBy, warn: (message) => console.warn(message) });
    const flowName = definitionOf(found.flow).name;
    return { spec, name: spec.name ?? flowName, flowName, definedIn, ...found };
  }
  if (own === undefined) throw new LoadError(`the file of the flow '${flow}' is not known; name it by a FlowScript`);
  const found = (await loadDeployments(own)).find((each) => each.spec === spec);
  if (!found) throw new LoadError(`the flow '${flow}' was looked for in ${own}, which does not make this deployment`);
  return found;
}
