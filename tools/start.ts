// npm start: server, work queue, agent and the example's deployments in one process, until Ctrl-C.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exitOnSignals, explainError, UsageError, untilAborted } from '@millrace/cli';
import { systemClock } from '@millrace/clock';
import { readSettings } from '@millrace/settings';
import { buildWeb } from './build-web.ts';
import { startAll } from './start/start-all.ts';

const LARGEST_PORT = 65_535;

process.stdout.on('error', () => process.exit(0));
const stop = exitOnSignals().take(systemClock);
// The server says so in its pages as long as there is none.
void buildWeb({ print: (line) => process.stdout.write(`${line}\n`), inBackground: true });
try {
  await using _ = await startAll({
    settings: readSettings(process.env),
    environment: process.env,
    port: readPort(portFlag() ?? process.env.MILLRACE_PORT ?? '4200'),
    example: join(import.meta.dirname, '..', 'examples', 'hello', 'hello.ts'),
    clock: systemClock,
    print: (line) => process.stdout.write(`${line}\n`),
    elapsedMs: () => process.uptime() * 1000,
    stop,
  });
  await untilAborted(stop);
  process.stdout.write('Stopping…\n');
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

function readPort(text: string): number {
  const port = Number(text);
  if (text === '' || !Number.isInteger(port) || port < 0 || port > LARGEST_PORT)
    throw new UsageError(`--port ${text}: 0 to ${LARGEST_PORT} is accepted`);
  return port;
}
