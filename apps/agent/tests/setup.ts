import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@millrace/clock';
import type { RpcServer } from '@millrace/rpc/server';
import { silentLogger } from '@millrace/telemetry';
import { onTestFinished } from 'vitest';
import { type Agent, type AgentOptions, startAgent } from '../src/start.ts';
import { flowPackage } from './flow-package.ts';
import { processesWith } from './processes.ts';
import { Store } from './store.ts';
import { startTestServer } from './test-server.ts';

/** A server, and what agents and runs of it need; all of it is gone after the test. */
export async function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-agent-'));
  const store = new Store();
  let server: RpcServer | undefined = await startTestServer(store);
  const { url, port } = server;
  const mark = `MARK=${randomUUID()}`;
  const agents: Agent[] = [];
  const file = (name: string) => join(folder, name);

  onTestFinished(async () => {
    await Promise.all(agents.map((agent) => agent[Symbol.asyncDispose]()));
    await server?.[Symbol.asyncDispose]();
    for (const pid of processesWith(mark)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    store,
    url,
    home: file('home'),
    file,
    run: flowPackage(store, systemClock),
    environment: { PATH: process.env.PATH, [mark.slice(0, 4)]: mark.slice(5) },
    /** What the agent started and is still there. */
    children: () => processesWith(mark),
    release: (name: string) => writeFileSync(file(name), ''),
    async start(options: Partial<AgentOptions> = {}): Promise<Agent> {
      const agent = await startAgent({
        urls: { deployments: url, orchestrator: url, scheduler: url },
        name: 'tester',
        workQueues: ['default'],
        slots: 2,
        home: file('home'),
        clock: systemClock,
        log: silentLogger(),
        environment: { PATH: process.env.PATH, [mark.slice(0, 4)]: mark.slice(5) },
        idleProcesses: 1,
        onStop: 'cancel',
        ...options,
      });
      agents.push(agent);
      return agent;
    },
    async stopServer() {
      await server?.[Symbol.asyncDispose]();
      server = undefined;
    },
    async restartServer() {
      server = await startTestServer(store, port);
    },
  };
}
