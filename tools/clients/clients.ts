import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ready, readyGrpcurl, readyProgram, readyPython } from './ready.ts';
import { type Outcome, runCommand } from './run-command.ts';
import type { Stage } from './stage.ts';
import { inForm } from './transcript.ts';

const folder = join(import.meta.dirname, '..', '..', 'examples', 'clients');
const python = join(folder, 'python');
const transcript = join(python, 'transcript.txt');

/** A client in another language, and what is to be seen of it. */
export interface ForeignClient {
  readonly name: string;
  /** Gets what it takes to run it. */
  readonly ready: () => Promise<Ready>;
  readonly run: (stage: Stage, path: string) => Promise<Outcome>;
  /** Lines that it must have printed, in this order. */
  readonly prints: readonly string[];
  /** The deployment that it ran, and what the agent's runs of it must have logged. */
  readonly ran?: { readonly deployment: string; readonly logged: readonly string[][] };
}

/** In the order in which they are run: the later ones use what the earlier ones made. */
export const clients: readonly ForeignClient[] = [
  {
    name: 'buf curl',
    ready: () => readyProgram('bash'),
    run: ({ url }) => runCommand([join(folder, 'buf-curl', 'run.sh'), url]),
    prints: ['SCHEDULED', 'PENDING', 'RUNNING', 'COMPLETED'],
    ran: { deployment: 'tally/from buf curl', logged: [['buf: 2', 'curl: 1']] },
  },
  {
    name: 'curl',
    ready: () => readyProgram('curl'),
    run: ({ url }) =>
      runCommand([join(folder, 'curl', 'run.sh'), url, 'tally/from buf curl', '{"words": ["connect"]}']),
    prints: ['COMPLETED', 'its latest runs:'],
    ran: { deployment: 'tally/from buf curl', logged: [['buf: 2', 'curl: 1'], ['connect: 1']] },
  },
  {
    name: 'Python',
    ready: () => readyPython(join(python, 'requirements.txt')),
    run: async ({ url }, path) => likeTranscript(await runCommand([path, join(python, 'client.py'), address(url)])),
    prints: ['  | ham: 2', '  Completed', '  parameters.words[0]: must be string'],
    ran: { deployment: 'tally/from Python', logged: [[], ['ham: 2', 'egg: 1'], ['spam: 1']] },
  },
  {
    name: 'Python conformance',
    ready: () => readyPython(join(python, 'requirements.txt')),
    run: ({ url }, path) => runCommand([path, join(python, 'conformance.py'), address(url)], { mostMs: 120_000 }),
    prints: ['ok      reflection of old clients', 'ok      many streams', 'ok      keepalive'],
  },
  {
    name: 'grpcurl',
    ready: readyGrpcurl,
    run: ({ url }, path) => {
      const environment = { GRPCURL: path };
      return runCommand([join(folder, 'grpcurl', 'run.sh'), address(url)], { environment });
    },
    prints: ['SCHEDULED', 'PENDING', 'RUNNING', 'COMPLETED'],
    ran: { deployment: 'tally/from grpcurl', logged: [['grpc: 2', 'url: 1']] },
  },
];

/** What is wrong with what a client did; empty = nothing. */
export async function complaints(client: ForeignClient, outcome: Outcome, stage: Stage): Promise<string[]> {
  const found: string[] = [];
  if (outcome.code !== 0) found.push(`it ended with ${outcome.code}`);
  const lines = outcome.stdout.split('\n');
  let at = 0;
  for (const expected of client.prints) {
    const place = lines.indexOf(expected, at);
    if (place < 0) found.push(`it did not print ${JSON.stringify(expected)}`);
    else at = place + 1;
  }
  if (client.ran) {
    const sorted = (logs: readonly string[][]) => JSON.stringify(logs.map((log) => log.join('; ')).toSorted());
    const logged = sorted(await stage.executed(client.ran.deployment));
    if (logged !== sorted(client.ran.logged))
      found.push(`the agent's runs of ${client.ran.deployment} logged ${logged}`);
  }
  return found;
}

/** With --write the transcript is written anew before it is compared. */
function likeTranscript(outcome: Outcome): Outcome {
  const form = `$ python client.py\n${inForm(outcome.stdout)}`;
  if (outcome.code !== 0) return outcome;
  if (process.argv.includes('--write')) writeFileSync(transcript, form);
  if (form === readFileSync(transcript, 'utf8')) return outcome;
  return {
    ...outcome,
    code: 1,
    stderr: `${outcome.stderr}\nnot as in transcript.txt; npm run check:clients -- --write`,
  };
}

/** gRPC's way of naming a server: no scheme. */
function address(url: string): string {
  return new URL(url).host;
}
