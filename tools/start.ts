// npm start: `millrace dev` on the example, with a first run and what to try then.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitOnSignals, explainError, startDev, UsageError, untilAborted, wordsOf } from '@millrace/cli';
import { systemClock } from '@millrace/clock';
import { readSettings } from '@millrace/settings';
import { profileInUse } from '@millrace/settings/profile-in-use';
import { buildWeb } from './build-web.ts';
import { firstRun } from './start/first-run.ts';
import { whatToTry } from './start/what-to-try.ts';

const LARGEST_PORT = 65_535;
const TRIGGERED = 'hello-world/Hello World';

process.stdout.on('error', () => process.exit(0));
const print = (line: string) => process.stdout.write(`${line}\n`);
const stop = exitOnSignals().take(systemClock);
// The server says so in its pages as long as there is none.
void buildWeb({ print: (line) => process.stdout.write(`${line}\n`), inBackground: true });
try {
  await using dev = await startDev({
    files: [join(import.meta.dirname, '..', 'examples', 'hello', 'hello.ts')],
    port: readPort(portFlag() ?? process.env.MILLRACE_PORT),
    name: 'npm start',
    settings: readSettings(process.env, profileInUse(process.env)),
    environment: process.env,
    clock: systemClock,
    tell: (event) => print(wordsOf(event)),
    stop,
  });
  if (await firstRun(dev, TRIGGERED)) print(`First run completed ${process.uptime().toFixed(1)} s after the start.`);
  stop.throwIfAborted();
  for (const line of whatToTry(dev, TRIGGERED, process.env)) print(line);
  await untilAborted(stop);
  print('Stopping…');
} catch (error) {
  // Given up before it was all there: that is what was asked for.
  if (error !== stop.reason) {
    const { lines, exitCode } = await explainError(error);
    process.stderr.write(`${lines.join('\n')}\n`);
    process.exitCode = exitCode;
  }
}
// Whatever is still open has been told to end: nothing may keep the terminal waiting.
process.exit();

function portFlag(): string | undefined {
  try {
    return parseArgs({ options: { port: { type: 'string' } } }).values.port;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), 'Usage: npm start [-- --port PORT]');
  }
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (text === '' || !Number.isInteger(port) || port < 0 || port > LARGEST_PORT)
    throw new UsageError(`--port ${text}: 0 to ${LARGEST_PORT} is accepted`);
  return port;
}
