import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { newId, systemClock } from '@millrace/clock';
import { DeploymentSchema } from '@millrace/contracts/millrace/v1/deployment_pb';
import { ScheduleFireSchema } from '@millrace/contracts/millrace/v1/schedule_fire_pb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMemoryServer } from './memory-server.ts';
import { runMillrace } from './run-millrace.ts';

let server: Awaited<ReturnType<typeof startMemoryServer>>;
const HOUR = 3_600_000;
const begin = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  server = await startMemoryServer();
  const add = (name: string, isScheduleActive: boolean, schedules: { slug: string; active: boolean }[]) => {
    const id = newId(systemClock);
    server.deployments.set(
      `greet/${name}`,
      create(DeploymentSchema, { id, flowName: 'greet', name, isScheduleActive, schedules }),
    );
  };
  const [a, b] = ['a', 'b'].map((slug) => ({ slug, active: true }));
  if (!a || !b) throw new TypeError('two schedules are needed');
  add('both', true, [a, b]);
  add('some', true, [a, { slug: 'c d', active: false }]);
  add('none', true, [{ slug: 'a', active: false }]);
  add('off', false, [a, { slug: 'b', active: false }]);
  for (let hour = 0; hour < 120; hour++) addFire('a', hour);
  for (let hour = 0; hour < 100; hour++) addFire('b', hour);
});
afterAll(() => server[Symbol.asyncDispose]());

function addFire(scheduleSlug: string, hour: number): void {
  server.fires.unshift(create(ScheduleFireSchema, { scheduleSlug, fireTime: timestampFromMs(begin + hour * HOUR) }));
}

const backfill = (name: string, ...line: string[]) =>
  runMillrace(['deployment', 'backfill', `greet/${name}`, '--from', '2026-01-01T00:00:00Z', ...line], {
    MILLRACE_API_URL: server.url,
  });

const cut =
  "Only the first 100 fires of schedule 'a' are among these: there are more from 2026-01-05T04:00:00Z on.\n" +
  'To have them too, say --max-runs with more than 100, or go on with --from 2026-01-05T04:00:00Z.\n';

test('what is left of a window is said, of those schedules that have more', async () => {
  const { exitCode, stdout, stderr } = await backfill('both');
  expect(stdout.trimEnd().split('\n')).toHaveLength(201);
  expect(stderr).toBe(`Made 200 runs.\n${cut}`);
  expect(exitCode).toBe(0);
  expect((await backfill('both', '--dry-run')).stderr).toBe(`200 runs would be made.\n${cut}`);
});

test('and beside JSON', async () => {
  const { stdout, stderr } = await backfill('both', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ createdFlowRuns: 200 });
  expect(stderr).toBe(cut);
});

test('a window that is made as a whole has nothing left', async () => {
  const { stderr } = await backfill('both', '--max-runs', '120');
  expect(stderr).toBe('Made 220 runs.\n');
  const few = await backfill('both', '--schedule', 'a', '--max-runs', '2', '--until', '2026-01-01T01:00:00Z');
  expect(few.stderr).toBe('Made 2 runs.\n');
  const fewer = await backfill('both', '--schedule', 'a', '--max-runs', '2', '--until', '2026-01-01T02:00:00Z');
  expect(fewer.stderr).toContain(
    'To have them too, say --max-runs with more than 2, or go on with --from 2026-01-01T02',
  );
});

test('schedules that are paused are named, with how to resume them', async () => {
  const { exitCode, stderr } = await backfill('some', '--max-runs', '120');
  expect(stderr).toBe(
    "Made 120 runs.\nSchedule 'c d' is paused, and was left out. Resume it with: millrace deployment resume greet/some --schedule 'c d'\n",
  );
  expect(exitCode).toBe(0);
  expect((await backfill('some', '--max-runs', '120', '--schedule', 'a')).stderr).toBe('Made 120 runs.\n');
});

test.each<[string, string[], string[]]>([
  ['none', [], ["error: schedule 'a' is paused", 'Resume it with: millrace deployment resume greet/none --schedule a']],
  [
    'some',
    ['--schedule', 'c d'],
    ["error: schedule 'c d' is paused", "Resume it with: millrace deployment resume greet/some --schedule 'c d'"],
  ],
  [
    'off',
    ['--schedule', 'b'],
    [
      "error: deployment 'greet/off' is paused",
      'Resume it with: millrace deployment resume greet/off',
      "Schedule 'b' is paused besides. Resume it with: millrace deployment resume greet/off --schedule b",
    ],
  ],
  [
    'both',
    ['--until', '2025-01-01T00:00:00Z'],
    ['error: the server refused what was asked for', '  --until: is before --from'],
  ],
  [
    'both',
    ['--schedule', 'nope'],
    [
      'error: the server refused what was asked for',
      '  --schedule: "nope" is none of the deployment\'s schedules; there is "a", "b"',
    ],
  ],
])('%s %j is refused in words of the command line', async (name, line, lines) => {
  const { exitCode, stdout, stderr } = await backfill(name, ...line);
  expect(stderr.trimEnd().split('\n')).toEqual(lines);
  expect(stdout).toBe('');
  expect(exitCode).toBe(1);
});
