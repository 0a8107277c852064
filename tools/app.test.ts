import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test.for([[], ['orchestartor'], ['../server']])('no app for %j: lists those that there are', (args) => {
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'app.ts'), ...args], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toContain('deployments, orchestrator, scheduler, agent, server');
});

test.for(['server', 'scheduler'])('a flag that %s can not use is an error, not a stack', (app) => {
  const args = [join(import.meta.dirname, 'app.ts'), app, '--host', '0.0.0.0'];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain('error: --host 0.0.0.0 can be reached from other machines');
  expect(stderr).not.toMatch(/^ +at /m);
});
