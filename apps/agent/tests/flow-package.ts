import { createHash } from 'node:crypto';
import { type Clock, newId } from '@millrace/clock';
import { encodeManifest, manifestEncoding } from '@millrace/packaging';
import type { AssignmentInit, Store } from './store.ts';

// What the run does is said by its parameters.
const source = `
import { appendFileSync, existsSync, readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { flow } from 'millrace';

const appears = (file) =>
  new Promise((resolve) => {
    const look = () => existsSync(file) && (watcher.close(), resolve());
    const watcher = watch(dirname(file), look);
    look();
  });

export const act = flow('act', async (parameters) => {
  const { say = [], trace, until, die, stderr, hang } = parameters;
  if (trace) appendFileSync(trace, '+');
  for (const line of say) console.log(line);
  if (stderr) process.stderr.write(stderr);
  if (die) process.kill(process.pid, die);
  if (until) await appears(until);
  if (hang) await new Promise((resolve) => setInterval(() => {}, 1 << 30));
  if (trace) appendFileSync(trace, '-');
  return 'done';
});
`;

const bytes = new TextEncoder().encode(JSON.stringify({ entry: 'act.ts', files: { 'act.ts': source } }));
const document = createHash('sha256').update(bytes).digest('hex');

/** Puts the test's flow on the server; each assignment is one run of it. */
export function flowPackage(store: Store, clock: Clock) {
  store.documents.set(document, bytes);
  return (parameters: Record<string, unknown>, more: Partial<Options> = {}): AssignmentInit & { id: string } => {
    const id = newId(clock);
    const { epoch = 1, runner = { type: 'subprocess' }, sha256 = document, encoding = manifestEncoding } = more;
    const manifest = { type: 'database', flow_name: 'act', serializer: 'source', document: sha256 } as const;
    return {
      id,
      epoch,
      flowRun: {
        id,
        name: 'calm-mill-1',
        flowName: 'act',
        deploymentId: newId(clock),
        deploymentName: 'act/test',
        parameters: parameters as Record<string, string>,
        flowRunner: runner,
      },
      flowData: { encoding, blob: Uint8Array.from(encodeManifest(manifest)) },
    };
  };
}

interface Options {
  readonly epoch: number;
  readonly runner: { readonly type: string; readonly config?: Record<string, string> };
  readonly sha256: string;
  readonly encoding: string;
}
