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
