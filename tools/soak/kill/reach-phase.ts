import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { Clock } from '@millrace/clock';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { eventually } from '../eventually.ts';
import { signalTo } from '../process-table.ts';
import { untilAsleep } from '../until-processes.ts';
import type { Cell, Victim } from './cells.ts';
import type { Installation } from './installation.ts';
import { type KnownOfRun, readKnownOfRun } from './known-of-run.ts';
import { letGo, readNotes } from './run-notes.ts';

/** A run that is in its phase. */
export interface Reached {
  readonly flowRunId: string;
  /** Processes that were stopped (SIGSTOP) to keep it there. */
  readonly held: readonly number[];
  /** The process that user code runs in, if it does. */
  readonly child: number | undefined;
  /** What the server has said of the run, so that it must never be otherwise. */
  readonly known: KnownOfRun;
}

export interface PhaseContext {
  readonly installation: Installation;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  /** Told of the run as soon as there is one. */
  readonly made: (flowRunId: string) => void;
}

const AHEAD_MS = 3_000;
const WITHIN_MS = 20_000;

/** Makes a run and brings it to the phase in which something is to be killed. */
export async function reachPhase(cell: Cell, context: PhaseContext): Promise<Reached> {
  switch (cell.phase) {
    case 'SCHEDULED': {
      await letGo(context.installation.shared);
      const flowRunId = await trigger(cell, context, context.clock.now() + AHEAD_MS);
      return {
        flowRunId,
        held: [],
        child: undefined,
        known: await readKnownOfRun(context.installation.client, flowRunId),
      };
    }
    case 'PENDING':
      return reachPending(cell, context);
    case 'RUNNING':
      return reachRunning(cell, context);
    case 'END':
      return reachEnd(cell, context);
  }
}

/** The process that takes the run is stopped before, so that it can't say that it runs. */
async function reachPending(cell: Cell, context: PhaseContext): Promise<Reached> {
  const { installation } = context;
  const patience = { ...context, withinMs: WITHIN_MS };
  const held = await eventually({ ...patience, what: 'the agent has idle processes' }, async () => {
    const pids = await installation.children();
    return pids.length > 0 ? pids : undefined;
  });
  await untilAsleep(held, context);
  signalTo(held, 'SIGSTOP');
  await letGo(installation.shared);
  const flowRunId = await trigger(cell, context);
  await eventually({ ...patience, what: 'a stopped process was given the run' }, async () => {
    const log = await readFile(join(installation.folder, 'agent.log'), 'utf8');
    const isStart = (line: string) => line.includes(flowRunId) && line.includes('"msg":"started"');
    return log.split('\n').some(isStart) || undefined;
  });
  await untilState(flowRunId, 'PENDING', context);
  const known = await readKnownOfRun(installation.client, flowRunId);
  return { flowRunId, held, child: undefined, known };
}

async function reachRunning(cell: Cell, context: PhaseContext): Promise<Reached & { child: number }> {
  const { installation } = context;
  const flowRunId = await trigger(cell, context);
  const patience = { ...context, withinMs: WITHIN_MS };
  const child = await eventually({ ...patience, what: 'user code began' }, async () => {
    const notes = await readNotes(installation.shared);
    return notes.find(({ what }) => what === 'start')?.pid;
  });
  await untilState(flowRunId, 'RUNNING', context);
  await eventually({ ...patience, what: 'its first words are stored' }, async () => {
    const { logs } = await installation.client.logs.listLogs({ flowRunId });
    return logs.some((record) => record.message === 'attempt 1 began') || undefined;
  });
  return { flowRunId, held: [], child, known: await readKnownOfRun(installation.client, flowRunId) };
}

/** Whoever would acknowledge the last state is stopped; then user code comes to its end. */
async function reachEnd(cell: Cell, context: PhaseContext): Promise<Reached> {
  const { installation } = context;
  const running = await reachRunning(cell, context);
  const held = await acknowledgersFor(cell.victim, installation);
  signalTo(held, 'SIGSTOP');
  await letGo(installation.shared);
  await eventually({ ...context, withinMs: WITHIN_MS, what: 'user code ended' }, async () => {
    const notes = await readNotes(installation.shared);
    return notes.some(({ what }) => what === 'end') || undefined;
  });
  const { agent, server } = installation;
  const way = held.includes(agent.pid) ? [running.child] : [running.child, agent.pid, server.pid];
  // One after the other, each having done what it got from the one before.
  for (const pid of way) if (!held.includes(pid)) await untilAsleep([pid], context);
  return { ...running, held };
}

async function acknowledgersFor(victim: Victim, installation: Installation): Promise<number[]> {
  if (victim === 'agent' || victim === 'child') return [installation.agent.pid];
  return victim === 'postgres' ? installation.postgres() : [installation.server.pid];
}

async function trigger(
  { deployment, phase }: Cell,
  { installation, made }: PhaseContext,
  at?: number,
): Promise<string> {
  const { flowRun } = await installation.client.deployments.createFlowRun({
    key: { case: 'name', value: deployment },
    parameters: { folder: installation.shared, lastWords: phase !== 'END' },
    ...(at === undefined ? {} : { scheduledTime: timestampFromMs(at) }),
  });
  if (!flowRun) throw new Error('the server made no run');
  made(flowRun.id);
  return flowRun.id;
}

async function untilState(id: string, name: 'PENDING' | 'RUNNING', context: PhaseContext): Promise<void> {
  const type = StateType[name];
  const what = `the run is ${name}`;
  await eventually({ ...context, withinMs: WITHIN_MS, what }, async () => {
    const { flowRun } = await context.installation.client.flowRuns.getFlowRun({ id });
    return flowRun?.state?.type === type || undefined;
  });
}
