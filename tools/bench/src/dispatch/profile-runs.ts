import { readFile } from 'node:fs/promises';
import { execute } from '../harness/postgres.ts';
import { significant, table } from '../harness/report.ts';
import { mean, quantile } from '../harness/statistics.ts';
import type { Installation } from './installation.ts';
import type { TriggeredRun } from './millrace-leg.ts';

interface StateTimes {
  flow_run_id: string;
  type: string;
  timestamp: number;
  received: number;
}

/**
 * Where the time of warm runs went: the client's and user code's clocks to the microsecond, what lies between by the
 * times of the states and of the agent's log, which have whole milliseconds. So the means add up; single runs don't.
 */
export async function profileRuns(runs: readonly TriggeredRun[], installation: Installation): Promise<string[]> {
  const states = await execute<StateTimes>(
    installation.database,
    `select flow_run_id, type, "timestamp", received from millrace.flow_run_state where flow_run_id = any($1::uuid[])`,
    [runs.map((run) => run.id)],
  );
  const agent = await agentTimes(installation.warmAgentLog);
  const marks = new Map<string, number[]>();
  const mark = (what: string, ms: number | undefined) => {
    if (ms !== undefined) marks.set(what, [...(marks.get(what) ?? []), ms]);
  };
  const byRun = Map.groupBy(states, (state) => state.flow_run_id);
  for (const { id, sent, sentAt, answered, reached } of runs) {
    const since = (at: number | undefined) => (at === undefined ? undefined : at - sentAt);
    const of = (type: string) => byRun.get(id)?.find((state) => state.type === type);
    mark('server: the run is made (its time is taken before the insert)', since(of('SCHEDULED')?.received));
    mark('client: the trigger is answered', Number(answered - sent) / 1e6);
    mark('scheduler: the claim begins (PENDING)', since(of('PENDING')?.received));
    mark('agent: handed to a warm process', since(agent.started.get(id)));
    mark('engine: RUNNING is proposed', since(of('RUNNING')?.timestamp));
    mark('orchestrator: RUNNING is taken into a batch', since(of('RUNNING')?.received));
    mark('agent: RUNNING is answered', since(agent.running.get(id)));
    mark("user code's first line", Number(reached - sent) / 1e6);
    mark('orchestrator: COMPLETED is taken into a batch', since(of('COMPLETED')?.received));
  }
  return table([
    ['ms after sending', 'mean', 'p50', 'p90'],
    ...[...marks].map(([what, values]) => [
      what,
      ...[mean(values), quantile(values, 0.5), quantile(values, 0.9)].map(significant),
    ]),
  ]);
}

/** By the agent's log: when each run was given to its process, and when it heard that it may run. */
async function agentTimes(logFile: string) {
  const started = new Map<string, number>();
  const running = new Map<string, number>();
  for (const line of (await readFile(logFile, 'utf8')).split('\n')) {
    if (!line.startsWith('{')) continue;
    const entry = JSON.parse(line) as { msg?: string; flowRunId?: string; time: number; state?: unknown };
    if (entry.flowRunId === undefined) continue;
    if (entry.msg === 'started') started.set(entry.flowRunId, entry.time);
    if (entry.msg === 'state' && !running.has(entry.flowRunId)) running.set(entry.flowRunId, entry.time);
  }
  return { started, running };
}
