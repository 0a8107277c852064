import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { newId, systemClock } from '@millrace/clock';
import { DeploymentSchema } from '@millrace/contracts/millrace/v1/deployment_pb';
import { ScheduleFireSchema, ScheduleFireStatus } from '@millrace/contracts/millrace/v1/schedule_fire_pb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMemoryServer } from './memory-server.ts';
import { runMillrace } from './run-millrace.ts';

let server: Awaited<ReturnType<typeof startMemoryServer>>;
const fires = (...line: string[]) =>
  runMillrace(['deployment', 'fires', 'greet/every day', ...line], { MILLRACE_API_URL: server.url });

const { SCHEDULED, STARTED, SKIPPED, UNSPECIFIED } = ScheduleFireStatus;
const past = (day: number) => Date.UTC(2026, 0, day, 9);
const flowRunId = newId(systemClock);

beforeAll(async () => {
  server = await startMemoryServer();
  const deployment = create(DeploymentSchema, { id: newId(systemClock), flowName: 'greet', name: 'every day' });
  server.deployments.set('greet/every day', deployment);
  const ahead = (hours: number) => systemClock.now() + hours * 3_600_000;
  const entries = [
    { at: ahead(3), scheduleSlug: 'a', status: SCHEDULED },
    { at: ahead(2), scheduleSlug: 'b', status: SCHEDULED },
    { at: ahead(1), scheduleSlug: 'a', status: SCHEDULED },
    { at: past(4), scheduleSlug: 'a', status: SKIPPED, reason: 'overlap' },
    { at: past(3), scheduleSlug: 'a', status: STARTED, flowRunId },
    { at: past(2), scheduleSlug: 'b', status: STARTED, flowRunId },
    { at: past(1), scheduleSlug: 'b', status: UNSPECIFIED },
  ];
  for (const { at, ...entry } of entries)
    server.fires.push(create(ScheduleFireSchema, { ...entry, fireTime: timestampFromMs(at) }));
});
afterAll(() => server[Symbol.asyncDispose]());

test('all are shown where they are few, a status of a newer server too', async () => {
  const { exitCode, stdout, stderr } = await fires();
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(8);
  expect(lines[1]).toMatch(/Z +a +scheduled +-$/);
  expect(lines.slice(4)).toEqual([
    '2026-01-04T09:00:00Z      a         skipped: overlap  -',
    `2026-01-03T09:00:00Z      a         started           ${flowRunId}`,
    `2026-01-02T09:00:00Z      b         started           ${flowRunId}`,
    '2026-01-01T09:00:00Z      b         unspecified       -',
  ]);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
});

test('where there are more than are shown, those to come are left out, and it is said how to see them', async () => {
  const { stdout, stderr } = await fires('--limit', '2');
  expect(stdout.trimEnd().split('\n')).toEqual([
    'TIME                  SCHEDULE  STATUS            FLOW RUN',
    '2026-01-04T09:00:00Z  a         skipped: overlap  -',
    `2026-01-03T09:00:00Z  a         started           ${flowRunId}`,
  ]);
  expect(stderr).toBe(
    "Fires further ahead than a minute are left out; see them with: millrace deployment fires 'greet/every day' --status scheduled\n",
  );
});

test('of one schedule, and by status, as JSON', async () => {
  const { stdout, stderr } = await fires('--schedule', 'a', '--status', 'scheduled', '--limit', '1', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    fires: [{ scheduleSlug: 'a', status: 'SCHEDULE_FIRE_STATUS_SCHEDULED' }],
    nextPageToken: 'more',
  });
  expect(stderr).toBe('');
});

test('none are said to be none, and an unknown status names those that there are', async () => {
  expect(await fires('--schedule', 'c')).toEqual({
    exitCode: 0,
    stdout: 'TIME  SCHEDULE  STATUS  FLOW RUN\n',
    stderr: 'No fires.\n',
  });
  const { exitCode, stderr } = await fires('--status', 'late');
  expect(stderr).toContain('scheduled, started, skipped');
  expect(exitCode).toBe(2);
});
