import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@millrace/clock';
import { silentLogger } from '@millrace/telemetry';
import type { EngineAssignment } from 'millrace/engine';
import { ProcessPool, type ProcessPoolOptions } from '../src/process-pool.ts';

export function makePool(options: Partial<ProcessPoolOptions> = {}): ProcessPool {
  return new ProcessPool({
    enginePath: fileURLToPath(new URL('./tiny-engine.ts', import.meta.url)),
    size: 1,
    environment: { PATH: process.env.PATH, MILLRACE_DATABASE_URL: 'postgres://secret' },
    compileCache: mkdtempSync(join(tmpdir(), 'millrace-compile-')),
    clock: systemClock,
    log: silentLogger(),
    ...options,
  });
}

export function assignmentWith(parameters: EngineAssignment['parameters']): EngineAssignment {
  return {
    flowRunId: '01900000-0000-7000-8000-000000000001',
    flowRunName: 'calm-mill-1',
    epoch: 1,
    flowName: 'hello',
    deploymentId: undefined,
    deploymentName: undefined,
    tags: [],
    parameters,
    runCount: 0,
    scheduledTime: 0,
    package: { directory: '/nowhere', entry: 'hello.ts', flowName: 'hello' },
    urls: { deployments: 'http://127.0.0.1:1', orchestrator: 'http://127.0.0.1:1', scheduler: 'http://127.0.0.1:1' },
    env: {},
    workingDirectory: undefined,
  };
}

/** Whether a process of that id is there and not a zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const never = new AbortController().signal;
