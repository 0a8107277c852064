import { watch } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { millrace } from './processes.ts';
import { type Constellation, topologies } from './topologies.ts';

const flows = 'apps/server/tests/e2e/flows/waiting.ts';

interface FlowRunJson {
  id: string;
  state: { name: string };
}

describe.each(topologies)('$name', (topology) => {
  let all: Constellation;
  beforeAll(async () => {
    all = await topology.start();
  });
  afterAll(() => all[Symbol.asyncDispose]());

  const cli = async (...args: string[]) => {
    const result = await millrace(args, all.environment);
    expect(result, args.join(' ')).toMatchObject({ code: 0 });
    return result.stdout;
  };
  const startLines = async () =>
    (await readFile(join(all.folder, 'starts.log'), 'utf8').catch(() => '')).split('\n').slice(0, -1);
  const untilStarted = async (count: number) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = async () => {
      if ((await startLines()).length >= count) resolve();
    };
    const watcher = watch(all.folder, () => void look());
    await look();
    await promise;
    watcher.close();
  };
  const trigger = async (name: string) => {
    const parameters = ['-p', `folder=${all.folder}`, '-p', `run=${name}`];
    const reply = JSON.parse(await cli('deployment', 'run', 'waiting/waits', ...parameters, '--json')) as {
      flowRun: FlowRunJson;
    };
    return reply.flowRun.id;
  };
  const names = ['one', 'two', 'three', 'four', 'five', 'six'];

  test('runs each run once, through the loss of a copy of everything that there are two of', async () => {
    await cli('work-queue', 'create', 'default');
    expect(await cli('deployment', 'create', flows)).toContain("Created deployment 'waiting/waits'");
    const ids = await Promise.all(names.map(trigger));
    await untilStarted(names.length);
    await all.killCopies();
    await writeFile(join(all.folder, 'go'), '');
    for (const [index, id] of ids.entries()) {
      const log = await cli('flow-run', 'logs', id, '--follow');
      expect(log).toContain(`run ${names[index]} began`);
      expect(log).toContain(`run ${names[index]} goes on`);
    }
    const runs = JSON.parse(await cli('flow-run', 'ls', '--json')) as { flowRuns: FlowRunJson[] };
    expect(new Map(runs.flowRuns.map((run) => [run.id, run.state.name]))).toEqual(
      new Map(ids.map((id) => [id, 'Completed'])),
    );
    expect((await startLines()).sort()).toEqual([...names].sort());
  }, 90_000);

  test('goes on with what is left', async () => {
    const id = await trigger('seven');
    expect(await cli('flow-run', 'logs', id, '--follow')).toContain('run seven goes on');
    expect((await startLines()).filter((line) => line === 'seven')).toHaveLength(1);
  });
});
