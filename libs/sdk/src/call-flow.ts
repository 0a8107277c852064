import { isWithoutServer } from './calls/without-server.ts';
import type { FlowDefinition } from './flow.ts';
import { validateParameters } from './parameter-schema.ts';
import { type RunContext, type RunLogger, withRunContext } from './run-context.ts';

/** Runs a flow's function here and now, as a run that the server is told of. */
export async function callFlow(
  definition: FlowDefinition,
  parameters: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  if (isWithoutServer()) return callUnreported(definition, parameters);
  // Loaded when needed: few processes that run a flow call another.
  const { callReported } = await import('./calls/call-reported.ts');
  return callReported(definition, parameters);
}

async function callUnreported(
  definition: FlowDefinition,
  parameters: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const validated = await validateParameters(definition.name, definition.parameters, parameters);
  const context = { ...(await unreportedRun(definition.name)), parameters };
  return withRunContext(context, () => definition.fn(validated, context));
}

async function unreportedRun(flowName: string): Promise<Omit<RunContext, 'parameters'>> {
  // Ids cost more to load than all the rest of this.
  const { newId, systemClock } = await import('@millrace/clock');
  return {
    signal: new AbortController().signal,
    logger: printingLogger,
    run: {
      id: newId(systemClock),
      name: flowName,
      flowName,
      deploymentId: undefined,
      deploymentName: undefined,
      tags: [],
      attempt: 1,
      isReported: false,
    },
    scheduledTime: new Date(systemClock.now()),
  };
}

// A run that no server knows has no log; its lines go where its prints go.
const printingLogger: RunLogger = {
  trace: (...line) => console.debug(...line),
  debug: (...line) => console.debug(...line),
  info: (...line) => console.info(...line),
  warn: (...line) => console.warn(...line),
  error: (...line) => console.error(...line),
  fatal: (...line) => console.error(...line),
};
