import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { systemClock } from '@millrace/clock';
import { ScheduleFireStatus } from '@millrace/contracts/millrace/v1/schedule_fire_pb';
import { eventually } from './eventually.ts';
import { type Installation, startInstallation } from './kill/installation.ts';
import { judgeLines, type OverlapCounts } from './overlap/judge-lines.ts';
import type { Soak, SoakContext } from './soak.ts';
import { alignTable } from './table.ts';

const DAY_MS = 86_400_000;
const SLOW_MS = 250;
const batches = 20;
const firesPerBatch = 10;
const policies = ['skip', 'buffer-one'] as const;

/** What was seen of one policy. */
export interface OverlapResult extends OverlapCounts {
  readonly policy: string;
  /** Of the ledger. */
  readonly fires: number;
  readonly skipped: number;
  readonly problems: readonly string[];
}

/**
 * 200 quick fires of flows that take their time, for each policy that lets no two of a schedule on; a process is killed while
 * it has the gate. What the flows themselves wrote tells whether two ever were at work at once.
 */
export const overlapSoak: Soak = async (context) => {
  const results = await runOverlap(context);
  const head = ['policy', 'fires', 'started', 'ended', 'killed', 'skipped', 'most at once', 'result'];
  const rows = results.map(({ policy, fires, starts, ends, killed, skipped, mostAtOnce, problems }) => [
    ...[policy, ...[fires, starts, ends, killed, skipped, mostAtOnce].map(String)],
    problems.length === 0 ? 'ok' : `FAILED: ${problems.join('; ')}`,
  ]);
  for (const line of alignTable([head, ...rows])) context.print(line);
  return results.every(({ problems }) => problems.length === 0) ? 0 : 1;
};

/** The soak without its table. */
export async function runOverlap({ clock, stop }: Pick<SoakContext, 'clock' | 'stop'>): Promise<OverlapResult[]> {
  const installation = await startInstallation({
    ...{ clock, stop },
    flowFile: join(import.meta.dirname, 'flows', 'slow.ts'),
    parameters: (name, folder) => ({ name, folder, ms: SLOW_MS }),
  });
  let problems: string[] = [];
  let results: OverlapResult[];
  try {
    const begin = Math.floor(clock.now() / DAY_MS) * DAY_MS - batches * firesPerBatch * DAY_MS;
    const fireAll = async () => {
      for (let batch = 0; batch < batches; batch++) {
        await fire(installation, begin + batch * firesPerBatch * DAY_MS);
        await clock.sleep(SLOW_MS / 2, stop);
      }
    };
    await Promise.all([fireAll(), killHolders(installation, { clock, stop })]);
    await untilSettled(installation, { clock, stop });
    results = await Promise.all(policies.map((policy) => look(installation, policy)));
  } finally {
    problems = await installation.end();
  }
  return results.map((result) => ({ ...result, problems: [...result.problems, ...problems] }));
}

async function fire({ client }: Installation, from: number): Promise<void> {
  const window = {
    startTime: timestampFromMs(from),
    endTime: timestampFromMs(from + (firesPerBatch - 1) * DAY_MS),
  };
  for (const policy of policies)
    await client.deployments.scheduleFlowRuns({ key: { case: 'name', value: `slow/${policy}` }, ...window });
}

/** With SIGKILL, in the midst of a run of each policy. */
async function killHolders({ shared }: Installation, { clock, stop }: Pick<SoakContext, 'clock' | 'stop'>) {
  for (const policy of policies) {
    const what = `a run of ${policy} is at work`;
    const pid = await eventually({ clock, stop, withinMs: 20_000, what }, async () => {
      const [last = ''] = (await readFile(join(shared, `${policy}.log`), 'utf8')).trim().split('\n').slice(-1);
      return last.startsWith('start ') ? Number(last.split(' ')[2]) : undefined;
    });
    process.kill(pid, 'SIGKILL');
  }
}

async function untilSettled(installation: Installation, { clock, stop }: Pick<SoakContext, 'clock' | 'stop'>) {
  await eventually(
    { clock, stop, withinMs: 60_000, what: 'every fire is settled and every run has ended' },
    async () => {
      const { client } = installation;
      const live = await client.flowRuns.listFlowRuns({ filter: { stateTypes: [2, 3] } });
      const waiting = await Promise.all(policies.map((policy) => firesOf(installation, policy, true)));
      return (live.flowRuns.length === 0 && waiting.every((fires) => fires.length === 0)) || undefined;
    },
  );
}

/** Those of the past, all of them or those that are yet to start. */
async function firesOf({ client }: Installation, policy: string, onlyScheduled = false) {
  const now = systemClock.now();
  const key = { case: 'name', value: `slow/${policy}` } as const;
  const statuses = onlyScheduled ? [ScheduleFireStatus.SCHEDULED] : [];
  const fires = [];
  for (let pageToken = ''; ; ) {
    const page = await client.deployments.listScheduleFires({
      ...{ key, statuses, pageSize: 200, pageToken },
      fireBefore: timestampFromMs(now),
    });
    fires.push(...page.fires);
    pageToken = page.nextPageToken;
    if (!pageToken) return fires;
  }
}

async function look(installation: Installation, policy: string): Promise<OverlapResult> {
  const counts = judgeLines(await readFile(join(installation.shared, `${policy}.log`), 'utf8'));
  const fires = await firesOf(installation, policy);
  const skipped = fires.filter(({ reason }) => reason === 'overlap').length;
  const started = fires.filter(({ status }) => status === ScheduleFireStatus.STARTED).length;
  const problems: string[] = [];
  const expectEqual = (what: string, is: number, wanted: number) => {
    if (is !== wanted) problems.push(`${what}: ${is}, not ${wanted}`);
  };
  expectEqual('fires in the ledger', fires.length, batches * firesPerBatch);
  expectEqual('fires started', started, counts.starts);
  expectEqual('fires skipped for overlap', skipped, fires.length - started);
  expectEqual('runs at once', counts.mostAtOnce, 1);
  expectEqual('runs that were killed', counts.killed, 1);
  return { policy, ...counts, fires: fires.length, skipped, problems };
}
