import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const soak = (...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'soak.ts'), ...args], { encoding: 'utf8' });

test.for([[], ['kil'], ['toString']])('no soak for %j: lists those that there are', (args) => {
  const { status, stderr } = soak(...args);
  expect(status).toBe(2);
  expect(stderr).toContain('Use one of: kill, overlap, calendar, scheduler, planted.');
});

test('no cell of that name: lists those that there are', () => {
  const { status, stdout } = soak('kill', 'agent:SLEEPING');
  expect(status).toBe(2);
  expect(stdout).toContain('agent:PENDING, agent:PENDING (its child goes on)');
});
