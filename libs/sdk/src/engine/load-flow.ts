import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ScriptError } from '../errors.ts';
import { candidatesOf, findFlow } from '../find-flow.ts';
import { definitionOf, type FlowDefinition } from '../flow.ts';
import { whileLoading } from '../loading.ts';
import type { UnpackedFlow } from './ipc.ts';

/**
 * Imports a package and gives its flow. Throws a ScriptError where its module throws, a FlowNotFoundError where it has no
 * such flow.
 *
 * @param warn is told of flows that the module calls at its top level; such calls are skipped
 */
export async function loadFlow(unpacked: UnpackedFlow, warn: (message: string) => void): Promise<FlowDefinition> {
  const file = join(unpacked.directory, unpacked.entry);
  const flowCalled = (name: string) => warn(`a call of the flow '${name}' while loading was skipped`);
  return whileLoading(flowCalled, async (loading) => {
    const module: object = await import(pathToFileURL(file).href).catch((cause: unknown) => {
      throw new ScriptError(unpacked.entry, cause);
    });
    return definitionOf(findFlow(unpacked.flowName, candidatesOf(module, loading.flows), unpacked.entry));
  });
}
