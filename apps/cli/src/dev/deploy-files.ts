import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { fromJsonString } from '@bufbuild/protobuf';
import {
  type ApplyDeploymentsResponse,
  ApplyDeploymentsResponseSchema,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import type { ServiceUrls } from '@millrace/settings';
import { scriptOf } from './loaded-scripts.ts';

export interface DeployFilesOptions {
  readonly urls: ServiceUrls;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told of each line that is said meanwhile, by the files and about them. */
  readonly onLine: (line: string) => void;
  /** Told of each file that a FlowScript, or YAML, names, before it is loaded. */
  readonly onScript: (file: string) => void;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

// Beside this folder, in whichever language this is.
const main = fileURLToPath(new URL(`../main${extname(import.meta.url)}`, import.meta.url));

/**
 * `millrace deployment create FILE…` in a process of its own: one that has run a module never sees what became of it.
 * Resolves with undefined where that failed (what is wrong was said), or was ended.
 */
export async function deployFiles(
  files: readonly string[],
  { urls, environment, onLine, onScript, signal }: DeployFilesOptions,
): Promise<ApplyDeploymentsResponse | undefined> {
  const child = spawn(process.execPath, [main, 'deployment', 'create', '--json', '--', ...files], {
    env: {
      ...environment,
      MILLRACE_DEPLOYMENTS_URL: urls.deployments,
      MILLRACE_ORCHESTRATOR_URL: urls.orchestrator,
      MILLRACE_SCHEDULER_URL: urls.scheduler,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  }) as ChildProcessByStdio<null, Readable, Readable>;
  child.on('message', (message) => {
    const script = scriptOf(message);
    if (script !== undefined) onScript(script);
  });
  const end = () => child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  createInterface({ input: child.stderr }).on('line', (line) => signal.aborted || onLine(line));
  let reply = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    reply += text;
  });
  const [exitCode] = await once(child, 'close').finally(() => signal.removeEventListener('abort', end));
  if (exitCode !== 0 || signal.aborted) return undefined;
  // A module may write to stdout by itself, before the reply.
  return fromJsonString(ApplyDeploymentsResponseSchema, reply.slice(reply.lastIndexOf('\n{\n') + 1));
}
