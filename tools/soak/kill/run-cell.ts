import { rm } from 'node:fs/promises';
import type { Clock } from '@millrace/clock';
import { eventually } from '../eventually.ts';
import { signalTo } from '../process-table.ts';
import { untilGone } from '../until-processes.ts';
import type { Cell } from './cells.ts';
import { type Follower, followRun } from './follow-run.ts';
import { type Installation, startInstallation } from './installation.ts';
import { judge } from './judge.ts';
import { readKnownOfRun } from './known-of-run.ts';
import { reachPhase } from './reach-phase.ts';
import { letGo, readNotes } from './run-notes.ts';
import { restart, strike } from './strike.ts';

/** What became of a cell. */
export interface CellResult {
  readonly cell: Cell;
  /** The state's name; undefined if it never came to an end. */
  readonly finalState: string | undefined;
  readonly attempts: number;
  /** From the kill to the end of the run. */
  readonly seconds: number;
  /** Empty where all is well. */
  readonly problems: readonly string[];
}

export interface CellContext {
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

// Who follows hears of the end by news, or by the slow look that makes up for lost ones.
const FOLLOWED_WITHIN_MS = 15_000;

type Outcome = Omit<CellResult, 'cell'>;

/** Starts an installation, kills one of its parts, and judges what became of it. Never throws. */
export async function runCell(cell: Cell, context: CellContext): Promise<CellResult> {
  let installation: Installation | undefined;
  let outcome: Outcome;
  try {
    installation = await startInstallation(context);
    outcome = await killAndWatch(cell, installation, context);
  } catch (error) {
    const problems = [`${String(error)}${error instanceof Error && error.cause ? ` (${String(error.cause)})` : ''}`];
    outcome = { finalState: undefined, attempts: 0, seconds: Number.NaN, problems };
  }
  const problems = [...outcome.problems, ...((await installation?.end()) ?? [])];
  if (installation && problems.length === 0) await rm(installation.folder, { recursive: true, force: true });
  else if (installation) problems.push(`its logs are in ${installation.folder}`);
  return { ...outcome, cell, problems };
}

async function killAndWatch(cell: Cell, installation: Installation, { clock, stop }: CellContext): Promise<Outcome> {
  const { client, shared } = installation;
  const giveUp = new AbortController();
  const signal = AbortSignal.any([stop, giveUp.signal]);
  let follower: Follower | undefined;
  const made = (id: string) => {
    follower = followRun(client, id, signal);
  };
  const context = { installation, clock, stop, made };
  const reached = await reachPhase(cell, context);
  const { flowRunId, held, known: before } = reached;
  try {
    const killedAt = clock.now();
    await strike(cell.victim, reached, context);
    if (cell.phase === 'RUNNING') await letGo(shared);
    if (cell.phase === 'END' && cell.victim !== 'server') signalTo(held, 'SIGCONT');
    await restart(cell.victim, installation);
    if (cell.heldUntil === 'restart') signalTo(held, 'SIGCONT');
    const withinMs = cell.withinMs - (clock.now() - killedAt);
    const patience = { clock, stop, withinMs, what: 'the run has ended' };
    await eventually(patience, async () => {
      const { flowRun } = await client.flowRuns.getFlowRun({ id: flowRunId });
      return flowRun?.endTime === undefined ? undefined : true;
    });
    const seconds = (clock.now() - killedAt) / 1000;
    await releaseLate(cell, held, context);
    const timer = clock.setTimer(FOLLOWED_WITHIN_MS, () => giveUp.abort());
    const failure = await follower?.ended;
    timer.cancel();
    const after = await readKnownOfRun(client, flowRunId);
    const evidence = { before, after, notes: await readNotes(shared), seen: follower?.events ?? [] };
    const problems = judge(cell, evidence);
    if (failure) problems.push(`who followed the run was told: ${String(failure)}`);
    problems.push(...(await judgeDeployment(cell, installation)));
    const { state, runCount } = after.flowRun;
    return { finalState: state?.name, attempts: runCount, seconds, problems };
  } finally {
    giveUp.abort();
    signalTo(held, 'SIGCONT');
  }
}

async function releaseLate(cell: Cell, held: readonly number[], context: CellContext): Promise<void> {
  if (cell.heldUntil !== 'end') return;
  signalTo(held, 'SIGCONT');
  await untilGone(held, { ...context, withinMs: 20_000 });
}

async function judgeDeployment({ deployment }: Cell, { client, deploymentIds }: Installation): Promise<string[]> {
  const found = await client.deployments.getDeployment({ key: { case: 'name', value: deployment } });
  return found.deployment?.id === deploymentIds.get(deployment) ? [] : ['the deployment is another one'];
}
